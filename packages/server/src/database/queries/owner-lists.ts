import { sql, type Kysely } from 'kysely';
import type { Service } from '../../names.ts';
import type { Database, Owner } from '../tables.ts';
import type { Slice } from './pages.ts';

/** Whose owners to list: all of a service for an administrator, else those on which a person has a role. */
export interface OwnersOf {
  readonly service: Service;
  /** null = all. */
  readonly userId: number | null;
}

export async function countOwners(database: Kysely<Database>, of: OwnersOf): Promise<number> {
  const row = await selectOwners(database, of)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Oldest first. */
export async function listOwners(database: Kysely<Database>, of: OwnersOf, slice: Slice): Promise<Owner[]> {
  const query = selectOwners(database, of).selectAll().orderBy('owners.id');
  return query.limit(slice.limit).offset(slice.offset).execute();
}

function selectOwners(database: Kysely<Database>, { service, userId }: OwnersOf) {
  const owners = database.selectFrom('owners').where('owners.service', '=', service);
  if (userId === null) return owners;
  return owners.where(sql<boolean>`owners.id in (select owner_id from grants where user_id = ${userId})`);
}
