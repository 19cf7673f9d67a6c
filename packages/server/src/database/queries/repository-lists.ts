import { sql, type Kysely } from 'kysely';
import type { Visibility } from '../../auth/repository-access.ts';
import type { Service } from '../../names.ts';
import type { Commit, Database } from '../tables.ts';
import type { Slice, SortOrder } from './pages.ts';
import type { OwnedRepository } from './repositories.ts';
import { DEFAULT_BRANCH, visibleRepositories } from './visible-repositories.ts';

/** A repository with what its list shows of it. */
export interface ListedRepository {
  readonly repository: OwnedRepository & { readonly owner_display_name: string | null };
  /** Default branch; null before the first branch. */
  readonly branch: string | null;
  /** Newest complete commit of the default branch. */
  readonly head: Commit | null;
}

/** Which repositories to list. */
export interface RepositoryFilter {
  readonly ownerId: number;
  readonly visibility: Visibility;
  /** Has received an upload. */
  readonly active?: boolean;
  readonly names?: readonly string[];
  /** All of them must be in the name, in any case. */
  readonly words?: readonly string[];
}

export type RepositoryOrder = SortOrder<'id' | 'updatestamp' | 'name'>;

export async function countRepositories(database: Kysely<Database>, filter: RepositoryFilter): Promise<number> {
  const row = await selectRepositories(database, filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

const COLUMNS = { id: 'repositories.id', updatestamp: 'repositories.updated_at', name: 'repositories.name' } as const;

export async function listRepositories(
  database: Kysely<Database>,
  filter: RepositoryFilter,
  order: RepositoryOrder,
  slice: Slice,
): Promise<ListedRepository[]> {
  const rows = await withOwner(selectRepositories(database, filter))
    .orderBy(COLUMNS[order.column], order.direction)
    .orderBy('repositories.id', order.direction)
    .limit(slice.limit)
    .offset(slice.offset)
    .execute();
  return addHeads(database, rows);
}

/** One repository as lists show it; null when it is gone. */
export async function findListedRepository(database: Kysely<Database>, id: number): Promise<ListedRepository | null> {
  const rows = await withOwner(database.selectFrom('repositories').where('repositories.id', '=', id)).execute();
  const [listed] = await addHeads(database, rows);
  return listed ?? null;
}

function selectRepositories(
  database: Kysely<Database>,
  { ownerId, visibility, active, names, words }: RepositoryFilter,
) {
  let query = database
    .selectFrom('repositories')
    .where('repositories.owner_id', '=', ownerId)
    .where(visibleRepositories(visibility));
  if (active !== undefined) query = query.where('repositories.is_active', '=', active);
  if (names !== undefined) query = query.where('repositories.name', 'in', names);
  for (const word of words ?? []) {
    query = query.where(sql<boolean>`position(lower(${word}::text) in lower(repositories.name)) > 0`);
  }
  return query;
}

function withOwner(query: ReturnType<typeof selectRepositories>) {
  return query
    .innerJoin('owners', 'owners.id', 'repositories.owner_id')
    .selectAll('repositories')
    .select([
      'owners.service as service',
      'owners.name as owner_name',
      'owners.display_name as owner_display_name',
      'owners.service_id as owner_service_id',
      'owners.token_required as token_required',
      DEFAULT_BRANCH.as('branch'),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof withOwner>['execute']>>[number];

async function addHeads(database: Kysely<Database>, rows: readonly Row[]): Promise<ListedRepository[]> {
  const heads = await newestComplete(database, rows);
  return rows.map(({ branch, ...row }) => ({
    repository: { ...row, service: row.service as Service },
    branch,
    head: heads.get(row.id) ?? null,
  }));
}

async function newestComplete(database: Kysely<Database>, rows: readonly Row[]): Promise<Map<number, Commit>> {
  const wanted = rows.filter(({ branch }) => branch !== null);
  if (wanted.length === 0) return new Map();
  const ids = wanted.map(({ id }) => id);
  const branches = wanted.map(({ branch }) => branch);
  const { rows: commits } = await sql<Commit>`
    select head.*
    from unnest(${ids}::bigint[], ${branches}::text[]) as wanted(repository_id, branch)
    cross join lateral (
      select * from commits
      where commits.repository_id = wanted.repository_id and commits.branch = wanted.branch and state = 'complete'
      order by coalesce(authored_at, committed_at, created_at) desc, id desc limit 1
    ) head
  `.execute(database);
  return new Map(commits.map((commit) => [commit.repository_id, commit]));
}
