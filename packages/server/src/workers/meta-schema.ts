import { z } from 'zod';

/*
 * The small half of `thatch-meta/1` (upload-protocol §8.3). Its long lists (files, sources, diff) are read beside it, in plain loops. Unknown
 * keys are left out, so that the schema can grow.
 */

const SHA = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'is the full id of a commit or tree'));

const TIME = z.iso
  .datetime({ offset: true, error: 'is a time like 2026-08-01T10:00:00+02:00' })
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no time');

function text(most: number) {
  return z
    .string()
    .max(most, `has at most ${most} characters`)
    .transform((value) => value.toWellFormed().replaceAll('\u0000', '\ufffd'));
}

function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}

const PERSON = z.object({
  name: optional(text(1000)),
  email: optional(text(1000)),
  time: optional(TIME),
});

const COMMIT = z.object({
  sha: SHA,
  parents: optional(z.array(SHA).max(64, 'are at most 64')),
  tree: optional(SHA),
  message: optional(text(16 * 1024 * 1024)),
  author: optional(PERSON),
  committer: optional(PERSON),
});

const REF = z.object({
  branch: optional(text(512)),
  tag: optional(text(512)),
  pull: optional(z.int().min(1).max(2_147_483_647)),
  pull_title: optional(text(1000)),
  base_branch: optional(text(512)),
  default_branch: optional(text(512)),
});

const BASE = z.object({ sha: SHA, how: z.enum(['merge-base', 'parent', 'given']) });

/** Rows beyond the limit are dropped, but there must be an end to what is looked at. */
const HISTORY = z.array(z.tuple([SHA, z.array(SHA).max(64), TIME])).max(100_000);

/** What is said of a commit, without the long lists. */
export const HEAD_SCHEMA = z.object({
  schema: z.literal('thatch-meta/1', 'is "thatch-meta/1"'),
  commit: COMMIT,
  ref: optional(REF),
  base: optional(BASE),
  history: HISTORY.nullish().transform((rows) => rows ?? []),
});

export type MetaHead = z.output<typeof HEAD_SCHEMA>;
