import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** One row of the commit graph: a commit, its parents in their order, its committer's time. */
export interface GraphRow {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly committedAt: Date | null;
}

const ROWS_AT_ONCE = 1000;

/**
 * Adds rows to a repository's graph. Known rows stay as they are, but for a time that was not known. Returns the commits whose stored
 * parents differ from the given ones: a commit's parents never change, so one of the senders is wrong.
 */
export async function addToGraph(
  database: Kysely<Database>,
  repositoryId: number,
  rows: readonly GraphRow[],
): Promise<string[]> {
  const contradicting: string[] = [];
  // In one order, so that two senders of the same rows do not wait for each other in a circle.
  const distinct = [...new Map(rows.map((row) => [row.sha, row])).values()].toSorted((one, other) =>
    one.sha < other.sha ? -1 : 1,
  );
  for (let at = 0; at < distinct.length; at += ROWS_AT_ONCE) {
    const batch = distinct.slice(at, at + ROWS_AT_ONCE);
    const stored = await database
      .insertInto('commit_graph')
      .values(
        batch.map(({ sha, parents, committedAt }) => ({
          repository_id: repositoryId,
          sha,
          parents: [...parents],
          committed_at: committedAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'sha']).doUpdateSet((excluded) => ({
          committed_at: sql<Date>`coalesce(commit_graph.committed_at, ${excluded.ref('excluded.committed_at')})`,
        })),
      )
      .returning(['sha', 'parents'])
      .execute();
    const given = new Map(batch.map((row) => [row.sha, row.parents]));
    for (const { sha, parents } of stored) if (!isSameList(parents, given.get(sha) ?? [])) contradicting.push(sha);
  }
  return contradicting;
}

/** Which of these commits have no row. */
export async function missingFromGraph(
  database: Kysely<Database>,
  repositoryId: number,
  shas: readonly string[],
): Promise<string[]> {
  if (shas.length === 0) return [];
  const rows = await database
    .selectFrom('commit_graph')
    .select('sha')
    .where('repository_id', '=', repositoryId)
    .where('sha', 'in', [...shas])
    .execute();
  const known = new Set(rows.map(({ sha }) => sha));
  return [...new Set(shas)].filter((sha) => !known.has(sha));
}

/** A commit's parents; null when the graph does not have it. */
export async function parentsInGraph(
  database: Kysely<Database>,
  repositoryId: number,
  sha: string,
): Promise<readonly string[] | null> {
  const row = await database
    .selectFrom('commit_graph')
    .select('parents')
    .where('repository_id', '=', repositoryId)
    .where('sha', '=', sha)
    .executeTakeFirst();
  return row?.parents ?? null;
}

/** An ancestor with a report. */
export interface CoveredAncestor {
  readonly sha: string;
  /** Steps from the commit; 1 = a parent. */
  readonly distance: number;
}

/**
 * The nearest ancestor that has a merged report, however far it is; of equally near ones that along the first parents. Only the commits
 * without a report in between are looked at (design §5). Null when there is none, or the graph ends before.
 */
export async function nearestCoveredAncestor(
  database: Kysely<Database>,
  repositoryId: number,
  sha: string,
): Promise<CoveredAncestor | null> {
  const { rows } = await sql<{ sha: string; parents: string[] | null; covered: boolean }>`
    with recursive walk(sha) as (
      select ${sha}::text
      union
      select parent
      from walk
      join commit_graph graph on graph.repository_id = ${repositoryId} and graph.sha = walk.sha
      cross join lateral unnest(graph.parents) parent
      where walk.sha = ${sha} or not exists (
        select from commits where repository_id = ${repositoryId} and commits.sha = walk.sha and report_key is not null
      )
    )
    select walk.sha, graph.parents, commits.report_key is not null as covered
    from walk
    left join commit_graph graph on graph.repository_id = ${repositoryId} and graph.sha = walk.sha
    left join commits on commits.repository_id = ${repositoryId} and commits.sha = walk.sha
  `.execute(database);
  const known = new Map(rows.map((row) => [row.sha, row]));
  const seen = new Set([sha]);
  let front = known.get(sha)?.parents ?? [];
  for (let distance = 1; front.length > 0; distance++) {
    const covered = front.find((candidate) => known.get(candidate)?.covered === true);
    if (covered !== undefined) return { sha: covered, distance };
    const next: string[] = [];
    for (const parent of front.flatMap((candidate) => known.get(candidate)?.parents ?? [])) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      next.push(parent);
    }
    front = next;
  }
  return null;
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
