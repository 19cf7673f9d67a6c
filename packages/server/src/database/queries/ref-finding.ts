import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** A name that points at a commit. */
export interface NamedRef {
  readonly name: string;
  readonly sha: string;
}

/** The longest of these names that a branch has. */
export async function findLongestBranch(
  database: Kysely<Database>,
  repositoryId: number,
  names: readonly string[],
): Promise<NamedRef | null> {
  const row = await database
    .selectFrom('branches')
    .select(['name', 'head_sha as sha'])
    .where('repository_id', '=', repositoryId)
    .where('name', 'in', [...names])
    .orderBy(sql`length(name)`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The longest of these names that a tag has; of commits that claim one tag the one seen last. */
export async function findLongestTag(
  database: Kysely<Database>,
  repositoryId: number,
  names: readonly string[],
): Promise<NamedRef | null> {
  const row = await database
    .selectFrom('commits')
    .select(['tag', 'sha'])
    .where('repository_id', '=', repositoryId)
    .where('tag', 'in', [...names])
    .orderBy(sql`length(tag)`, 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { name: row.tag!, sha: row.sha };
}
