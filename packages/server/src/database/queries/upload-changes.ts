import { sql, type Kysely } from 'kysely';
import type { CommitState, Database, Upload } from '../tables.ts';
import { settleCommit, wantMerge } from './commits.ts';

/**
 * Lets uploads of a commit be read again: as if their bytes had just come. Superseded ones stay as they are. Returns our ids of those that
 * wait now.
 *
 * @param uploadId only this one; null = all
 */
export async function readAgain(
  transaction: Kysely<Database>,
  commitId: number,
  uploadId: number | null,
): Promise<number[]> {
  await wantMerge(transaction, commitId);
  let query = transaction
    .updateTable('uploads')
    .set({
      state: 'stored',
      attempts: 0,
      error_code: null,
      queued_ms: null,
      parse_ms: null,
      merge_ms: null,
      processed_at: null,
      merged_at: null,
      stored_at: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
    })
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['processed', 'merged', 'error'])
    .where('raw_key', 'is not', null);
  if (uploadId !== null) query = query.where('id', '=', uploadId);
  const ids = (await query.returning('id').execute()).map(({ id }) => id);
  if (ids.length > 0) await transaction.deleteFrom('upload_problems').where('upload_id', 'in', ids).execute();
  return ids;
}

/** What became of a deletion. */
export type UploadDeletion =
  | DeletedUpload
  /** A reader is finishing it at this moment. */
  | { readonly kind: 'busy' };

/** What a deletion left behind. */
export interface DeletedUpload {
  readonly kind: 'deleted';
  /** Whether parts are left that a merge must put together; without any the commit has no report. */
  readonly isMergeWanted: boolean;
  readonly state: CommitState;
  /** Objects that no other upload names. */
  readonly unusedKeys: readonly string[];
}

/**
 * Removes an upload; attempts that it had superseded count again. Merges lock the commit before uploads and readers after theirs, so one that
 * is locked is not waited for.
 */
export async function deleteUpload(
  transaction: Kysely<Database>,
  upload: Pick<Upload, 'id' | 'commit_id' | 'raw_key' | 'part_key'>,
): Promise<UploadDeletion> {
  await wantMerge(transaction, upload.commit_id);
  const free = await transaction
    .selectFrom('uploads')
    .select('id')
    .where('id', '=', upload.id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (free === undefined) return { kind: 'busy' };
  await transaction
    .updateTable('uploads')
    .set({ state: 'processed', superseded_by: null, updated_at: sql<Date>`now()` })
    .where('superseded_by', '=', upload.id)
    .execute();
  await transaction.deleteFrom('uploads').where('id', '=', upload.id).execute();
  const isMergeWanted = await hasParts(transaction, upload.commit_id);
  if (!isMergeWanted) await forgetReport(transaction, upload.commit_id);
  return {
    kind: 'deleted',
    isMergeWanted,
    state: await settleCommit(transaction, upload.commit_id),
    unusedKeys: await unusedKeys(transaction, [upload.raw_key, upload.part_key]),
  };
}

/** Those of some keys of raw uploads and parts that no upload names. */
export async function unusedKeys(
  database: Kysely<Database>,
  keys: readonly (string | null)[],
): Promise<readonly string[]> {
  const wanted = keys.filter((key) => key !== null);
  if (wanted.length === 0) return [];
  const rows = await database
    .selectFrom('uploads')
    .select(['raw_key', 'part_key'])
    .where((where) => where.or([where('raw_key', 'in', wanted), where('part_key', 'in', wanted)]))
    .execute();
  const used = new Set(rows.flatMap(({ raw_key, part_key }) => [raw_key, part_key]));
  return wanted.filter((key) => !used.has(key));
}

async function hasParts(database: Kysely<Database>, commitId: number): Promise<boolean> {
  const row = await database
    .selectFrom('uploads')
    .select('id')
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['stored', 'processed', 'merged'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A report of nothing would show zero lines; a commit without parts has none. */
async function forgetReport(transaction: Kysely<Database>, commitId: number): Promise<void> {
  await transaction
    .updateTable('commits')
    .set({
      merged_generation: sql<number>`wanted_generation`,
      report_key: null,
      report_digest: null,
      files: null,
      lines: null,
      hits: null,
      misses: null,
      partials: null,
      branches: null,
      methods: null,
      complexity: null,
      complexity_total: null,
      sessions: null,
    })
    .where('id', '=', commitId)
    .execute();
}
