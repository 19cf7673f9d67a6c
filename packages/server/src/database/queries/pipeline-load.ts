import { sql, type Kysely } from 'kysely';
import type { Database, UploadState } from '../tables.ts';

/** How much was done in the last minute, as the journal of events tells. */
export async function workOfLastMinute(
  database: Kysely<Database>,
): Promise<{ readonly parse: number; readonly merge: number }> {
  const { rows } = await sql<{ parse: number; merge: number }>`
    select (count(*) filter (where type in ('upload.parsed', 'upload.error')))::int as parse,
      (count(*) filter (where type = 'commit.merged'))::int as merge
    from events where at > now() - interval '1 minute'
  `.execute(database);
  return rows[0];
}

/** An upload that does not go on by itself, with where it belongs. */
export interface HeldUpload {
  readonly id: number;
  readonly external_id: string;
  readonly repository_id: number;
  readonly commit_id: number;
  readonly name: string | null;
  readonly flags: string[];
  readonly state: UploadState;
  readonly attempts: number;
  readonly error_code: string | null;
  readonly at: Date;
  readonly sha: string;
  readonly service: string;
  readonly owner: string;
  readonly repo: string;
}

/** Errors that are ours and not the uploader's: another try may help. */
export const OWN_ERRORS: readonly string[] = ['unknown_processing', 'file_not_in_storage', 'unknown_storage'];

/** Uploads that were given up for a reason of ours, newest first. */
export function failedUploads(database: Kysely<Database>, limit: number): Promise<HeldUpload[]> {
  return held(database)
    .where('uploads.state', '=', 'error')
    .where('uploads.error_code', 'in', OWN_ERRORS)
    .orderBy('uploads.processed_at', 'desc')
    .limit(limit)
    .execute();
}

/** Uploads that wait for a step longer than so many seconds, oldest first. */
export async function stuckUploads(database: Kysely<Database>, seconds: number, limit: number): Promise<HeldUpload[]> {
  const unread = await held(database)
    .where('uploads.state', '=', 'stored')
    .where('uploads.kind', '=', 'coverage')
    .where('uploads.stored_at', '<', ago(seconds))
    .orderBy('uploads.stored_at')
    .limit(limit)
    .execute();
  // By their commits: few of those are to be merged, while most uploads were.
  const unmerged = await held(database)
    .whereRef('commits.wanted_generation', '>', 'commits.merged_generation')
    .where('uploads.state', '=', 'processed')
    .where('uploads.processed_at', '<', ago(seconds))
    .orderBy('uploads.processed_at')
    .limit(limit)
    .execute();
  return [...unread, ...unmerged].sort((a, b) => a.at.getTime() - b.at.getTime()).slice(0, limit);
}

/** One of them by its public id; null when there is none. */
export async function findHeldUpload(database: Kysely<Database>, externalId: string): Promise<HeldUpload | null> {
  return (await held(database).where('uploads.external_id', '=', externalId).executeTakeFirst()) ?? null;
}

function ago(seconds: number) {
  return sql<Date>`now() - make_interval(secs => ${seconds})`;
}

function held(database: Kysely<Database>) {
  return database
    .selectFrom('uploads')
    .innerJoin('commits', 'commits.id', 'uploads.commit_id')
    .innerJoin('repositories', 'repositories.id', 'uploads.repository_id')
    .innerJoin('owners', 'owners.id', 'repositories.owner_id')
    .select([
      'uploads.id',
      'uploads.external_id',
      'uploads.repository_id',
      'uploads.commit_id',
      'uploads.name',
      'uploads.flags',
      'uploads.state',
      'uploads.attempts',
      'uploads.error_code',
      sql<Date>`coalesce(uploads.processed_at, uploads.stored_at, uploads.created_at)`.as('at'),
      'commits.sha',
      'owners.service',
      'owners.name as owner',
      'repositories.name as repo',
    ]);
}
