import { sql, type Kysely } from 'kysely';
import type { Commit, Database } from '../tables.ts';

/** A branch and the commit that it points at, which may have been seen on another branch first. */
export interface BranchHead {
  readonly repositoryId: number;
  readonly branch: string;
  readonly head: string;
}

/** When a commit was made, else first seen: the time by which histories are ordered. */
const AT = sql<Date>`coalesce(committed_at, created_at)`;

/** The newest commit of a branch that has a report; null when none has. */
export async function newestCovered(database: Kysely<Database>, head: BranchHead): Promise<Commit | null> {
  const commit = await commitsOf(database, head)
    .selectAll()
    .where(isCovered)
    .orderBy(AT, 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return commit ?? null;
}

/** The newest complete report of a branch that is at least so old; null when none is. */
export async function newestCompleteBefore(
  database: Kysely<Database>,
  head: BranchHead,
  time: Date,
): Promise<Commit | null> {
  const commit = await commitsOf(database, head)
    .selectAll()
    .where(isCovered)
    .where('state', '=', 'complete')
    .where(AT, '<=', time)
    .orderBy(AT, 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return commit ?? null;
}

/** The oldest report of a branch. */
export async function oldestCovered(database: Kysely<Database>, head: BranchHead): Promise<Commit | null> {
  const commit = await commitsOf(database, head)
    .selectAll()
    .where(isCovered)
    .orderBy(AT)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return commit ?? null;
}

/** So many commits of a branch are newer than one and have no report. */
export async function countNewerUncovered(
  database: Kysely<Database>,
  head: BranchHead,
  than: Pick<Commit, 'id'>,
): Promise<number> {
  const row = await commitsOf(database, head)
    .select(sql<number>`count(*)::int`.as('count'))
    .where('report_key', 'is', null)
    // Compared as the database has them: a Date has no microseconds.
    .where(sql<boolean>`(${AT}, id) > (select ${AT}, id from commits where id = ${than.id})`)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** What a trend needs of a commit. */
export type TrendCommit = Pick<
  Commit,
  'id' | 'sha' | 'state' | 'message' | 'files' | 'lines' | 'hits' | 'partials' | 'misses' | 'sessions'
> & { readonly at: Date };

/** Commits of a branch since a time, newest first. */
export async function listTrend(
  database: Kysely<Database>,
  head: BranchHead,
  since: Date | null,
  most: number,
): Promise<TrendCommit[]> {
  let query = commitsOf(database, head)
    .select(['id', 'sha', 'state', 'message', 'files', 'lines', 'hits', 'partials', 'misses', 'sessions', AT.as('at')])
    .orderBy(AT, 'desc')
    .orderBy('id', 'desc')
    .limit(most);
  if (since !== null) query = query.where(AT, '>=', since);
  return query.execute();
}

const isCovered = sql<boolean>`(report_key is not null and sessions > 0)`;

function commitsOf(database: Kysely<Database>, { repositoryId, branch, head }: BranchHead) {
  return database
    .selectFrom('commits')
    .where('repository_id', '=', repositoryId)
    .where((where) => where.or([where('branch', '=', branch), where('sha', '=', head)]));
}
