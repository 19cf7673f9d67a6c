import type { ShownCommit, UploadContext } from './context.ts';
import type { Checkout } from './git/checkout.ts';
import type { CommitObject, Signature } from './git/commit.ts';
import { findBase, readDiff, readHistory, type Base, type HistoryRow } from './git/history.ts';
import { listTree, readBlobs, type Tree } from './git/tree.ts';

/** What a server without a forge learns about the commit: the document `thatch-meta/1` of upload-protocol §8.3. */
export interface Meta {
  readonly schema: 'thatch-meta/1';
  readonly commit: MetaCommit;
  /** What was measured when it is not `commit`: a trial merge (providers §8). `files` lists its tree. */
  readonly built?: MetaBuilt;
  readonly ref?: MetaRef;
  readonly history?: readonly HistoryRow[];
  readonly base?: Base;
  readonly diff?: MetaDiff;
  readonly files?: Readonly<Record<string, string>>;
  readonly sources?: Readonly<Record<string, MetaSource>>;
  readonly config?: { readonly path: string; readonly text: string };
}

export interface MetaCommit {
  readonly sha: string;
  readonly parents?: readonly string[];
  readonly tree?: string;
  readonly message?: string;
  readonly author?: Signature;
  readonly committer?: Signature;
}

export interface MetaBuilt {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** From the shown commit to the built one: how its lines moved. Absent when the clone lacks the shown one. */
  readonly diff?: MetaDiff;
}

export interface MetaRef {
  readonly branch: string | null;
  readonly tag: null;
  readonly pull: number | null;
  readonly base_branch: string | null;
  readonly default_branch: string | null;
}

export interface MetaDiff {
  readonly base: string;
  readonly format: 'git-unified';
  readonly text: string;
}

export type MetaSource = { readonly text: string } | { readonly base64: string };

/** The document, and what it was made from. */
export interface MetaResult {
  readonly meta: Meta;
  /** The files that were measured; empty without a clone. */
  readonly files: Tree;
  /** Ancestors of the commit, nearest first as far as the clone tells. */
  readonly ancestors: readonly string[];
  readonly notices: readonly string[];
}

/** upload-protocol §8.3. */
const FILES = 500_000;

/** Gathers everything but the sources: they travel when the server has said which ones it lacks. */
export async function gatherMeta(
  context: UploadContext,
  checkout: Checkout | null,
  givenBase: string | null,
): Promise<MetaResult> {
  const { commit } = context;
  const ref: MetaRef = {
    branch: context.branch,
    tag: null,
    pull: context.pull,
    base_branch: context.baseBranch,
    default_branch: checkout?.defaultBranch ?? null,
  };
  const head = { schema: 'thatch-meta/1', commit: describe(commit.sha, commit.object), ref } as const;
  const measured = commit.built ?? commit.object;
  if (checkout === null || measured === null) return { meta: head, files: new Map(), ancestors: [], notices: [] };

  const notices: string[] = [];
  const tree = await listTree(checkout.root, measured.sha);
  const files = tree?.files ?? new Map<string, string>();
  if ((tree?.unreadableNames ?? 0) > 0)
    notices.push(`${tree?.unreadableNames} files have names that are not UTF-8 and are left out`);
  const isTooMany = files.size > FILES;
  if (isTooMany) notices.push(`the commit has ${files.size} files: the list is not sent (limit ${FILES})`);

  const comparison = await compare(commit.object, checkout, givenBase, context.baseBranch, notices);
  const tips = [commit.object?.sha ?? measured.sha, ...(comparison.base === undefined ? [] : [comparison.base.sha])];
  const history = (await readHistory(checkout.root, tips)).filter(
    ([sha]) => sha !== commit.sha && sha !== commit.built?.sha,
  );
  return {
    meta: {
      ...head,
      ...(commit.built === null ? {} : { built: await describeBuilt(commit.built, commit.object, checkout) }),
      history,
      ...comparison,
      ...(files.size === 0 || isTooMany ? {} : { files: Object.fromEntries(files) }),
      ...(await readConfig(checkout.root, files)),
    },
    files,
    ancestors: nearestFirst(parentsOf(commit), history),
    notices,
  };
}

function describe(sha: string, commit: CommitObject | null): MetaCommit {
  if (commit === null) return { sha };
  const { parents, tree, message, author, committer } = commit;
  return { sha, parents: parents.slice(0, 64), tree, message, author, committer };
}

async function describeBuilt(built: CommitObject, shown: CommitObject | null, checkout: Checkout): Promise<MetaBuilt> {
  const { sha, tree, parents } = built;
  if (shown === null) return { sha, tree, parents };
  const moved = await readDiff(checkout.root, shown.sha, sha);
  if (!moved.ok) return { sha, tree, parents };
  return { sha, tree, parents, diff: { base: shown.sha, format: 'git-unified', text: moved.text } };
}

async function compare(
  commit: CommitObject | null,
  checkout: Checkout,
  givenBase: string | null,
  baseBranch: string | null,
  notices: string[],
): Promise<Pick<Meta, 'base' | 'diff'>> {
  if (checkout.isShallow) {
    notices.push(
      'this is a shallow clone: no diff is sent, so there is no patch coverage; fetch the whole history (fetch-depth: 0)',
    );
    return {};
  }
  if (commit === null) return {};
  const result = await findBase(checkout.root, commit, givenBase, baseBranch);
  if (result.kind === 'unknown') notices.push(`--base: the clone knows no "${result.given}"; no diff is sent`);
  if (result.kind !== 'found') return {};
  const { base } = result;
  const diff = await readDiff(checkout.root, base.sha, commit.sha);
  if (diff.ok) return { base, diff: { base: base.sha, format: 'git-unified', text: diff.text } };
  notices.push(`the diff to ${base.sha.slice(0, 7)} is not sent: ${diff.message}`);
  return { base };
}

/** Where a repository keeps its settings, in the order of repo-yaml §1.1. */
const CONFIG_NAMES = ['.codecov.yaml', '.codecov.yml', 'codecov.yaml', 'codecov.yml'];
const CONFIG_FOLDERS = ['', '.github/', 'dev/'];
const CONFIG_BYTES = 256 << 10;

async function readConfig(root: string, files: Tree): Promise<Pick<Meta, 'config'>> {
  const path = CONFIG_FOLDERS.flatMap((folder) => CONFIG_NAMES.map((name) => folder + name)).find((name) =>
    files.has(name),
  );
  const id = path === undefined ? undefined : files.get(path);
  if (path === undefined || id === undefined) return {};
  const text = (await readBlobs(root, [id])).get(id);
  return text === undefined || text.length > CONFIG_BYTES ? {} : { config: { path, text: text.toString('utf8') } };
}

/** In a shallow clone the shown commit may be missing; the other side of its trial merge is then all that is known. */
function parentsOf(commit: ShownCommit): readonly string[] {
  return commit.object?.parents ?? commit.built?.parents.filter((sha) => sha !== commit.sha) ?? [];
}

/** Orders the ancestors by their distance from the commit whose parents are given. */
function nearestFirst(parents: readonly string[], history: readonly HistoryRow[]): string[] {
  const known = new Map(history.map(([sha, parents]) => [sha, parents]));
  const order = new Set<string>();
  let front = parents;
  while (front.length > 0) {
    const fresh = front.filter((sha) => !order.has(sha));
    for (const sha of fresh) order.add(sha);
    front = fresh.flatMap((sha) => known.get(sha) ?? []);
  }
  return [...order];
}
