import type { DropReason, DroppedSource } from '@thatch/engine';
import { z } from 'zod';
import type { ProblemRow } from '../database/queries/upload-problems.ts';
import type { Upload } from '../database/tables.ts';
import { COUNT, listOf, named } from './shape.ts';

/** Something that was wrong with an upload, and the remedy. */
const UPLOAD_PROBLEM = named(
  'UploadProblem',
  z.object({
    code: z.string(),
    message: z.string(),
    file: z.string().nullable().meta({ description: 'Report file or source path.' }),
    line: z.int().min(1).nullable(),
    byte: COUNT.nullable(),
    count: z.int().min(1).meta({ description: 'How often it happened.' }),
    hint: z.string(),
  }),
);

const DISCARDED_SOURCE = named(
  'DiscardedSource',
  z.object({
    path: z.string(),
    reason: z.enum(['not_in_repo', 'ignored_by_config', 'no_lines', 'outside']),
    lines: COUNT,
    hits: COUNT,
    suggested_fix: z.string(),
  }),
);

/** Why an upload counts as it does (public-api §4.2). */
export const UPLOAD_REASONS = named(
  'UploadReasons',
  z.object({
    id: z.uuid(),
    name: z.string().nullable(),
    flags: z.array(z.string()),
    state: z.enum(['started', 'stored', 'processed', 'merged', 'superseded', 'error', 'expired']),
    reason_code: z.string().nullable().meta({ description: 'Why nothing of it counts; null when it counts or will.' }),
    errors: z.array(UPLOAD_PROBLEM),
    warnings: z.array(UPLOAD_PROBLEM),
    notices: z.array(z.object({ code: z.string(), message: z.string() })),
    format: z.string().nullable().meta({ description: 'Formats of its reports, joined by commas.' }),
    bytes: COUNT.nullable(),
    files_in: COUNT.nullable().meta({ description: 'Source files that its reports name.' }),
    files_kept: COUNT.nullable(),
    discarded: z.array(DISCARDED_SOURCE),
    discarded_count: COUNT.meta({ description: 'All of them; the list ends at 500.' }),
    timings_ms: z.object({ queued: COUNT.nullable(), parse: COUNT.nullable(), merge: COUNT.nullable() }),
    client: z.object({ name: z.string(), version: z.string().nullable() }).nullable(),
  }),
);

export const UPLOAD_REASONS_LIST = listOf('UploadReasonsList', UPLOAD_REASONS);

export type UploadReasons = z.input<typeof UPLOAD_REASONS>;

/** A renamed root can drop every source of a monorepo; people look at the first few. */
const MOST_DISCARDED = 500;

export function presentUploadReasons(
  upload: Upload,
  problems: readonly ProblemRow[],
  dropped: readonly DroppedSource[],
): UploadReasons {
  return {
    id: upload.external_id,
    name: upload.name,
    flags: upload.flags,
    state: upload.state,
    reason_code: reasonCode(upload),
    errors: problems.filter(({ severity }) => severity === 'error').map(presentProblem),
    warnings: problems.filter(({ severity }) => severity !== 'error').map(presentProblem),
    notices: upload.notices.map(({ code, message }) => ({ code, message })),
    format: upload.formats.length === 0 ? null : upload.formats.join(','),
    bytes: upload.raw_size,
    files_in: upload.files_in,
    files_kept: upload.files,
    discarded: dropped.slice(0, MOST_DISCARDED).map(presentDropped),
    discarded_count: dropped.length,
    timings_ms: { queued: upload.queued_ms, parse: upload.parse_ms, merge: upload.merge_ms },
    client: presentClient(upload.agent ?? upload.package),
  };
}

function reasonCode({ state, error_code }: Upload): string | null {
  if (state === 'expired') return 'bytes_never_came';
  if (state === 'superseded') return 'superseded';
  return error_code;
}

function presentProblem(problem: ProblemRow): z.input<typeof UPLOAD_PROBLEM> {
  const { code, message, file, line, byte, count, hint } = problem;
  return { code, message, file, line, byte, count: count ?? 1, hint };
}

/** What to do about each. */
export const FIXES: Readonly<Record<DropReason, string>> = {
  not_in_repo:
    'No file of the commit has this path. Where the report was written in another folder or container, add a rule to `fixes` that maps its prefix to the path in the repository.',
  ignored_by_config: 'A pattern under `ignore` drops it. Narrow the pattern if the file should count.',
  no_lines: 'The report says nothing about its lines. Nothing to do unless the tool should have measured it.',
  outside: 'The path leads out of the repository. Run the tool in the checkout, or map the prefix with `fixes`.',
};

function presentDropped({ path, reason, lines, hits }: DroppedSource): z.input<typeof DISCARDED_SOURCE> {
  return { path, reason, lines, hits, suggested_fix: FIXES[reason] };
}

const CLIENT = /^([\w.@-]{1,80}?)(?:[/ -]v?(\d[\w.+-]{0,40}))?(?:[\s;(].*)?$/;

/** The program that sent an upload: `codecov-cli/11.3.1` of a `User-Agent` or of the field `package`. */
export function presentClient(text: string | null): UploadReasons['client'] {
  if (text === null) return null;
  const match = CLIENT.exec(text);
  return match === null ? { name: text.slice(0, 80), version: null } : { name: match[1], version: match[2] ?? null };
}
