import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** Since when the oldest piece of work waits, by step; null = none does. */
export interface OldestWork {
  readonly parse: Date | null;
  readonly merge: Date | null;
}

/** What waits longest, by the journal and not by the queues: those lose messages, the journal loses nothing. */
export async function findOldestWork(database: Kysely<Database>): Promise<OldestWork> {
  const { rows } = await sql<OldestWork>`
    select
      (select min(stored_at) from uploads where state = 'stored') as parse,
      (select min(updated_at) from commits where wanted_generation > merged_generation) as merge
  `.execute(database);
  return rows[0];
}
