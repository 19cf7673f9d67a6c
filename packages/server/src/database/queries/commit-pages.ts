import { sql, type Kysely } from 'kysely';
import type { Commit, CommitState, Database } from '../tables.ts';

/** Which commits a page lists. */
export interface CommitPageFilter {
  readonly repositoryId: number;
  /** Null = of every branch. */
  readonly branch: string | null;
  /** Empty = in any state. */
  readonly states: readonly CommitState[];
  /** The beginning of a sha, or words of the message (web-ui §1.4). */
  readonly search: string | null;
  /** A part of the author's name. */
  readonly author: string | null;
}

/** More words than these do not narrow a search. */
const MOST_WORDS = 8;
const SHA_BEGINNING = /^[0-9a-f]{3,64}$/;

/**
 * Commits newest first, by when they were committed, else first seen.
 *
 * @param after our id of the last one that was seen; null = from the first. When that one is gone, there is nothing after it
 */
export async function listCommitPage(
  database: Kysely<Database>,
  filter: CommitPageFilter,
  after: number | null,
  limit: number,
): Promise<Commit[]> {
  // A Date has no microseconds: the place is compared as the database wrote it, or rows would be shown twice.
  const place = after === null ? null : await placeOf(database, filter.repositoryId, after);
  if (after !== null && place === null) return [];
  let query = database.selectFrom('commits').selectAll().where('repository_id', '=', filter.repositoryId);
  if (filter.branch !== null) query = query.where('branch', '=', filter.branch);
  if (filter.states.length > 0) query = query.where('state', 'in', [...filter.states]);
  // A commit that is only known by name waits for nothing.
  if (filter.states.includes('pending')) query = query.where(hasUploads);
  if (filter.author !== null) query = query.where('author_name', 'ilike', contains(filter.author));
  if (filter.search !== null) query = query.where(matches(filter.search));
  if (place !== null) query = query.where(sql<boolean>`(${AT}, id) < (${place}::timestamptz, ${after})`);
  return query.orderBy(AT, 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** Our id of the commit of a repository that was seen last; 0 without any. */
export async function newestCommit(database: Kysely<Database>, repositoryId: number): Promise<number> {
  const row = await database
    .selectFrom('commits')
    .select((select) => select.fn.max('id').as('id'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
  return Number(row?.id ?? 0);
}

const AT = sql<Date>`coalesce(committed_at, created_at)`;

const hasUploads = sql<boolean>`(state <> 'pending' or exists (
  select from uploads where uploads.commit_id = commits.id and uploads.kind = 'coverage'
))`;

async function placeOf(database: Kysely<Database>, repositoryId: number, id: number): Promise<string | null> {
  const row = await database
    .selectFrom('commits')
    .select(sql<string>`${AT}::text`.as('at'))
    .where('repository_id', '=', repositoryId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Words like "dead" and "feed" may begin a sha as well. */
function matches(search: string) {
  const words = search.split(/\s+/).filter((word) => word !== '');
  const inMessage = words.slice(0, MOST_WORDS).map((word) => sql<boolean>`message ilike ${contains(word)}`);
  const message = inMessage.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(inMessage, sql` and `)})`;
  const sha = search.toLowerCase();
  return SHA_BEGINNING.test(sha) ? sql<boolean>`(sha like ${`${sha}%`} or ${message})` : message;
}

function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
