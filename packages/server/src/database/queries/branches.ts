import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/**
 * The branch points at a commit that uploaded to it. No forge tells of pushes here, so the commit seen last is its head: a late upload of
 * an older commit does not move the branch back.
 */
export async function moveBranch(
  database: Kysely<Database>,
  name: string,
  commit: { readonly id: number; readonly repository_id: number; readonly sha: string },
): Promise<void> {
  await database
    .insertInto('branches')
    .values({ repository_id: commit.repository_id, name, head_sha: commit.sha })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'name'])
        .doUpdateSet({ head_sha: commit.sha, updated_at: sql`now()` })
        .where('branches.head_sha', '<>', commit.sha)
        .where(
          sql<boolean>`coalesce((select id from commits where repository_id = branches.repository_id and sha = branches.head_sha), 0) < ${commit.id}`,
        ),
    )
    .execute();
}

/** Flags come into being on first sight (upload-protocol §5.3). */
export async function seeFlags(
  database: Kysely<Database>,
  repositoryId: number,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await database
    .insertInto('flags')
    .values(names.map((name) => ({ repository_id: repositoryId, name })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * The default branch of a repository: what a person set, else what its uploader named, else `main` or `master` where uploaded, else the
 * first branch seen. Null before the first upload with a branch.
 */
export async function defaultBranch(
  database: Kysely<Database>,
  repository: {
    readonly id: number;
    readonly default_branch: string | null;
    readonly uploader_default_branch: string | null;
  },
): Promise<string | null> {
  const named = repository.default_branch ?? repository.uploader_default_branch;
  if (named !== null) return named;
  const row = await database
    .selectFrom('branches')
    .select('name')
    .where('repository_id', '=', repository.id)
    .orderBy(sql`case name when 'main' then 0 when 'master' then 1 else 2 end`)
    .orderBy('created_at')
    .orderBy('name')
    .limit(1)
    .executeTakeFirst();
  return row?.name ?? null;
}
