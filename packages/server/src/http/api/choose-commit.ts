import { defaultBranch } from '../../database/queries/branches.ts';
import { findBranch } from '../../database/queries/branch-lists.ts';
import { findCommit, resolveCommit } from '../../database/queries/commits.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import type { RepositoryCall } from './context.ts';
import { withoutSuffix } from './operation.ts';
import { textParameter } from './query.ts';

/** How totals, report, tree and file choose their commit (public-api §2.8). */
export const COMMIT_QUERY = {
  sha: textParameter('Commit, whole or its only beginning of at least 7 digits; wins over `branch`.'),
  branch: textParameter('Branch whose head is meant; the default branch where neither is given.'),
};

/** The commit that `sha` or `branch` means; null when there is none. */
export async function chooseCommit(
  call: RepositoryCall<{ readonly sha?: string; readonly branch?: string }>,
): Promise<Commit | null> {
  const { sha, branch } = call.query;
  if (sha !== undefined && sha !== '') return commitOfSha(call, sha);
  const { kysely } = call.app.database;
  const name = branch === undefined || branch === '' ? await defaultBranch(kysely, call.repository) : branch;
  if (name === null) return null;
  const row = await findBranch(kysely, call.repository.id, name);
  return row === null ? null : findCommit(kysely, call.repository.id, row.head_sha);
}

/** The commit of `{sha}` in the path. */
export function commitOfPath(call: RepositoryCall<unknown>): Promise<Commit | null> {
  return commitOfSha(call, withoutSuffix(call.parameter('sha')));
}

async function commitOfSha({ app, repository }: RepositoryCall<unknown>, text: string): Promise<Commit | null> {
  const sha = parseSha(text);
  return sha === null ? null : resolveCommit(app.database.kysely, repository.id, sha);
}
