import { sql, type Kysely } from 'kysely';
import type { Commit, Database } from '../tables.ts';
import type { Slice } from './pages.ts';

/** Which commits to list. */
export interface CommitFilter {
  readonly repositoryId: number;
  readonly branch?: string;
}

export async function countCommits(database: Kysely<Database>, filter: CommitFilter): Promise<number> {
  const row = await selectCommits(database, filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Newest first by the time of authoring, else of committing, else of the first upload. */
export async function listCommitsByTime(
  database: Kysely<Database>,
  filter: CommitFilter,
  slice: Slice,
): Promise<Commit[]> {
  return selectCommits(database, filter)
    .selectAll()
    .orderBy(sql`coalesce(authored_at, committed_at, created_at)`, 'desc')
    .orderBy('id', 'desc')
    .limit(slice.limit)
    .offset(slice.offset)
    .execute();
}

/** How far the line of first parents is followed for one commit of a list. */
const FARTHEST = 500;

/**
 * The nearest ancestor with coverage of each commit along its first parents, else its parent as stored (public-api §2.5). Commits
 * without any known parent are not in the answer.
 */
export async function findParents(
  database: Kysely<Database>,
  repositoryId: number,
  commits: readonly Pick<Commit, 'id'>[],
): Promise<Map<number, string>> {
  if (commits.length === 0) return new Map();
  const ids = commits.map(({ id }) => id);
  const { rows } = await sql<{ start: number; sha: string }>`
    with recursive ancestors as (
      select commits.id as start, coalesce(commits.parent_sha, graph.parents[1]) as sha, 1 as distance
      from commits
      left join commit_graph graph on graph.repository_id = commits.repository_id and graph.sha = commits.sha
      where commits.id = any(${ids})
      union all
      select start, coalesce(known.parent_sha, graph.parents[1]), distance + 1
      from ancestors
      left join commits known on known.repository_id = ${repositoryId} and known.sha = ancestors.sha
      left join commit_graph graph on graph.repository_id = ${repositoryId} and graph.sha = ancestors.sha
      where ancestors.sha is not null and known.report_key is null and distance < ${FARTHEST}
    )
    select distinct on (start) start, ancestors.sha
    from ancestors
    left join commits covered
      on covered.repository_id = ${repositoryId} and covered.sha = ancestors.sha and covered.report_key is not null
    where ancestors.sha is not null
    order by start, (covered.id is null), distance
  `.execute(database);
  return new Map(rows.map(({ start, sha }) => [start, sha]));
}

/** The first parent of a commit as stored, by the uploader or in the graph; the commit itself may be unknown. */
export async function findFirstParent(
  database: Kysely<Database>,
  repositoryId: number,
  sha: string,
): Promise<string | null> {
  const { rows } = await sql<{ parent: string | null }>`
    select coalesce(
      (select parent_sha from commits where repository_id = ${repositoryId} and sha = ${sha}),
      (select parents[1] from commit_graph where repository_id = ${repositoryId} and sha = ${sha})
    ) as parent
  `.execute(database);
  return rows[0]?.parent ?? null;
}

function selectCommits(database: Kysely<Database>, { repositoryId, branch }: CommitFilter) {
  const query = database.selectFrom('commits').where('repository_id', '=', repositoryId);
  return branch === undefined ? query : query.where('branch', '=', branch);
}
