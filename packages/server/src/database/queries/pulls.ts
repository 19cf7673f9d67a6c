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

/** What an uploader says of a pull; null says nothing. */
export interface PullFacts {
  readonly number: number;
  readonly title: string | null;
  readonly baseBranch: string | null;
  readonly headSha: string;
}

/** Makes the pull known, or fills in what is not known of it; its head is the commit told of last. */
export async function savePullFacts(
  database: Kysely<Database>,
  repositoryId: number,
  { number, title, baseBranch, headSha }: PullFacts,
): Promise<void> {
  await database
    .insertInto('pulls')
    .values({ repository_id: repositoryId, number, title, base_branch: baseBranch, head_sha: headSha })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'number']).doUpdateSet({
        title: sql`coalesce(pulls.title, excluded.title)`,
        base_branch: sql`coalesce(pulls.base_branch, excluded.base_branch)`,
        head_sha: headSha,
        updated_at: sql`now()`,
      }),
    )
    .execute();
}
