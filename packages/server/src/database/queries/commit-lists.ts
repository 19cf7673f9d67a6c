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

/** So many ancestors are looked at for one list, those nearest to its commits first. */
const MOST_ANCESTORS = 2000;

/**
 * The nearest ancestor with coverage of each commit along its first parents, else its parent as stored (public-api §2.5). Commits
 * without any known parent are not in the answer. Commits of a list share most of their ancestors, so each is looked at once.
 */
export async function findParents(
  database: Kysely<Database>,
  repositoryId: number,
  commits: readonly Pick<Commit, 'id' | 'sha'>[],
): Promise<Map<number, string>> {
  if (commits.length === 0) return new Map();
  const ids = commits.map(({ id }) => id);
  const firstOf = (sha: string) => sql`coalesce(
    (select known.parent_sha from commits known where known.repository_id = ${repositoryId} and known.sha = ${sql.ref(sha)}),
    (select graph.parents[1] from commit_graph graph where graph.repository_id = ${repositoryId} and graph.sha = ${sql.ref(sha)})
  )`;
  // Rows come breadth first and only as many as are taken: the limit bounds the walk.
  const { rows } = await sql<Ancestor>`
    with recursive walk as (
      select sha, ${firstOf('listed.sha')} as parent, report_key is not null as is_covered, true as goes_on
      from commits listed where id = any(${ids})
      union
      select sha, ${firstOf('reached.sha')}, is_covered, not is_covered
      from (
        select walk.parent as sha, exists (
          select from commits where repository_id = ${repositoryId} and sha = walk.parent and report_key is not null
        ) as is_covered
        from walk where walk.goes_on and walk.parent is not null
      ) reached
    )
    select sha, parent, is_covered from walk limit ${commits.length + MOST_ANCESTORS}
  `.execute(database);
  const known = new Map(rows.map((row) => [row.sha, row]));
  return new Map(
    commits.flatMap(({ id, sha }): [number, string][] => {
      const parent = nearestCovered(known, sha) ?? known.get(sha)?.parent ?? null;
      return parent === null ? [] : [[id, parent]];
    }),
  );
}

interface Ancestor {
  readonly sha: string;
  readonly parent: string | null;
  readonly is_covered: boolean;
}

function nearestCovered(known: ReadonlyMap<string, Ancestor>, start: string): string | null {
  // What uploaders say of parents may go round in a circle.
  const seen = new Set([start]);
  for (let sha = known.get(start)?.parent ?? null; sha !== null && !seen.has(sha);) {
    const ancestor = known.get(sha);
    if (ancestor === undefined) return null;
    if (ancestor.is_covered) return sha;
    seen.add(sha);
    sha = ancestor.parent;
  }
  return null;
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
