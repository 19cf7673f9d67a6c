import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Service } from '../../names.ts';
import type { Database, Owner } from '../tables.ts';

/** An owner by its name; groups joined by `:`. */
export interface OwnerName {
  readonly service: Service;
  readonly owner: string;
}

/** The owner of that name, compared as its service compares names (providers §2); null when there is none. */
export async function findOwner(database: Kysely<Database>, name: OwnerName): Promise<Owner | null> {
  const row = await database
    .selectFrom('owners')
    .selectAll()
    .where('service', '=', name.service)
    .where(sameOwnerName('owners.service', 'owners.name', name))
    .executeTakeFirst();
  return row ?? null;
}

/** The owner of that name, made when missing. Safe against others who make it at the same moment. */
export async function findOrCreateOwner(database: Kysely<Database>, name: OwnerName): Promise<Owner> {
  const known = await findOwner(database, name);
  if (known !== null) return known;
  const made = await database
    .insertInto('owners')
    .values({ service: name.service, name: name.owner })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (made !== undefined) return made;
  const other = await findOwner(database, name);
  if (other === null) throw new Error(`The owner ${name.service}/${name.owner} was deleted while it was made.`);
  return other;
}

/** "Token required for public repositories" (upload-protocol §2.2, rule 1). */
export async function setTokenRequired(
  database: Kysely<Database>,
  ownerId: number,
  isRequired: boolean,
): Promise<void> {
  await database
    .updateTable('owners')
    .set({ token_required: isRequired, updated_at: sql`now()` })
    .where('id', '=', ownerId)
    .execute();
}

/** Condition that the unique index on owners answers; also for queries that join them. */
export function sameOwnerName(serviceColumn: string, nameColumn: string, { service, owner }: OwnerName) {
  const column = sql.ref(nameColumn);
  const key = service === 'git' ? sql`${owner}::text` : sql`lower(${owner}::text)`;
  return sql<boolean>`(case when ${sql.ref(serviceColumn)} = 'git' then ${column} else lower(${column}) end) = ${key}`;
}
