import type { CiContext } from './ci/detect.ts';
import { forgeNamed, forgeOfHost, isSlug, type Forge } from './forge.ts';
import type { Checkout } from './git/checkout.ts';
import { readCommits, type CommitObject } from './git/commit.ts';
import { isAncestor, resolveRevision } from './git/history.ts';
import type { UploadOptions } from './options.ts';

/** What is uploaded for whom: options beat the CI's word, which beats git's (providers §8). */
export interface UploadContext {
  /** `service/owner[/group…]/name`. */
  readonly repository: string;
  readonly commit: ShownCommit;
  readonly branch: string | null;
  readonly baseBranch: string | null;
  readonly pull: number | null;
  readonly ci: string;
  readonly name: string | null;
  readonly job: string | null;
  readonly build: string | null;
  readonly buildUrl: string | null;
}

/** The commit that the coverage is shown at. */
export interface ShownCommit {
  readonly sha: string;
  /** Null when the clone does not hold it (no git, shallow clone). */
  readonly object: CommitObject | null;
  /**
   * What was checked out and measured, when that is another commit: the trial merge of a pull request, which is shown at the
   * commit that somebody pushed. Null otherwise.
   */
  readonly built: CommitObject | null;
}

export type ContextResult =
  | { readonly ok: true; readonly context: UploadContext; readonly notices: readonly string[] }
  /** `option` is the one that would have helped. */
  | { readonly ok: false; readonly message: string; readonly option: string };

/** Puts together who, what and where. `checkout` is null where there is no clone. */
export async function resolveContext(
  options: UploadOptions,
  ci: CiContext,
  checkout: Checkout | null,
): Promise<ContextResult> {
  const repository = resolveRepository(options.repository, ci, checkout);
  if (!repository.ok) return repository;
  const pull = options.pull ?? ci.pull;
  const commit = await resolveCommit(options.commit, pull, ci, checkout);
  if (!commit.ok) return commit;
  const isHead = commit.shown.sha === checkout?.head?.sha;
  return {
    ok: true,
    notices: commit.notices,
    context: {
      repository: repository.name,
      commit: commit.shown,
      // A branch of the clone says nothing about a commit that is not checked out.
      branch: options.branch ?? ci.branch ?? (isHead ? checkout.branch : null),
      baseBranch: ci.baseBranch,
      pull,
      ci: ci.service,
      name: options.name ?? ci.name ?? ci.job ?? ci.build,
      job: options.job ?? ci.job,
      build: options.build ?? ci.build,
      buildUrl: options.buildUrl ?? ci.buildUrl,
    },
  };
}

type RepositoryResult = { readonly ok: true; readonly name: string } | (ContextResult & { ok: false });

function resolveRepository(given: string | null, ci: CiContext, checkout: Checkout | null): RepositoryResult {
  const forge = ci.forge ?? remoteForge(checkout) ?? 'git';
  if (given !== null) return parseRepository(given, forge);
  const slug = ci.slug ?? checkout?.remote?.slug ?? null;
  if (slug !== null) return { ok: true, name: `${forge}/${slug}` };
  return {
    ok: false,
    message: 'neither the CI nor a git remote says which repository this is',
    option: '--repo SERVICE/OWNER/NAME',
  };
}

function remoteForge(checkout: Checkout | null): Forge | null {
  return checkout?.remote == null ? null : forgeOfHost(checkout.remote.host);
}

/** `gh/acme/web`, or `acme/web` at the forge that CI or git named. */
function parseRepository(given: string, forge: Forge): RepositoryResult {
  const [first, ...rest] = given.replace(/^\/+|\/+$/g, '').split('/');
  const named = rest.length >= 2 ? forgeNamed(first) : null;
  const slug = named === null ? [first, ...rest].join('/') : rest.join('/');
  if (isSlug(slug)) return { ok: true, name: `${named ?? forge}/${slug}` };
  return {
    ok: false,
    message: `"${given}" is no repository: it looks like github/acme/web`,
    option: '--repo SERVICE/OWNER/NAME',
  };
}

type CommitResult =
  | { readonly ok: true; readonly shown: ShownCommit; readonly notices: readonly string[] }
  | (ContextResult & { ok: false });

async function resolveCommit(
  given: string | null,
  pull: number | null,
  ci: CiContext,
  checkout: Checkout | null,
): Promise<CommitResult> {
  const head = checkout?.head ?? null;
  const sha = given ?? (await shownSha(pull, ci, checkout));
  if (sha === null) {
    return { ok: false, message: 'neither the CI nor git says which commit was tested', option: '--commit SHA' };
  }
  if (checkout === null || head === null) return { ok: true, shown: { sha, object: null, built: null }, notices: [] };
  if (head.sha.startsWith(sha)) return { ok: true, shown: { sha: head.sha, object: head, built: null }, notices: [] };

  const full = (await resolveRevision(checkout.root, sha)) ?? sha;
  const [object = null] = await readCommits(checkout.root, [full]);
  if (head.parents.length === 2 && head.parents.includes(full)) {
    return { ok: true, shown: { sha: full, object, built: head }, notices: [] };
  }
  const short = full.slice(0, 7);
  const notice =
    object === null
      ? `commit ${short} is not in this clone: only its coverage is sent, no files, diff or sources`
      : `commit ${short} is uploaded, but ${head.sha.slice(0, 7)} is checked out: lines fit only if the reports were made at ${short}`;
  return { ok: true, shown: { sha: full, object, built: null }, notices: [notice] };
}

/** The commit that the CI names, else HEAD; for the trial merge of a pull request, the pushed side of it. */
async function shownSha(pull: number | null, ci: CiContext, checkout: Checkout | null): Promise<string | null> {
  const head = checkout?.head ?? null;
  if (head === null) return ci.commit;
  // Any other merge commit was made by somebody, and is what was tested.
  const isTested = ci.commit === null || ci.commit === head.sha || ci.isTrialMerge;
  if (pull === null || !isTested) return ci.commit ?? head.sha;
  const isTrialMerge = ci.commit === null || ci.commit === head.sha || isNamedLikeTrialMerge(head);
  // A workflow that checks out the pushed commit itself tested just that.
  if (head.parents.length !== 2 || !isTrialMerge) return head.sha;
  return pushedParent(head, ci, checkout);
}

/** GitHub's own words for it. */
function isNamedLikeTrialMerge(commit: CommitObject): boolean {
  return /^Merge [0-9a-f]{40,64} into [0-9a-f]{40,64}$/.test(commit.message);
}

/**
 * The second parent by custom (`git merge` run on the target). Jenkins merges the other way round: where the clone knows the
 * target branch, the parent that is already in it is not the pushed one.
 */
async function pushedParent(head: CommitObject, ci: CiContext, checkout: Checkout | null): Promise<string> {
  const [first, second] = head.parents;
  if (checkout === null || ci.baseBranch === null) return second;
  const target = await resolveRevision(checkout.root, `refs/remotes/origin/${ci.baseBranch}`);
  if (target === null) return second;
  const isReversed =
    (await isAncestor(checkout.root, second, target)) && !(await isAncestor(checkout.root, first, target));
  return isReversed ? first : second;
}
