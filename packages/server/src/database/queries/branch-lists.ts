import { sql, type Kysely, type Selectable } from 'kysely';
import type { BranchesTable, Database } from '../tables.ts';
import type { Slice, SortOrder } from './pages.ts';

export type BranchRow = Selectable<BranchesTable>;

export type BranchOrder = SortOrder<'updatestamp' | 'name'>;

const COLUMNS = { updatestamp: 'updated_at', name: 'name' } as const;

export async function countBranches(database: Kysely<Database>, repositoryId: number): Promise<number> {
  const row = await database
    .selectFrom('branches')
    .select(sql<number>`count(*)`.as('count'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function listBranches(
  database: Kysely<Database>,
  repositoryId: number,
  order: BranchOrder,
  slice: Slice,
): Promise<BranchRow[]> {
  return database
    .selectFrom('branches')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .orderBy(COLUMNS[order.column], order.direction)
    .orderBy('name')
    .limit(slice.limit)
    .offset(slice.offset)
    .execute();
}

/** The branch of exactly this name. */
export async function findBranch(
  database: Kysely<Database>,
  repositoryId: number,
  name: string,
): Promise<BranchRow | null> {
  const row = await database
    .selectFrom('branches')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row ?? null;
}
