import { readCommits, type CommitObject } from './commit.ts';
import { git, gitLine, isObjectId } from './run.ts';

/** The commit that the diff is against (upload-protocol §8.3 `base`). */
export interface Base {
  readonly sha: string;
  readonly how: 'merge-base' | 'parent' | 'given';
}

export type BaseResult =
  | { readonly kind: 'found'; readonly base: Base }
  /** A first commit, or histories that never met. */
  | { readonly kind: 'none' }
  /** `--base` names nothing that the clone knows. */
  | { readonly kind: 'unknown'; readonly given: string };

/** Branches that others are usually merged into, where the clone does not tell its default branch (decision 17 of the first release). */
const USUAL_BRANCHES = ['main', 'master'];

/**
 * Where this commit's own work begins: the merge base with `given`, else with the branch the pull request goes into, else
 * `origin/HEAD`, `main`, `master`. For a commit that is on that branch already: its first parent.
 */
export async function findBase(
  folder: string,
  commit: CommitObject,
  given: string | null,
  targetBranch: string | null,
): Promise<BaseResult> {
  if (given !== null) {
    const sha = await resolveRevision(folder, given);
    return sha === null ? { kind: 'unknown', given } : baseAgainst(folder, commit, sha, true);
  }
  for (const reference of candidateReferences(targetBranch)) {
    const sha = await resolveReference(folder, reference);
    if (sha === null) continue;
    const result = await baseAgainst(folder, commit, sha, false);
    if (result.kind === 'found') return result;
  }
  return parentBase(commit);
}

async function baseAgainst(folder: string, commit: CommitObject, tip: string, isGiven: boolean): Promise<BaseResult> {
  const sha = await gitLine(folder, ['merge-base', commit.sha, tip]);
  if (sha === null || !isObjectId(sha)) return { kind: 'none' };
  if (sha === commit.sha) return parentBase(commit);
  return { kind: 'found', base: { sha, how: isGiven && sha === tip ? 'given' : 'merge-base' } };
}

function parentBase(commit: CommitObject): BaseResult {
  if (commit.parents.length === 0) return { kind: 'none' };
  return { kind: 'found', base: { sha: commit.parents[0], how: 'parent' } };
}

function candidateReferences(targetBranch: string | null): string[] {
  const branches = targetBranch === null ? USUAL_BRANCHES : [targetBranch, ...USUAL_BRANCHES];
  const references = branches.flatMap((branch) => [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]);
  references.splice(targetBranch === null ? 0 : 2, 0, 'refs/remotes/origin/HEAD');
  return references;
}

/** The commit behind what a person typed: a sha, a branch (also one of `origin`), a tag; null when the clone knows none. */
export async function resolveRevision(folder: string, revision: string): Promise<string | null> {
  // Git reads options also after other words.
  if (revision.startsWith('-') || /[\0\n]/.test(revision)) return null;
  return (
    (await resolveReference(folder, revision)) ?? (await resolveReference(folder, `refs/remotes/origin/${revision}`))
  );
}

async function resolveReference(folder: string, reference: string): Promise<string | null> {
  const sha = await gitLine(folder, ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`]);
  return sha !== null && isObjectId(sha) ? sha : null;
}

/** Whether everything of `ancestor` is in `descendant`; false also when the clone does not know them. */
export async function isAncestor(folder: string, ancestor: string, descendant: string): Promise<boolean> {
  if (!isObjectId(ancestor) || !isObjectId(descendant)) return false;
  return (await git(folder, ['merge-base', '--is-ancestor', ancestor, descendant])).ok;
}

/** One row of the commit graph: sha, parents, committer time. */
export type HistoryRow = readonly [sha: string, parents: readonly string[], time: string];

/** upload-protocol §8.3: rows beyond are dropped by the server. */
const HISTORY_ROWS = 2000;

/**
 * The ancestors of these commits, newest first, at most 2000. The parents are those the objects name, so the edge of a shallow
 * clone is not taken for the beginning of the history.
 */
export async function readHistory(folder: string, tips: readonly string[]): Promise<readonly HistoryRow[]> {
  const starts = tips.filter(isObjectId);
  if (starts.length === 0) return [];
  const list = await git(folder, ['rev-list', '--date-order', `--max-count=${HISTORY_ROWS}`, ...starts]);
  if (!list.ok) return [];
  const commits = await readCommits(folder, list.output.toString('latin1').split('\n'));
  return commits.map((commit) => [commit.sha, commit.parents, commit.committer.time]);
}

export type DiffResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** upload-protocol §8.3: a longer one is dropped by the server, so it does not travel. */
const DIFF_BYTES = 32 << 20;

/** The diff between two commits without context lines, renames detected, the same whatever the user's git settings are. */
export async function readDiff(folder: string, base: string, head: string): Promise<DiffResult> {
  const command = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--full-index',
    '--no-relative',
    '-U0',
    '-M',
  ];
  const fixed = [
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--submodule=short',
    '--diff-algorithm=default',
    base,
    head,
    '--',
  ];
  const result = await git(folder, [...command, ...fixed], { limit: DIFF_BYTES });
  if (result.ok) return { ok: true, text: result.output.toString('utf8') };
  return { ok: false, message: result.reason === 'too-large' ? 'it is larger than 32 MiB' : result.message };
}
