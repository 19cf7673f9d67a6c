import { sql, type Kysely } from 'kysely';
import { isFullSha } from '../../names.ts';
import type { Commit, CommitState, Database } from '../tables.ts';
import type { Totals } from '@thatch/engine';

/** What a request says about a commit; undefined and null say nothing. */
export interface CommitFacts {
  readonly sha: string;
  readonly branch?: string | null;
  readonly parentSha?: string | null;
  readonly pull?: number | null;
  readonly tag?: string | null;
}

/** Which of a request's facts replace what is stored (upload-protocol §5.2). */
export interface CommitOverwrite {
  /** The legacy addresses overwrite the branch; the new ones only fill it. */
  readonly branch: boolean;
  /** A request with a token may correct parent and pull. */
  readonly parentAndPull: boolean;
}

/** A commit, and whether this call made it. */
export type SavedCommit = Commit & { readonly is_new: boolean };

/** Finds the commit or makes it, and fills in what the request knows. Safe under concurrent requests for one commit. */
export async function saveCommit(
  database: Kysely<Database>,
  repositoryId: number,
  facts: CommitFacts,
  overwrite: CommitOverwrite,
): Promise<SavedCommit> {
  const given = {
    branch: facts.branch ?? null,
    parent_sha: facts.parentSha ?? null,
    pull: facts.pull ?? null,
    tag: facts.tag ?? null,
  };
  return (
    database
      .insertInto('commits')
      .values({ repository_id: repositoryId, sha: facts.sha, ...given })
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'sha']).doUpdateSet((excluded) => ({
          branch: overwrite.branch
            ? sql`coalesce(excluded.branch, commits.branch)`
            : sql`coalesce(commits.branch, excluded.branch)`,
          parent_sha: overwrite.parentAndPull
            ? sql`coalesce(excluded.parent_sha, commits.parent_sha)`
            : sql`coalesce(commits.parent_sha, excluded.parent_sha)`,
          pull: overwrite.parentAndPull
            ? sql`coalesce(excluded.pull, commits.pull)`
            : sql`coalesce(commits.pull, excluded.pull)`,
          tag: sql`coalesce(commits.tag, ${excluded.ref('excluded.tag')})`,
          updated_at: sql`now()`,
        })),
      )
      .returningAll()
      // Only a row that this statement inserted has no earlier version that it replaces.
      .returning(sql<boolean>`(xmax = 0)`.as('is_new'))
      .executeTakeFirstOrThrow()
  );
}

/** The commit of a full sha. */
export async function findCommit(
  database: Kysely<Database>,
  repositoryId: number,
  sha: string,
): Promise<Commit | null> {
  const commit = await database
    .selectFrom('commits')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('sha', '=', sha)
    .executeTakeFirst();
  return commit ?? null;
}

/** The commit of our own id. */
export async function findCommitById(database: Kysely<Database>, id: number): Promise<Commit | null> {
  return (await database.selectFrom('commits').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** One page of a repository's commits, newest first, and how many there are. */
export async function listCommits(
  database: Kysely<Database>,
  repositoryId: number,
  limit: number,
  offset: number,
): Promise<{ readonly commits: Commit[]; readonly count: number }> {
  const ofRepository = database.selectFrom('commits').where('repository_id', '=', repositoryId);
  const { count } = await ofRepository.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  const commits = await ofRepository.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute();
  return { commits, count };
}

/**
 * The commit that a request means: the one of exactly this sha, else the only one that begins with it. Null when none or several do.
 */
export async function resolveCommit(
  database: Kysely<Database>,
  repositoryId: number,
  sha: string,
): Promise<Commit | null> {
  const exact = await findCommit(database, repositoryId, sha);
  if (exact !== null || isFullSha(sha)) return exact;
  const [only, other] = await findCommitsByPrefix(database, repositoryId, sha, 2);
  return other === undefined ? (only ?? null) : null;
}

/** Commits whose sha begins with `prefix` (hex), at most `most`. */
export async function findCommitsByPrefix(
  database: Kysely<Database>,
  repositoryId: number,
  prefix: string,
  most: number,
): Promise<Commit[]> {
  return database
    .selectFrom('commits')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('sha', 'like', `${prefix.replace(/[^0-9a-f]/g, '')}%`)
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
}

/**
 * Says that which parts count has changed: the next merge must be newer than this. Locks the row, so that decisions about the
 * commit's uploads in the same transaction are made one after the other.
 */
export async function wantMerge(transaction: Kysely<Database>, commitId: number): Promise<number> {
  const { wanted_generation } = await transaction
    .updateTable('commits')
    .set((row) => ({ wanted_generation: row('wanted_generation', '+', 1), state: 'pending', updated_at: sql`now()` }))
    .where('id', '=', commitId)
    .returning('wanted_generation')
    .executeTakeFirstOrThrow();
  return wanted_generation;
}

/** A merged report of a commit. */
export interface MergedState {
  readonly generation: number;
  readonly reportKey: string;
  readonly digest: Uint8Array;
  readonly totals: Totals;
  readonly sessions: number;
}

/**
 * Writes a merge's result, unless a newer one is there: a slower finisher that saw fewer parts changes nothing (design rule 4). Returns
 * whether it was written.
 */
export async function saveMerge(
  transaction: Kysely<Database>,
  commitId: number,
  merged: MergedState,
): Promise<boolean> {
  const { totals } = merged;
  const result = await transaction
    .updateTable('commits')
    .set({
      merged_generation: merged.generation,
      report_key: merged.reportKey,
      report_digest: merged.digest,
      files: totals.files,
      lines: totals.lines,
      hits: totals.hits,
      misses: totals.misses,
      partials: totals.partials,
      branches: totals.branches,
      methods: totals.methods,
      complexity: totals.complexity,
      complexity_total: totals.complexityTotal,
      sessions: merged.sessions,
      updated_at: sql`now()`,
    })
    .where('id', '=', commitId)
    .where('merged_generation', '<', merged.generation)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Works out the state of a commit from its uploads: `complete` when no stored upload is unfinished and at least one is merged, `error` when
 * all failed, else `pending`. Uploads that wait for their bytes do not count.
 */
export async function settleCommit(transaction: Kysely<Database>, commitId: number): Promise<CommitState> {
  const { state } = await transaction
    .updateTable('commits')
    .set({
      state: sql<CommitState>`case
        when wanted_generation > merged_generation or exists (
          select from uploads where commit_id = commits.id and kind = 'coverage' and state in ('stored', 'processed')
        ) then 'pending'
        when exists (select from uploads where commit_id = commits.id and kind = 'coverage' and state = 'merged') then 'complete'
        when exists (select from uploads where commit_id = commits.id and kind = 'coverage' and state = 'error') then 'error'
        else state end`,
    })
    .where('id', '=', commitId)
    .returning('state')
    .executeTakeFirstOrThrow();
  return state;
}

/** Commits whose report is older than their parts, oldest first. */
export async function findUnmerged(database: Kysely<Database>, most: number): Promise<number[]> {
  const rows = await database
    .selectFrom('commits')
    .select('id')
    .whereRef('wanted_generation', '>', 'merged_generation')
    .orderBy('id')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** What an uploader says of a commit where no forge can be asked (upload-protocol §8.3); null says nothing. */
export interface CommitMeta extends Pick<
  Commit,
  | 'message'
  | 'author_name'
  | 'author_email'
  | 'authored_at'
  | 'committer_name'
  | 'committer_email'
  | 'committed_at'
  | 'tree_sha'
  | 'files_key'
> {
  readonly base: { readonly sha: string; readonly how: string } | null;
  readonly diff: { readonly key: string; readonly base: string } | null;
  readonly config: { readonly path: string; readonly text: string } | null;
}

/** Fills what is not known of a commit; what is known stays. Base, diff and configuration are each filled whole. */
export async function saveCommitMeta(database: Kysely<Database>, commitId: number, meta: CommitMeta): Promise<void> {
  const { base, diff, config, ...columns } = meta;
  const single = Object.entries(columns).map(([name, value]) => [name, sql`coalesce(${sql.ref(name)}, ${value})`]);
  await database
    .updateTable('commits')
    .set({
      ...Object.fromEntries(single),
      base_sha: sql`coalesce(base_sha, ${base?.sha ?? null})`,
      base_how: sql`case when base_sha is null then ${base?.how ?? null} else base_how end`,
      diff_key: sql`coalesce(diff_key, ${diff?.key ?? null})`,
      diff_base: sql`case when diff_key is null then ${diff?.base ?? null} else diff_base end`,
      config_path: sql`case when config_text is null then ${config?.path ?? null} else config_path end`,
      config_text: sql`coalesce(config_text, ${config?.text ?? null})`,
      updated_at: sql`now()`,
    })
    .where('id', '=', commitId)
    .execute();
}
