import { sql, type Kysely, type Updateable } from 'kysely';
import type { Problem, Totals } from '@thatch/engine';
import type { Database, NewUpload, Upload, UploadsTable } from '../tables.ts';

/** Adds an upload row. */
export async function insertUpload(database: Kysely<Database>, upload: NewUpload): Promise<Upload> {
  return database.insertInto('uploads').values(upload).returningAll().executeTakeFirstOrThrow();
}

/** The upload of a public id. */
export async function findUpload(database: Kysely<Database>, externalId: string): Promise<Upload | null> {
  const upload = await database
    .selectFrom('uploads')
    .selectAll()
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return upload ?? null;
}

/** The upload of our own id. */
export async function findUploadById(database: Kysely<Database>, id: number): Promise<Upload | null> {
  return (await database.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** The upload of a repository whose raw bytes have this key. */
export async function findUploadByRawKey(
  database: Kysely<Database>,
  repositoryId: number,
  rawKey: string,
): Promise<Upload | null> {
  const upload = await database
    .selectFrom('uploads')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('raw_key', '=', rawKey)
    .orderBy('id')
    .executeTakeFirst();
  return upload ?? null;
}

/** Uploads of a commit in the order in which they came. */
export async function uploadsOfCommit(database: Kysely<Database>, commitId: number): Promise<Upload[]> {
  return database.selectFrom('uploads').selectAll().where('commit_id', '=', commitId).orderBy('id').execute();
}

/** Bytes of an upload as they were stored. */
export interface StoredBytes {
  readonly rawKey: string;
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly md5: Uint8Array;
}

/** An upload whose bytes are durable, and the key of those that they replace. */
export interface NewlyStored {
  readonly upload: Upload;
  readonly replacedKey: string | null;
}

/** The bytes are durable: the upload waits for its reader. Changes nothing (null) once a reader has finished with it. */
export async function markStored(
  database: Kysely<Database>,
  id: number,
  bytes: StoredBytes,
): Promise<NewlyStored | null> {
  const row = await database
    .updateTable('uploads')
    .from((from) => from.selectFrom('uploads').select(['id', 'raw_key']).where('id', '=', id).forUpdate().as('before'))
    .set({
      state: 'stored',
      raw_key: bytes.rawKey,
      raw_size: bytes.size,
      raw_sha256: bytes.sha256,
      raw_md5: bytes.md5,
      stored_at: sql`now()`,
      updated_at: sql`now()`,
    })
    .whereRef('uploads.id', '=', 'before.id')
    .where('uploads.state', 'in', ['started', 'stored', 'expired'])
    .returningAll('uploads')
    .returning('before.raw_key as replaced_key')
    .executeTakeFirst();
  if (row === undefined) return null;
  const { replaced_key, ...upload } = row;
  return { upload, replacedKey: replaced_key };
}

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

/** An upload as it was when its reading began: only these bytes may be finished. */
export type ReadUpload = Pick<Upload, 'id' | 'raw_key'>;

/** The part of an upload is stored. Returns false when another worker was first, or other bytes were stored meanwhile. */
export async function markProcessed(
  transaction: Kysely<Database>,
  upload: ReadUpload,
  parsed: ParsedFacts,
  part: { readonly key: string; readonly size: number },
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

/** Nothing of an upload counts. Returns false when another worker was first. */
export async function markFailed(
  transaction: Kysely<Database>,
  upload: ReadUpload,
  code: Problem['code'],
  times: ParseTimes,
): Promise<boolean> {
  const failed = { state: 'error', error_code: code, queued_ms: times.queued, parse_ms: times.parse } as const;
  return finishParse(transaction, upload, { ...failed, processed_at: sql`now()` as never });
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

/** Stores the problems of an upload, in their order. */
export async function saveProblems(
  transaction: Kysely<Database>,
  uploadId: number,
  problems: readonly Problem[],
): Promise<void> {
  if (problems.length === 0) return;
  const rows = problems.map((problem, position) => ({
    upload_id: uploadId,
    position,
    code: problem.code,
    severity: problem.severity,
    file: withoutNul(problem.file ?? null),
    line: problem.line ?? null,
    byte: problem.byte ?? null,
    count: problem.count ?? null,
    message: withoutNul(problem.message) ?? '',
    hint: problem.hint,
  }));
  await transaction
    .insertInto('upload_problems')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Postgres' text cannot hold NUL; a report's path can. */
function withoutNul(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd');
}

/** Problems of uploads, in their order. */
export async function problemsOf(
  database: Kysely<Database>,
  uploadIds: readonly number[],
): Promise<Map<number, ProblemRow[]>> {
  const byUpload = new Map<number, ProblemRow[]>();
  if (uploadIds.length === 0) return byUpload;
  const rows = await database
    .selectFrom('upload_problems')
    .selectAll()
    .where('upload_id', 'in', [...uploadIds])
    .orderBy('upload_id')
    .orderBy('position')
    .execute();
  for (const row of rows) byUpload.set(row.upload_id, [...(byUpload.get(row.upload_id) ?? []), row]);
  return byUpload;
}

export type ProblemRow = Database['upload_problems'];

/** When an upload takes the place of an earlier one of its commit, `thatch.uploads.supersede`. */
export type SupersedeRule = 'equal_content' | 'same_job' | 'never';

/**
 * Marks earlier uploads that this one repeats (report-model §4): under `equal_content` those of equal content, flags, name, job, build and
 * environment where a build or job tells that it is a repeated attempt; under `same_job` those of equal flags, name, job and
 * environment. Must run after {@link wantMerge} in the same transaction, which orders those of one commit. An upload without a token
 * never takes the place of a trusted one (providers §7).
 */
export async function supersedeRepeats(
  transaction: Kysely<Database>,
  id: number,
  rule: SupersedeRule,
): Promise<number> {
  if (rule === 'never') return 0;
  const isRepeat =
    rule === 'same_job'
      ? sql`coalesce(later.job, '') <> ''`
      : sql`earlier.content_sha256 = later.content_sha256 and earlier.build is not distinct from later.build
          and (coalesce(later.build, '') <> '' or coalesce(later.job, '') <> '')`;
  const result = await sql`
    update uploads earlier set state = 'superseded', superseded_by = later.id, updated_at = now()
    from uploads later
    where later.id = ${id} and earlier.id <> later.id and earlier.commit_id = later.commit_id
      and earlier.kind = 'coverage' and earlier.state in ('processed', 'merged')
      and earlier.flags = later.flags and earlier.name is not distinct from later.name
      and earlier.job is not distinct from later.job and earlier.env is not distinct from later.env
      and ${isRepeat} and (earlier.is_unprotected or not later.is_unprotected)
  `.execute(transaction);
  return Number(result.numAffectedRows ?? 0n);
}

/** Parts that count for a commit. */
export async function partsOfCommit(database: Kysely<Database>, commitId: number): Promise<Upload[]> {
  return database
    .selectFrom('uploads')
    .selectAll()
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['processed', 'merged'])
    .where('part_key', 'is not', null)
    .orderBy('id')
    .execute();
}

/** Their parts are in the commit's report. Returns those that were not before. */
export async function markMerged(
  transaction: Kysely<Database>,
  ids: readonly number[],
  mergeMilliseconds: number,
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await transaction
    .updateTable('uploads')
    .set({ state: 'merged', merged_at: sql`now()`, merge_ms: mergeMilliseconds, updated_at: sql`now()` })
    .where('id', 'in', [...ids])
    .where('state', '=', 'processed')
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Stored uploads that nobody has read yet, oldest first: the open ends of the journal. */
export async function findUnparsed(
  database: Kysely<Database>,
  most: number,
): Promise<{ id: number; externalId: string }[]> {
  const rows = await database
    .selectFrom('uploads')
    .select(['id', 'external_id'])
    .where('state', '=', 'stored')
    .where('kind', '=', 'coverage')
    .orderBy('stored_at')
    .limit(most)
    .execute();
  return rows.map((row) => ({ id: row.id, externalId: row.external_id }));
}

/** Gives up waiting for bytes whose address has run out, a minute after its end. */
export async function expireStarted(database: Kysely<Database>): Promise<number> {
  const result = await database
    .updateTable('uploads')
    .set({ state: 'expired', updated_at: sql`now()` })
    .where('state', '=', 'started')
    .where('put_until', '<', sql<Date>`now() - interval '60 seconds'`)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Uploads of a commit by state, coverage only; `started` ones that ran out are not counted. */
export interface UploadCounts {
  readonly total: number;
  readonly processing: number;
  readonly merged: number;
  readonly error: number;
}

/** Counts for `upload-complete` and events (upload-protocol §5.5). */
export async function countUploads(database: Kysely<Database>, commitId: number): Promise<UploadCounts> {
  const row = await database
    .selectFrom('uploads')
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`(count(*) filter (where state in ('started', 'stored', 'processed')))::int`.as('processing'),
      sql<number>`(count(*) filter (where state in ('merged', 'superseded')))::int`.as('merged'),
      sql<number>`(count(*) filter (where state = 'error'))::int`.as('error'),
    ])
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', '<>', 'expired')
    .where((where) => where.or([where('state', '<>', 'started'), where('put_until', '>', sql<Date>`now()`)]))
    .executeTakeFirstOrThrow();
  return row;
}

/** Number of uploads that hold a place under `setup.max_sessions`: neither failed, nor without bytes. */
export async function countSessions(database: Kysely<Database>, commitId: number): Promise<number> {
  const { count } = await database
    .selectFrom('uploads')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['started', 'stored', 'processed', 'merged'])
    .where((where) => where.or([where('state', '<>', 'started'), where('put_until', '>', sql<Date>`now()`)]))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Gives a commit the read uploads of another, as rows of its own that share the parts; those it has already are left out. Returns how many
 * were added.
 */
export async function copyUploads(
  transaction: Kysely<Database>,
  fromCommit: number,
  toCommit: number,
): Promise<number> {
  const result = await sql`
    insert into uploads (
      external_id, repository_id, commit_id, kind, state, flags, name, job, build, build_url, ci, env, via, agent, package,
      is_unprotected, notices, options, raw_key, raw_size, raw_sha256, raw_md5, content_sha256, stored_at, part_key, part_size,
      formats, files_in, files, lines, hits, misses, partials, branches, methods, complexity, complexity_total, processed_at
    )
    select
      gen_random_uuid(), origin.repository_id, ${toCommit}, kind, 'processed', flags, name, job, build, build_url, ci, env, via, agent,
      package, is_unprotected,
      origin.notices || jsonb_build_array(jsonb_build_object(
        'code', 'transplanted', 'message', 'Taken over from the commit ' || source.sha || '.'
      )),
      options, raw_key, raw_size, raw_sha256, raw_md5, content_sha256, stored_at, part_key, part_size,
      formats, files_in, origin.files, origin.lines, origin.hits, origin.misses, origin.partials, origin.branches, origin.methods,
      origin.complexity, origin.complexity_total, now()
    from uploads origin
    join commits source on source.id = origin.commit_id
    where origin.commit_id = ${fromCommit} and kind = 'coverage' and origin.state in ('processed', 'merged') and part_key is not null
      and not exists (select from uploads there where there.commit_id = ${toCommit} and there.part_key = origin.part_key)
    order by origin.id
  `.execute(transaction);
  return Number(result.numAffectedRows ?? 0n);
}

/** The upload of a commit that came with this idempotency key. */
export async function findByIdempotencyKey(
  database: Kysely<Database>,
  commit: { readonly id: number; readonly repository_id: number },
  key: string,
): Promise<Upload | null> {
  const upload = await database
    .selectFrom('uploads')
    .selectAll()
    .where('repository_id', '=', commit.repository_id)
    .where('commit_id', '=', commit.id)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return upload ?? null;
}

/** Lets another upload take the key of this one. */
export async function releaseIdempotencyKey(database: Kysely<Database>, id: number): Promise<void> {
  await database.updateTable('uploads').set({ idempotency_key: null }).where('id', '=', id).execute();
}
