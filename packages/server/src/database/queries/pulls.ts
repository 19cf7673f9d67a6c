import { sql, type Kysely, type Selectable } from 'kysely';
import type { Database, PullsTable } from '../tables.ts';

export type Pull = Selectable<PullsTable>;

/** Keeps the base that a pull's uploader named; the last one counts. Makes the pull when it is not known; its head is the newest commit of it. */
export async function saveUserProvidedBase(
  database: Kysely<Database>,
  repositoryId: number,
  number: number,
  base: string | null,
): Promise<Pull> {
  return database
    .insertInto('pulls')
    .values({
      repository_id: repositoryId,
      number,
      user_provided_base_sha: base,
      head_sha: sql<string | null>`(
        select sha from commits where repository_id = ${repositoryId} and pull = ${number} order by id desc limit 1
      )`,
    })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'number']).doUpdateSet({
        user_provided_base_sha: base,
        head_sha: sql`coalesce(excluded.head_sha, pulls.head_sha)`,
        updated_at: sql`now()`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}
