import { sql, type Kysely } from 'kysely';
import type { Database, Upload } from '../tables.ts';
import type { Slice } from './pages.ts';

/** Coverage uploads of a commit. */
export async function countCoverageUploads(database: Kysely<Database>, commitId: number): Promise<number> {
  const row = await selectCoverage(database, commitId)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Oldest first. */
export async function listCoverageUploads(
  database: Kysely<Database>,
  commitId: number,
  slice: Slice,
): Promise<Upload[]> {
  return selectCoverage(database, commitId).selectAll().orderBy('id').limit(slice.limit).offset(slice.offset).execute();
}

/** Those that come after the one of our id `after`, oldest first; 0 = from the first. */
export async function listCoverageUploadsAfter(
  database: Kysely<Database>,
  commitId: number,
  after: number,
  limit: number,
): Promise<Upload[]> {
  return selectCoverage(database, commitId).selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
}

/** Those in the commit's report that carry a flag. */
export async function listMergedWithFlag(
  database: Kysely<Database>,
  commitId: number,
  flag: string,
): Promise<Upload[]> {
  return selectCoverage(database, commitId)
    .selectAll()
    .where('state', '=', 'merged')
    .where('part_key', 'is not', null)
    .where(sql<boolean>`${flag}::text = any(flags)`)
    .orderBy('id')
    .execute();
}

function selectCoverage(database: Kysely<Database>, commitId: number) {
  return database.selectFrom('uploads').where('commit_id', '=', commitId).where('kind', '=', 'coverage');
}
