import { sql, type Kysely, type Updateable } from 'kysely';
import type { Problem, Totals } from '@thatch/engine';
import type { Database, Upload, UploadsTable } from '../tables.ts';

/** Takes an upload for reading and counts the try; null when it needs none any more. */
export async function beginParse(database: Kysely<Database>, id: number): Promise<Upload | null> {
  const upload = await database
    .updateTable('uploads')
    .set((row) => ({ attempts: row('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'stored')
    .returningAll()
    .executeTakeFirst();
  return upload ?? null;
}

/** Takes a try back that failed for a reason outside of the upload: it must not bring it nearer to being set aside. */
export async function giveBackTry(database: Kysely<Database>, id: number): Promise<void> {
  await database
    .updateTable('uploads')
    .set((row) => ({ attempts: row('attempts', '-', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'stored')
    .where('attempts', '>', 0)
    .execute();
}

/** How long a step of an upload took, in milliseconds. */
export interface ParseTimes {
  readonly queued: number;
  readonly parse: number;
}

/** What reading an upload found, as its row keeps it. */
export interface ParsedFacts {
  readonly totals: Totals;
  readonly contentDigest: Uint8Array;
  readonly env: Readonly<Record<string, string>> | null;
  readonly formats: readonly string[];
  readonly sourcesIn: number;
}

/** Where a part lies. */
export interface StoredPart {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** An upload as it was when its reading began: only these bytes may be finished. */
export type ReadUpload = Pick<Upload, 'id' | 'raw_key'>;

/** The part of an upload is stored. Returns false when another worker was first, or other bytes were stored meanwhile. */
export async function markProcessed(
  transaction: Kysely<Database>,
  upload: ReadUpload,
  parsed: ParsedFacts,
  part: StoredPart,
  times: ParseTimes,
): Promise<boolean> {
  const { totals } = parsed;
  return finishParse(transaction, upload, {
    state: 'processed',
    part_key: part.key,
    part_size: part.size,
    content_sha256: parsed.contentDigest,
    formats: [...parsed.formats],
    files_in: parsed.sourcesIn,
    files: totals.files,
    lines: totals.lines,
    hits: totals.hits,
    misses: totals.misses,
    partials: totals.partials,
    branches: totals.branches,
    methods: totals.methods,
    complexity: totals.complexity,
    complexity_total: totals.complexityTotal,
    ...(parsed.env === null ? {} : { env: JSON.stringify(parsed.env) }),
    queued_ms: times.queued,
    parse_ms: times.parse,
    processed_at: sql`now()` as never,
  });
}

/** Nothing of an upload counts; `part` keeps what was dropped. Returns false when another worker was first. */
export async function markFailed(
  transaction: Kysely<Database>,
  upload: ReadUpload,
  { code, part }: { readonly code: Problem['code']; readonly part: StoredPart | null },
  times: ParseTimes,
): Promise<boolean> {
  const failed = { state: 'error', error_code: code, queued_ms: times.queued, parse_ms: times.parse } as const;
  const kept = { part_key: part?.key ?? null, part_size: part?.size ?? null };
  return finishParse(transaction, upload, { ...failed, ...kept, processed_at: sql`now()` as never });
}

async function finishParse(
  transaction: Kysely<Database>,
  upload: ReadUpload,
  changes: Updateable<UploadsTable>,
): Promise<boolean> {
  const result = await transaction
    .updateTable('uploads')
    .set({ ...changes, updated_at: sql`now()` as never })
    .where('id', '=', upload.id)
    .where('state', '=', 'stored')
    .where('raw_key', '=', upload.raw_key)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
