import type { Kysely } from 'kysely';
import { findBranch } from '../../database/queries/branch-lists.ts';
import { defaultBranch } from '../../database/queries/branches.ts';
import { resolveCommit } from '../../database/queries/commits.ts';
import { findLongestBranch, findLongestTag } from '../../database/queries/ref-finding.ts';
import type { OwnedRepository } from '../../database/queries/repositories.ts';
import type { Database } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { textParameter } from '../api/query.ts';
import type { ResolvedRef } from './contract/overview.ts';

/** How an address names a ref and what follows it. */
export const REF_QUERY = {
  ref: textParameter('First segment behind `tree/` or `blob/`; empty = the default branch.'),
  path: textParameter('The rest of it.'),
};

/** A parsed {@link REF_QUERY}. */
export interface RefQuery {
  readonly ref?: string;
  readonly path?: string;
}

/** Git takes no longer names than this in segments that anybody writes; a longer address is a path. */
const MOST_SEGMENTS = 40;

/**
 * What an address means (web-ui §1.3). A first segment with slashes was written as one and is a ref as it stands; else ref and path are not
 * separable: the longest branch that the address begins with, then the longest tag, then a commit of at least 7 digits.
 */
export async function resolveRef(
  database: Kysely<Database>,
  repository: OwnedRepository,
  { ref = '', path = '' }: RefQuery,
): Promise<ResolvedRef | null> {
  const rest = trimSlashes(path);
  if (ref === '') return headOfDefault(database, repository, rest);
  if (ref.includes('/')) {
    const exact = await resolveNames(database, repository, [ref]);
    if (exact !== null) return { ...exact, path: rest };
  }
  const whole = rest === '' ? ref : `${ref}/${rest}`;
  const named = await resolveNames(database, repository, beginningsOf(whole));
  if (named !== null) return { ...named, path: trimSlashes(whole.slice(named.ref.length)) };
  const [first] = whole.split('/', 1);
  const sha = parseSha(first);
  const commit = sha === null ? null : await resolveCommit(database, repository.id, sha);
  return commit === null
    ? null
    : { ref: first, path: trimSlashes(whole.slice(first.length)), kind: 'commit', sha: commit.sha };
}

async function headOfDefault(
  database: Kysely<Database>,
  repository: OwnedRepository,
  path: string,
): Promise<ResolvedRef | null> {
  const name = await defaultBranch(database, repository);
  const branch = name === null ? null : await findBranch(database, repository.id, name);
  return branch === null ? null : { ref: branch.name, path, kind: 'branch', sha: branch.head_sha };
}

async function resolveNames(
  database: Kysely<Database>,
  { id }: OwnedRepository,
  names: readonly string[],
): Promise<Omit<ResolvedRef, 'path'> | null> {
  const branch = await findLongestBranch(database, id, names);
  if (branch !== null) return { ref: branch.name, kind: 'branch', sha: branch.sha };
  const tag = await findLongestTag(database, id, names);
  return tag === null ? null : { ref: tag.name, kind: 'tag', sha: tag.sha };
}

/** `a/b/c` → `a`, `a/b`, `a/b/c`. */
function beginningsOf(text: string): string[] {
  const segments = text.split('/').slice(0, MOST_SEGMENTS);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
