import { sql, type Kysely } from 'kysely';
import type { Commit, Database } from '../tables.ts';

/** Branches that moved last are looked at first; of their history no more than this. */
const MOST_BRANCHES = 50;
const MOST_STEPS = 20_000;
/** Clocks of those who commit differ by so much. */
const SKEW_HOURS = 24;

/**
 * Branches from whose head a commit is reached, that of its upload among them, by name. History older than the commit is not walked, and
 * of long histories only the nearest part: a branch that left the commit far behind may be missing.
 */
export async function branchesContaining(
  database: Kysely<Database>,
  { repository_id: repositoryId, sha, branch, committed_at: committedAt }: Commit,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with recursive heads as (
      select name, head_sha from branches where repository_id = ${repositoryId} order by updated_at desc limit ${MOST_BRANCHES}
    ), walk(name, sha) as (
      select name, head_sha from heads
      union
      select walk.name, parent.sha
      from walk
      left join commit_graph graph on graph.repository_id = ${repositoryId} and graph.sha = walk.sha
      left join commits known on known.repository_id = ${repositoryId} and known.sha = walk.sha
      cross join lateral unnest(coalesce(graph.parents, array[known.parent_sha])) parent(sha)
      where walk.sha <> ${sha} and parent.sha is not null
        and coalesce(graph.committed_at >= ${committedAt}::timestamptz - make_interval(hours => ${SKEW_HOURS}), true)
    )
    select distinct name from (select name, sha from walk limit ${MOST_STEPS}) reached where sha = ${sha}
  `.execute(database);
  const names = new Set(rows.map(({ name }) => name));
  if (branch !== null) names.add(branch);
  return [...names].toSorted();
}
