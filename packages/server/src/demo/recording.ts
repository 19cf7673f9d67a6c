import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { z } from 'zod';

/*
 * What the demo repository is made of: uploads as `thatch upload` sends them, recorded. One JSON object a line, packed with zstd: the first
 * line says when it was recorded, every other one is an upload, oldest commit first.
 */

/** One recorded upload: a request to `/upload/coverage` (upload-protocol §8.1). */
export interface RecordedUpload {
  /** The query, with repository and commit. */
  readonly query: Readonly<Record<string, string>>;
  /** Part `meta` (upload-protocol §8.3); null = none was sent. */
  readonly meta: RecordedMeta | null;
  /** Parts `report`. */
  readonly reports: readonly { readonly name: string; readonly text: string }[];
}

/** What of it is read here; the rest is sent as it is. */
export type RecordedMeta = z.infer<typeof META>;

/** Where the recording lies in a clone and in a release. */
export const RECORDING = join(import.meta.dirname, '../../assets/demo.ndjson.zst');

/** Whether there is one. */
export function hasRecording(path = RECORDING): boolean {
  return existsSync(path);
}

/**
 * Reads it, its commits moved as whole days to end at `now`: a demo of last year would be stale everywhere. Throws when the file is not a
 * recording, as it is part of the program.
 */
export async function readRecording(now: Date, path = RECORDING): Promise<readonly RecordedUpload[]> {
  const packed = await readFile(path);
  const text = (await unpack(packed, { maxOutputLength: LONGEST })).toString('utf8');
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  const { recorded_at: recordedAt } = HEAD.parse(JSON.parse(first));
  const days = Math.floor((now.getTime() - Date.parse(recordedAt)) / DAY_MS);
  return rest.map((line) => shift(UPLOAD.parse(JSON.parse(line)), days));
}

const unpack = promisify(zstdDecompress) as (
  packed: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Promise<Buffer>;

const LONGEST = 256 * 1024 * 1024;
const DAY_MS = 86_400_000;

const HEAD = z.object({ format: z.literal('thatch-demo/1'), recorded_at: z.iso.datetime() });

const PERSON = z.looseObject({ time: z.iso.datetime({ offset: true }) });

const META = z.looseObject({
  commit: z.looseObject({ author: PERSON.optional(), committer: PERSON.optional() }),
  history: z.array(z.tuple([z.string(), z.array(z.string()), z.string()])).optional(),
});

const UPLOAD = z.object({
  query: z.record(z.string(), z.string()),
  meta: META.nullable(),
  reports: z.array(z.object({ name: z.string(), text: z.string() })).min(1),
});

function shift(upload: RecordedUpload, days: number): RecordedUpload {
  if (upload.meta === null) return upload;
  const { commit, history } = upload.meta;
  const person = (who: z.infer<typeof PERSON> | undefined) =>
    who === undefined ? undefined : { ...who, time: later(who.time, days) };
  return {
    ...upload,
    meta: {
      ...upload.meta,
      commit: { ...commit, author: person(commit.author), committer: person(commit.committer) },
      history: history?.map(([sha, parents, time]) => [sha, parents, later(time, days)]),
    },
  };
}

function later(time: string, days: number): string {
  return new Date(Date.parse(time) + days * DAY_MS).toISOString();
}
