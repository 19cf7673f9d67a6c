import { findLongestBranch, findLongestTag } from '../../database/queries/refs.ts';
import { findCommit, resolveCommit } from '../../database/queries/commits.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import type { UiRepositoryCall } from './operation.ts';

/** A file or folder at a ref. */
export interface Place {
  readonly ref: string;
  readonly kind: 'branch' | 'tag' | 'commit';
  readonly commit: Commit;
  /** From the root of the repository, without slashes at its ends. */
  readonly path: string;
}

/** Names of branches and tags with more parts are not looked for. */
const MOST_PARTS = 32;

/**
 * Takes `REF/PATH` apart, where the ref may have slashes: the longest branch that it begins with, then the longest tag, then a commit of at
 * least 7 digits (web-ui §1.3). Null when it begins with none.
 */
export async function resolvePlace(
  { app, repository }: Pick<UiRepositoryCall, 'app' | 'repository'>,
  text: string,
): Promise<Place | null> {
  const { kysely } = app.database;
  const parts = text.split('/');
  const names = parts.slice(0, MOST_PARTS).map((_, index) => parts.slice(0, index + 1).join('/'));
  const pathAfter = (ref: string): string => text.slice(ref.length).replace(/^\/+|\/+$/g, '');
  const branch = await findLongestBranch(kysely, repository.id, names);
  const tag = branch === null ? await findLongestTag(kysely, repository.id, names) : null;
  const named = branch === null ? tag : { name: branch.name, sha: branch.head_sha };
  if (named !== null) {
    const commit = await findCommit(kysely, repository.id, named.sha);
    const kind = branch === null ? 'tag' : 'branch';
    return commit === null ? null : { ref: named.name, kind, commit, path: pathAfter(named.name) };
  }
  const sha = parseSha(parts[0]);
  const commit = sha === null ? null : await resolveCommit(kysely, repository.id, sha);
  return commit === null ? null : { ref: parts[0], kind: 'commit', commit, path: pathAfter(parts[0]) };
}
