import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** A branch that points at another commit than before. */
export interface BranchMove {
  /** Null when the branch was not known. */
  readonly from: string | null;
  readonly to: string;
}

/**
 * The branch points at a commit that uploaded to it. No forge tells of pushes here, so the commit seen last is its head: a late upload of
 * an older commit does not move the branch back.
 *
 * @returns how it moved; null when it did not. Of calls at once each move is told once, and each begins where another ended.
 */
export async function moveBranch(
  database: Kysely<Database>,
  name: string,
  commit: { readonly id: number; readonly repository_id: number; readonly sha: string },
): Promise<BranchMove | null> {
  const { id, repository_id, sha } = commit;
  const known = await findHead(database, repository_id, name);
  if (known === sha) return null;
  if (known === null && (await addBranch(database, name, commit))) return { from: null, to: sha };
  const moved = await database
    .updateTable('branches')
    .from((from) =>
      from
        .selectFrom('branches')
        .select('head_sha')
        .where('repository_id', '=', repository_id)
        .where('name', '=', name)
        .forUpdate()
        .as('before'),
    )
    .set({ head_sha: sha, updated_at: sql`now()` })
    .where('branches.repository_id', '=', repository_id)
    .where('branches.name', '=', name)
    .whereRef('branches.head_sha', '=', 'before.head_sha')
    .where('before.head_sha', '<>', sha)
    .where(
      sql<boolean>`coalesce((select id from commits where repository_id = ${repository_id} and sha = before.head_sha), 0) < ${id}`,
    )
    .returning('before.head_sha as from')
    .executeTakeFirst();
  return moved === undefined ? null : { from: moved.from, to: sha };
}

async function findHead(database: Kysely<Database>, repositoryId: number, name: string): Promise<string | null> {
  const branch = await database
    .selectFrom('branches')
    .select('head_sha')
    .where('repository_id', '=', repositoryId)
    .where('name', '=', name)
    .executeTakeFirst();
  return branch?.head_sha ?? null;
}

/** Returns false when another was first. */
async function addBranch(
  database: Kysely<Database>,
  name: string,
  commit: { readonly repository_id: number; readonly sha: string },
): Promise<boolean> {
  const added = await database
    .insertInto('branches')
    .values({ repository_id: commit.repository_id, name, head_sha: commit.sha })
    .onConflict((conflict) => conflict.columns(['repository_id', 'name']).doNothing())
    .returning('name')
    .executeTakeFirst();
  return added !== undefined;
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
