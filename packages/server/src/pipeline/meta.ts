import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { App } from '../app.ts';
import { saveCommit, saveCommitMeta, type SavedCommit } from '../database/queries/commits.ts';
import { addToGraph, missingFromGraph, parentsInGraph, type GraphRow } from '../database/queries/graph.ts';
import { savePullFacts } from '../database/queries/pulls.ts';
import { rememberUploaderDefaultBranch } from '../database/queries/repositories.ts';
import { addSources, missingSources, type SourceRow } from '../database/queries/sources.ts';
import { partsOfCommit } from '../database/queries/upload-merging.ts';
import type { Commit } from '../database/tables.ts';
import { metaKey, sourceKey } from '../objects/keys.ts';
import type { MetaFacts, MetaObject, MetaProblem, MetaResult } from '../workers/tasks.ts';

/** More than any document may have, packed or not. */
const MOST_BYTES = 400 * 1024 * 1024;
const PUTS_AT_ONCE = 8;

/** A document that was read: what it says, and what was wrong with it. */
export type ReadMeta = Extract<MetaResult, { readonly kind: 'read' }>;

/**
 * Takes a document `thatch-meta/1` while it arrives and reads it in a worker thread. Nothing is stored yet: a document of which a part
 * is refused is refused whole.
 */
export async function takeMeta(app: App, bytes: AsyncIterable<Uint8Array>): Promise<MetaResult> {
  const path = join(app.scratch, `meta-${randomUUID()}`);
  try {
    let size = 0;
    let isLarge = false;
    await pipeline(
      bytes,
      async function* counted(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          isLarge = size > MOST_BYTES;
          if (isLarge) return;
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    if (isLarge) return TOO_LARGE;
    return await app.workers.readMeta({ kind: 'meta', path });
  } finally {
    await rm(path, { force: true });
  }
}

const TOO_LARGE: MetaResult = {
  kind: 'refused',
  status: 413,
  code: 'meta_too_large',
  detail: `The metadata is larger than ${MOST_BYTES} bytes.`,
  hint: 'Send the sources in several calls, each with "schema" and "commit.sha".',
};

/** What a document changed. */
export interface StoredMeta {
  readonly kind: 'kept';
  readonly commit: SavedCommit;
  /** Names of the parts of the document that are kept now. */
  readonly stored: readonly string[];
  readonly problems: readonly MetaProblem[];
}

/** There is no room; nothing of the document is kept. */
export interface StorageFull {
  readonly kind: 'full';
}

/**
 * Keeps what an uploader says of a commit: objects first, then the rows that name them. A second document fills gaps and changes nothing
 * that was said before; what contradicts is told as a problem (upload-protocol §8.3).
 */
export async function storeMeta(app: App, repositoryId: number, read: ReadMeta): Promise<StoredMeta | StorageFull> {
  const { facts } = read;
  const { sha } = facts.commit;
  const keys = await putObjects(app, repositoryId, sha, read);
  if (keys.kind === 'full') return keys;
  const problems = [...read.problems];
  const commit = await app.database.kysely.transaction().execute(async (transaction) => {
    const saved = await saveCommit(
      transaction,
      repositoryId,
      {
        sha,
        branch: facts.ref?.branch,
        tag: facts.ref?.tag,
        pull: facts.ref?.pull,
        parentSha: facts.commit.parents?.[0],
      },
      { branch: false, parentAndPull: true },
    );
    problems.push(...contradictions(saved, facts));
    await saveCommitMeta(transaction, saved.id, columnsOf(facts, keys));
    const wrong = await addToGraph(transaction, repositoryId, graphOf(facts));
    if (wrong.length > 0) problems.push(parentsContradict(wrong));
    await addSources(transaction, repositoryId, keys.sources);
    if (facts.ref?.default_branch != null) {
      await rememberUploaderDefaultBranch(transaction, repositoryId, facts.ref.default_branch);
    }
    if (facts.ref?.pull != null) {
      const { pull, pull_title: title, base_branch: baseBranch } = facts.ref;
      await savePullFacts(transaction, repositoryId, { number: pull, title, baseBranch, headSha: sha });
    }
    return saved;
  });
  return { kind: 'kept', commit, stored: namesOf(facts, keys), problems };
}

interface StoredKeys {
  readonly kind: 'keys';
  readonly tree: string | null;
  readonly diff: string | null;
  readonly sources: readonly SourceRow[];
}

async function putObjects(
  app: App,
  repositoryId: number,
  sha: string,
  read: ReadMeta,
): Promise<StoredKeys | StorageFull> {
  const known = read.objects.flatMap(({ what }) => (what.kind === 'source' ? [what.blob] : []));
  const large = read.objects.flatMap(({ what, size }) =>
    what.kind === 'large_source' ? [{ blob: what.blob, key: null, size }] : [],
  );
  const wanted = new Set(await missingSources(app.database.kysely, repositoryId, known));
  const sources: SourceRow[] = large;
  let tree: string | null = null;
  let diff: string | null = null;
  let isFull = false;
  const open = read.objects.values();
  // Each worker takes the next object until none is left.
  const putSome = async (): Promise<void> => {
    for (const object of open) {
      const { what } = object;
      if (isFull) return;
      if (what.kind === 'large_source') continue;
      if (what.kind === 'source' && !wanted.has(what.blob)) continue;
      const key =
        what.kind === 'source'
          ? sourceKey(repositoryId, what.blob)
          : metaKey(repositoryId, sha, what.kind, object.digest);
      const put = await app.objects.put(key, bytesOf(read, object));
      isFull ||= put.kind !== 'stored';
      if (what.kind === 'tree') tree = key;
      else if (what.kind === 'diff') diff = key;
      else sources.push({ blob: what.blob, key, size: object.size });
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, putSome));
  return isFull ? { kind: 'full' } : { kind: 'keys', tree, diff, sources };
}

function bytesOf({ packed }: ReadMeta, { offset, length }: MetaObject): Uint8Array {
  return packed.subarray(offset, offset + length);
}

function columnsOf(
  { commit, base, config, diffBase }: MetaFacts,
  keys: StoredKeys,
): Parameters<typeof saveCommitMeta>[2] {
  return {
    message: commit.message,
    author_name: commit.author?.name ?? null,
    author_email: commit.author?.email ?? null,
    authored_at: timeOf(commit.author?.time),
    committer_name: commit.committer?.name ?? null,
    committer_email: commit.committer?.email ?? null,
    committed_at: timeOf(commit.committer?.time),
    tree_sha: commit.tree,
    base: base === null ? null : { sha: base.sha, how: base.how },
    diff: keys.diff === null || diffBase === null ? null : { key: keys.diff, base: diffBase },
    files_key: keys.tree,
    config: config === null ? null : { path: config.path, text: config.text },
  };
}

function graphOf({ commit, history }: MetaFacts): GraphRow[] {
  const rows = history.map(([sha, parents, time]) => ({ sha, parents, committedAt: new Date(time) }));
  if (commit.parents === null) return rows;
  return [{ sha: commit.sha, parents: commit.parents, committedAt: timeOf(commit.committer?.time) }, ...rows];
}

function timeOf(text: string | null | undefined): Date | null {
  return text == null ? null : new Date(text);
}

function contradictions(saved: Commit, { commit }: MetaFacts): MetaProblem[] {
  if (saved.tree_sha === null || commit.tree === null || saved.tree_sha === commit.tree) return [];
  const message = `The commit is known with the tree ${saved.tree_sha}, not ${commit.tree}: the first one stays.`;
  return [{ code: 'tree_contradicts', message }];
}

function parentsContradict(shas: readonly string[]): MetaProblem {
  const some = shas.slice(0, 3).join(', ');
  const message = `Known parents of ${shas.length === 1 ? 'a commit' : `${shas.length} commits`} stay as they were: ${some}.`;
  return { code: 'parents_contradict', message };
}

function namesOf(facts: MetaFacts, keys: StoredKeys): string[] {
  const parts: Readonly<Record<string, boolean>> = {
    commit: true,
    ref: facts.ref !== null,
    history: facts.history.length > 0,
    base: facts.base !== null,
    diff: keys.diff !== null,
    files: keys.tree !== null,
    sources: keys.sources.some(({ key }) => key !== null),
    config: facts.config !== null,
  };
  return Object.keys(parts).filter((name) => parts[name]);
}

/** What the server lacks to show a commit whole. */
export interface Need {
  /** Blobs of covered files whose content nobody sent. */
  readonly blobs: readonly string[];
  /** Commits that are named as parent or base and have no row in the graph. */
  readonly commits: readonly string[];
}

/** Works out what is missing of a commit: as far as its uploads are read, whether merged yet or not. */
export async function needOf(app: App, commit: Commit, facts: MetaFacts): Promise<Need> {
  const { kysely } = app.database;
  const parents = await parentsInGraph(kysely, commit.repository_id, commit.sha);
  const named = [...(parents ?? []), ...(facts.base === null ? [] : [facts.base.sha])];
  return {
    blobs: await missingSources(kysely, commit.repository_id, await coveredBlobs(app, commit.id)),
    commits: await missingFromGraph(kysely, commit.repository_id, named),
  };
}

async function coveredBlobs(app: App, commitId: number): Promise<readonly string[]> {
  const { kysely } = app.database;
  // Read anew: it was saved a moment ago.
  const commit = await kysely.selectFrom('commits').selectAll().where('id', '=', commitId).executeTakeFirst();
  if (commit?.files_key == null) return [];
  const isMerged = commit.report_key !== null && commit.merged_generation === commit.wanted_generation;
  const keys = isMerged
    ? [commit.report_key!]
    : (await partsOfCommit(kysely, commitId)).flatMap(({ part_key }) => part_key ?? []);
  if (keys.length === 0) return [];
  const opened = await Promise.all([commit.files_key, ...keys].map((key) => app.objects.openLocal(key)));
  try {
    const [tree, ...reports] = opened;
    if (tree === null) return [];
    const paths = reports.flatMap((report) => report?.path ?? []);
    return await app.workers.coveredBlobs({ kind: 'covered_blobs', reports: paths, treePath: tree.path });
  } finally {
    await Promise.all(opened.map((object) => object?.release()));
  }
}
