import { sql, type Kysely } from 'kysely';
import type { Commit, Database } from '../tables.ts';
import type { BranchRow } from './branch-lists.ts';
import type { Slice } from './pages.ts';

/** A branch with the totals of its head. */
export type CoveredBranch = BranchRow & Pick<Commit, 'files' | 'lines' | 'hits' | 'partials' | 'misses'>;

/** Branches whose name holds a text, the default one first, then those that moved last. */
export async function listCoveredBranches(
  database: Kysely<Database>,
  repositoryId: number,
  { search, first }: { readonly search: string; readonly first: string | null },
  { limit, offset }: Slice,
): Promise<CoveredBranch[]> {
  let query = database
    .selectFrom('branches')
    .leftJoin('commits', (join) =>
      join
        .onRef('commits.repository_id', '=', 'branches.repository_id')
        .onRef('commits.sha', '=', 'branches.head_sha')
        .on('commits.report_key', 'is not', null),
    )
    .selectAll('branches')
    .select(['files', 'lines', 'hits', 'partials', 'misses'])
    .where('branches.repository_id', '=', repositoryId);
  if (search !== '') query = query.where('branches.name', 'ilike', `%${search.replace(/[\\%_]/g, '\\$&')}%`);
  return (
    query
      .orderBy(sql`branches.name = ${first ?? ''}`, 'desc')
      // A name that is all that was typed goes before those that only hold it.
      .orderBy(sql`lower(branches.name) = lower(${search})`, 'desc')
      .orderBy('branches.updated_at', 'desc')
      .orderBy('branches.name')
      .limit(limit)
      .offset(offset)
      .execute()
  );
}
