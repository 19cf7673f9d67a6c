import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

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
