import { sql, type Kysely } from 'kysely';
import type { Database, NewUpload, Upload, UploadState } from '../tables.ts';

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

/** Keeps others from changing an upload until the transaction ends; its state at that moment. */
export async function lockUpload(transaction: Kysely<Database>, id: number): Promise<UploadState | null> {
  const upload = await transaction
    .selectFrom('uploads')
    .select('state')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return upload?.state ?? null;
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

/** Number of coverage uploads that hold a place under `setup.max_sessions`: neither failed, nor without bytes. */
export async function countSessions(database: Kysely<Database>, commitId: number): Promise<number> {
  const { count } = await database
    .selectFrom('uploads')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['stored', 'processed', 'merged'])
    .executeTakeFirstOrThrow();
  return count;
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

/** Which of these keys the raw bytes of some upload have. The id of the upload that a key was made for is in it. */
export async function namedRawKeys(
  database: Kysely<Database>,
  keys: readonly { readonly key: string; readonly externalId: string }[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const own = await database
    .selectFrom('uploads')
    .select('raw_key')
    .where('external_id', 'in', [...new Set(keys.map(({ externalId }) => externalId))])
    .execute();
  const named = new Set(own.flatMap(({ raw_key }) => raw_key ?? []));
  const others = keys.filter(({ key }) => !named.has(key)).map(({ key }) => key);
  if (others.length === 0) return named;
  // Uploads that were taken over from another commit have its bytes. Without an index, as few keys come so far.
  const copies = await database.selectFrom('uploads').select('raw_key').where('raw_key', 'in', others).execute();
  return named.union(new Set(copies.flatMap(({ raw_key }) => raw_key ?? [])));
}
