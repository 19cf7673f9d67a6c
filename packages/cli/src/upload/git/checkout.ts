import { parseRemote, type Remote } from '../forge.ts';
import { readCommits, type CommitObject } from './commit.ts';
import { git, gitLine } from './run.ts';

/** The clone that the command runs in. */
export interface Checkout {
  /** Absolute path of the working tree. */
  readonly root: string;
  /** What is checked out; null in a repository without commits. */
  readonly head: CommitObject | null;
  /** Null when HEAD is detached, as on most CI machines. */
  readonly branch: string | null;
  /** The branch behind `origin/HEAD`. */
  readonly defaultBranch: string | null;
  readonly remote: Remote | null;
  readonly isShallow: boolean;
  /** Tracked files that differ from HEAD. */
  readonly changedFiles: readonly string[];
}

export type CheckoutResult =
  | { readonly kind: 'checkout'; readonly checkout: Checkout }
  /** `reason` is a sentence for people. */
  | { readonly kind: 'none'; readonly reason: string };

/** Reads the clone around a folder. */
export async function readCheckout(folder: string): Promise<CheckoutResult> {
  const top = await git(folder, ['rev-parse', '--show-toplevel']);
  if (!top.ok) return { kind: 'none', reason: whyNot(top.message, top.reason === 'missing') };
  const root = top.output.toString('utf8').replace(/\r?\n$/, '');
  if (root === '') return { kind: 'none', reason: 'this is a bare repository, without working tree' };
  const headSha = await gitLine(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const [head] = headSha === null ? [] : await readCommits(root, [headSha]);
  return {
    kind: 'checkout',
    checkout: {
      root,
      head: head ?? null,
      branch: await gitLine(root, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
      defaultBranch: await defaultBranch(root),
      remote: await readRemote(root),
      isShallow: (await gitLine(root, ['rev-parse', '--is-shallow-repository'])) === 'true',
      changedFiles: head === undefined ? [] : await changedFiles(root),
    },
  };
}

function whyNot(message: string, isMissing: boolean): string {
  if (isMissing) return 'there is no git program on this machine';
  if (message.includes('dubious ownership')) {
    return 'the clone belongs to another user, so git refuses to read it: run "git config --global --add safe.directory <folder of the clone>"';
  }
  return message.includes('not a git repository')
    ? 'this folder is not in a git clone'
    : `git says: ${message.split('\n')[0]}`;
}

async function defaultBranch(root: string): Promise<string | null> {
  const reference = await gitLine(root, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  return reference?.replace(/^refs\/remotes\/origin\//, '') ?? null;
}

/** The remote `origin`, else the first one. */
async function readRemote(root: string): Promise<Remote | null> {
  const names = (await gitLine(root, ['remote']))?.split('\n') ?? [];
  const name = names.includes('origin') ? 'origin' : names[0];
  if (name === undefined || name.startsWith('-')) return null;
  const address = await gitLine(root, ['remote', 'get-url', name]);
  return address === null ? null : parseRemote(address.split('\n')[0]);
}

async function changedFiles(root: string): Promise<readonly string[]> {
  const command = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=all'];
  const result = await git(root, command);
  if (!result.ok) return [];
  return result.output
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry.length > 3)
    .map((entry) => entry.slice(3));
}
