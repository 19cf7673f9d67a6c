import { sql, type Kysely } from 'kysely';
import type { Database, User } from '../tables.ts';
import { createUser } from './users.ts';

/** Whether anybody has an account. */
export async function isAnyUser(database: Kysely<Database>): Promise<boolean> {
  return (await database.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Whether any upload ever became part of a report. */
export async function isAnyUploadMerged(database: Kysely<Database>): Promise<boolean> {
  const row = await database
    .selectFrom('commits')
    .select('id')
    .where('report_key', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether any upload was ever begun. */
export async function isAnyUpload(database: Kysely<Database>): Promise<boolean> {
  return (await database.selectFrom('uploads').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Key of the advisory lock under which the first account is made. */
const FIRST_ACCOUNT_LOCK = 0x7468_6631;

/** Makes the first account, an administrator; null when there is one already, also when two come at the same moment. */
export async function createFirstUser(
  database: Kysely<Database>,
  { name, passwordHash }: { readonly name: string; readonly passwordHash: string },
): Promise<User | null> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${FIRST_ACCOUNT_LOCK})`.execute(transaction);
    if (await isAnyUser(transaction)) return null;
    return createUser(transaction, { name, passwordHash, isAdmin: true });
  });
}

/** The newest token that the first run made and that is in force. */
export interface FirstRunToken {
  readonly prefix: string;
  readonly createdAt: Date;
}

/** Name under which the first run's tokens stand in the list. */
export const FIRST_RUN_TOKEN = 'first run';

export async function findFirstRunToken(database: Kysely<Database>): Promise<FirstRunToken | null> {
  const row = await database
    .selectFrom('tokens')
    .select(['prefix', 'created_at as createdAt'])
    .where('kind', '=', 'global')
    .where('name', '=', FIRST_RUN_TOKEN)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
