import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database, User } from '../tables.ts';

export interface NewUser {
  readonly name: string;
  /** Made by `hashPassword`; null = cannot sign in with a password. */
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
}

/** The account of that name, in any case; null when there is none. */
export async function findUser(database: Kysely<Database>, name: string): Promise<User | null> {
  const row = await database
    .selectFrom('users')
    .selectAll()
    .where(sql<boolean>`lower(users.name) = lower(${name}::text)`)
    .executeTakeFirst();
  return row ?? null;
}

/** Makes an account; null when one of that name is there. */
export async function createUser(database: Kysely<Database>, user: NewUser): Promise<User | null> {
  const row = await database
    .insertInto('users')
    .values({ name: user.name, password_hash: user.passwordHash, is_admin: user.isAdmin })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Gives an account a new password, and the rights of an administrator when `isAdmin`; never takes them away. */
export async function setPassword(
  database: Kysely<Database>,
  userId: number,
  { passwordHash, isAdmin }: { readonly passwordHash: string; readonly isAdmin: boolean },
): Promise<void> {
  await database
    .updateTable('users')
    .set({ password_hash: passwordHash, ...(isAdmin ? { is_admin: true } : {}) })
    .where('id', '=', userId)
    .execute();
}
