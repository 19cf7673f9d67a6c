import { sql, type Kysely } from 'kysely';
import type { Visibility } from '../../auth/repository-access.ts';
import type { Database } from '../tables.ts';
import { visibleRepositories } from './visible-repositories.ts';

/** A repository by its names. */
export interface FoundRepository {
  readonly service: string;
  readonly owner: string;
  readonly name: string;
}

/** Repositories whose name, or owner and name, hold a text; those called so come first, then those that begin with it. */
export async function findRepositoriesByText(
  database: Kysely<Database>,
  visibility: Visibility,
  text: string,
  most: number,
): Promise<FoundRepository[]> {
  const { rows } = await sql<FoundRepository>`
    with known as (
      select owners.service, owners.name as owner, repositories.name, lower(repositories.name) as short,
        lower(owners.name || '/' || repositories.name) as long
      from repositories join owners on owners.id = repositories.owner_id
      where ${visibleRepositories(visibility)}
    )
    select service, owner, name
    from known, lower(${text}::text) as wanted
    where position(wanted in long) > 0
    order by short <> wanted, not starts_with(short, wanted), position(wanted in short) = 0, length(long), long, service
    limit ${most}
  `.execute(database);
  return rows;
}

/** Branches whose name holds a text, those that begin with it first. */
export async function findBranchesByText(
  database: Kysely<Database>,
  repositoryId: number,
  text: string,
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from branches, lower(${text}::text) as wanted
    where repository_id = ${repositoryId} and position(wanted in lower(name)) > 0
    order by not starts_with(lower(name), wanted), updated_at desc, name
    limit ${most}
  `.execute(database);
  return rows.map(({ name }) => name);
}

/** Commits whose id begins with some hex digits. */
export async function findCommitsByPrefix(
  database: Kysely<Database>,
  repositoryId: number,
  prefix: string,
  most: number,
): Promise<{ readonly sha: string; readonly message: string | null }[]> {
  return database
    .selectFrom('commits')
    .select(['sha', 'message'])
    .where('repository_id', '=', repositoryId)
    .where(sql<boolean>`starts_with(sha, ${prefix})`)
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
}
