import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Visibility } from '../../auth/repository-access.ts';
import type { Commit, Database } from '../tables.ts';
import { DEFAULT_BRANCH, visibleRepositories } from './visible-repositories.ts';
import type { Slice, SortOrder } from './pages.ts';

/** Which repositories of an owner a page lists. */
export interface OverviewFilter {
  readonly ownerId: number;
  readonly visibility: Visibility;
  /** Part of the name, or its letters in order; null = every name. */
  readonly search: string | null;
  /** Has received an upload. */
  readonly isActive: boolean | null;
  /** Only those whose last report is older than a time, or that have more commits since then without one. */
  readonly stale: { readonly before: Date; readonly commits: number } | null;
}

export type OverviewOrder = SortOrder<'time' | 'coverage' | 'name' | 'lines' | 'change'>;

/** A repository with the newest report of its default branch. */
export interface RepositoryOverview {
  readonly id: number;
  readonly name: string;
  readonly is_private: boolean;
  readonly branch: string | null;
  /** Null, as all that follows, without a report. */
  readonly at: Date | null;
  readonly files: number | null;
  readonly lines: number | null;
  readonly hits: number | null;
  readonly partials: number | null;
  readonly misses: number | null;
  /** Of the whole list, not of the page. */
  readonly all: number;
}

/** Totals at a moment of the past. */
export interface PastReport {
  readonly repository_id: number;
  readonly at: Date;
  readonly lines: number;
  readonly hits: number;
}

/** What a list of repositories is about. */
export interface BranchOfRepository {
  readonly id: number;
  readonly branch: string | null;
}

/**
 * A page of an owner's repositories. The newest report of each is one look into an index, so that ten thousand of them are sorted by
 * any column without a table of its own.
 */
export async function listRepositoryOverviews(
  database: Kysely<Database>,
  filter: OverviewFilter,
  order: OverviewOrder,
  slice: Slice,
): Promise<RepositoryOverview[]> {
  const monthAgo = daysAgo(30);
  const { rows } = await sql<RepositoryOverview>`
    with named as materialized (
      select repositories.id, repositories.name, repositories.is_private, ${DEFAULT_BRANCH} as branch
      from repositories
      where repositories.owner_id = ${filter.ownerId}
        and ${visibleRepositories(filter.visibility)}
        and ${filter.isActive === null ? sql`true` : sql`repositories.is_active = ${filter.isActive}`}
        and ${filter.search === null ? sql`true` : sql`lower(repositories.name) like ${lettersInOrder(filter.search)}`}
    )
    select named.*, head.at, head.files, head.lines, head.hits, head.partials, head.misses, count(*) over () as all
    from named
    left join lateral (${newestReport(sql`named.id`, sql`named.branch`)}) head on true
    ${order.column === 'change' ? sql`left join lateral (${pastReport(sql`named.id`, sql`named.branch`, monthAgo)}) past on true` : sql``}
    where ${filter.stale === null ? sql`true` : isStale(filter.stale)}
    order by
      ${filter.search === null ? sql`0::int` : sql`position(lower(${filter.search}::text) in lower(named.name)) = 0`},
      ${orderBy(order)},
      named.id
    limit ${slice.limit} offset ${slice.offset}
  `.execute(database);
  return rows;
}

/** Sums over all repositories of an owner that somebody can see. */
export async function sumOwner(
  database: Kysely<Database>,
  ownerId: number,
  visibility: Visibility,
): Promise<OwnerSums> {
  const { rows } = await sql<OwnerSums>`
    select
      count(*) as repositories,
      count(head.at) as reporting,
      coalesce(sum(head.lines), 0)::bigint as lines,
      coalesce(sum(head.hits), 0)::bigint as hits,
      coalesce(sum(head.partials), 0)::bigint as partials,
      coalesce(sum(head.misses), 0)::bigint as misses
    from (
      select repositories.id, ${DEFAULT_BRANCH} as branch from repositories
      where repositories.owner_id = ${ownerId} and ${visibleRepositories(visibility)}
    ) named
    left join lateral (${newestReport(sql`named.id`, sql`named.branch`)}) head on true
  `.execute(database);
  return rows[0];
}

export interface OwnerSums {
  readonly repositories: number;
  readonly reporting: number;
  readonly lines: number;
  readonly hits: number;
  readonly partials: number;
  readonly misses: number;
}

/** The report of each at `time`: the newest complete one that is not younger, else the oldest of all (decision 7 of issue 4). */
export async function findPastReports(
  database: Kysely<Database>,
  repositories: readonly BranchOfRepository[],
  time: Date,
): Promise<PastReport[]> {
  const { rows } = await sql<PastReport>`
    select wanted.id as repository_id, past.at, past.lines, past.hits
    from ${unnest(repositories)}
    cross join lateral (${pastReport(sql`wanted.id`, sql`wanted.branch`, time)}) past
  `.execute(database);
  return rows;
}

/** The last report in each of `count` equal stretches of time up to `end`, where there is one: a row each, `bucket` from 0. */
export async function findTrends(
  database: Kysely<Database>,
  repositories: readonly BranchOfRepository[],
  { end, days, count }: { readonly end: Date; readonly days: number; readonly count: number },
): Promise<(PastReport & { readonly bucket: number })[]> {
  const start = sql`${end}::timestamptz - make_interval(days => ${days * count}) + make_interval(days => ${days} * bucket)`;
  const { rows } = await sql<PastReport & { readonly bucket: number }>`
    select wanted.id as repository_id, bucket, point.at, point.lines, point.hits
    from ${unnest(repositories)}
    cross join generate_series(0, ${count - 1}::int) as bucket
    cross join lateral (
      select ${TIME} as at, lines, hits from commits
      where repository_id = wanted.id and branch = wanted.branch and ${HAS_REPORT}
        and ${TIME} > ${start} and ${TIME} <= ${start} + make_interval(days => ${days})
      order by ${TIME} desc, id desc limit 1
    ) point
  `.execute(database);
  return rows;
}

/** How many commits each branch has since its newest report, by repository; counted to `most`. Without a report there is none to count from. */
export async function countUncovered(
  database: Kysely<Database>,
  repositories: readonly BranchOfRepository[],
  most: number,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ readonly repository_id: number; readonly count: number }>`
    select wanted.id as repository_id, (${uncoveredSince(sql`wanted.id`, sql`wanted.branch`, most)}) as count
    from ${unnest(repositories)}
    cross join lateral (${newestReport(sql`wanted.id`, sql`wanted.branch`)}) head
  `.execute(database);
  return new Map(rows.map(({ repository_id, count }) => [repository_id, count]));
}

/** The newest commit of each branch, with or without a report. */
export async function findNewestCommits(
  database: Kysely<Database>,
  repositories: readonly BranchOfRepository[],
): Promise<Map<number, Commit>> {
  const { rows } = await sql<Commit>`
    select newest.*
    from ${unnest(repositories)}
    cross join lateral (
      select * from commits where repository_id = wanted.id and branch = wanted.branch
      order by ${TIME} desc, id desc limit 1
    ) newest
  `.execute(database);
  return new Map(rows.map((commit) => [commit.repository_id, commit]));
}

/** Pages sort commits by it: when they were committed, else first seen. As in the indexes. */
const TIME = sql<Date>`coalesce(committed_at, created_at)`;
const HAS_REPORT = sql`report_key is not null and sessions > 0`;

function newestReport(id: RawBuilder<unknown>, branch: RawBuilder<unknown>) {
  return sql`
    select ${TIME} as at, commits.id, files, lines, hits, partials, misses from commits
    where repository_id = ${id} and commits.branch = ${branch} and ${HAS_REPORT}
    order by ${TIME} desc, commits.id desc limit 1
  `;
}

/** Commits without a report that are newer than `head`, the newest report; at most `most`. */
function uncoveredSince(id: RawBuilder<unknown>, branch: RawBuilder<unknown>, most: number) {
  return sql`
    select count(*) from (
      select from commits
      where repository_id = ${id} and commits.branch = ${branch} and report_key is null
        and (${TIME}, commits.id) > (head.at, head.id)
      limit ${most}
    ) newer
  `;
}

/** Those who are silent for long are found without counting. */
function isStale({ before, commits }: NonNullable<OverviewFilter['stale']>) {
  return sql`
    head.at < ${before} or (${uncoveredSince(sql`named.id`, sql`named.branch`, commits + 1)}) > ${commits}
  `;
}

function pastReport(id: RawBuilder<unknown>, branch: RawBuilder<unknown>, time: Date) {
  const of = sql`
    select ${TIME} as at, lines, hits, commits.id from commits
    where repository_id = ${id} and commits.branch = ${branch} and ${HAS_REPORT}
  `;
  return sql`
    select at, lines, hits from (
      (select *, 0 as rank from (${of} and state = 'complete' and ${TIME} <= ${time} order by ${TIME} desc, commits.id desc limit 1) month)
      union all
      (select *, 1 as rank from (${of} order by ${TIME}, commits.id limit 1) oldest)
    ) either order by rank limit 1
  `;
}

function unnest(repositories: readonly BranchOfRepository[]) {
  const known = repositories.filter(({ branch }) => branch !== null);
  return sql`unnest(
    ${known.map(({ id }) => id)}::bigint[], ${known.map(({ branch }) => branch)}::text[]
  ) as wanted(id, branch)`;
}

/** Repositories without what is sorted by come last, whichever way. */
function orderBy({ column, direction }: OverviewOrder) {
  const way = direction === 'asc' ? sql`asc nulls last` : sql`desc nulls last`;
  const ratio = sql`head.hits::float8 / nullif(head.lines, 0)`;
  if (column === 'name') return sql`lower(named.name) ${direction === 'asc' ? sql`asc` : sql`desc`}`;
  if (column === 'time') return sql`head.at ${way}`;
  if (column === 'lines') return sql`head.lines ${way}`;
  if (column === 'coverage') return sql`${ratio} ${way}, head.lines ${way}`;
  return sql`${ratio} - past.hits::float8 / nullif(past.lines, 0) ${way}`;
}

/** `ap` → `%a%p%`: what holds the letters in this order, whatever stands between them. */
function lettersInOrder(text: string): string {
  const letters = Array.from(text.toLowerCase(), (letter) => letter.replace(/[\\%_]/, String.raw`\$&`));
  return `%${letters.join('%')}%`;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}
