import type { App } from '../app.ts';
import { findCommitById, saveMerge, settleCommit } from '../database/queries/commits.ts';
import { markMerged, partsOfCommit } from '../database/queries/upload-merging.ts';
import { countUploads } from '../database/queries/uploads.ts';
import type { Commit, Upload } from '../database/tables.ts';
import { reportKey } from '../objects/keys.ts';
import type { MergeResult } from '../workers/tasks.ts';
import { Busy } from '../workers/turns.ts';
import { MERGE, type MergeJob } from './kinds.ts';
import { putOrThrow } from './store.ts';

/**
 * Uploads of one commit often come within a second; one merge serves them all. Shorter than a person notices, long enough for the
 * jobs of a matrix that end together.
 */
const DEBOUNCE_MS = 300;

/** Asks for a merge of a commit; calls in a row are one. */
export async function askForMerge(app: App, commitId: number): Promise<void> {
  await app.jobs.debounce(MERGE, { id: `commit-${commitId}`, data: { commit: commitId } }, DEBOUNCE_MS);
}

/**
 * Parts → report. A pure function of the parts that count at this moment: it can run at any time, twice at once, on any host, and a run that
 * saw fewer parts never overwrites one that saw more (design rule 4).
 */
export async function merge(app: App, job: MergeJob, signal: AbortSignal): Promise<void> {
  const commit = await findCommitById(app.database.kysely, job.commit);
  if (commit === null || commit.wanted_generation <= commit.merged_generation) return;
  const uploads = await partsOfCommit(app.database.kysely, commit.id);
  const startedAt = performance.now();
  const result = await mergeUploads(app, uploads, signal);
  const key = reportKey(commit.repository_id, commit.sha, result.digest);
  await putOrThrow(app, key, result.bytes);
  await save(app, commit, uploads, result, key, Math.round(performance.now() - startedAt));
}

/** A merge that somebody waits for. */
const CHOICE_TIMEOUT_MS = 60_000;

/**
 * The report of a flag or of a few uploads, which is not stored. Who may read a commit may ask for any choice of its uploads, so such merges
 * take turns (`Workers.forPages`): those of commits go on. Throws `Busy` when too many wait, or this one would take too long.
 */
export async function mergeChoice(app: App, uploads: readonly Upload[]): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(CHOICE_TIMEOUT_MS);
  try {
    return await app.workers.forPages(async () => {
      signal.throwIfAborted();
      return (await mergeUploads(app, uploads, signal, 'flag')).bytes;
    });
  } catch (error) {
    throw signal.aborted ? new Busy() : error;
  }
}

async function mergeUploads(
  app: App,
  uploads: readonly Upload[],
  signal: AbortSignal,
  rules: 'commit' | 'flag' = 'commit',
): Promise<MergeResult> {
  const opened = await Promise.all(uploads.map((upload) => app.objects.openLocal(upload.part_key!)));
  try {
    const parts = uploads.map(({ raw_sha256, flags, name, job, external_id }, index) => {
      const part = opened[index];
      if (part === null) throw new Error(`the part of upload ${external_id} is not in the storage`);
      return { path: part.path, rawDigest: raw_sha256!, flags, name, job };
    });
    return await app.workers.merge({ kind: 'merge', parts, rules }, signal);
  } finally {
    await Promise.all(opened.map((part) => part?.release()));
  }
}

async function save(
  app: App,
  commit: Commit,
  uploads: readonly Upload[],
  { digest, totals }: MergeResult,
  key: string,
  milliseconds: number,
): Promise<void> {
  const generation = commit.wanted_generation;
  const saved = await app.database.kysely.transaction().execute(async (transaction) => {
    const merged = { generation, reportKey: key, digest, totals, sessions: uploads.length };
    if (!(await saveMerge(transaction, commit.id, merged))) return null;
    await markMerged(
      transaction,
      uploads.map(({ id }) => id),
      milliseconds,
    );
    return { state: await settleCommit(transaction, commit.id), counts: await countUploads(transaction, commit.id) };
  });
  if (saved === null) return;
  const shared = { repositoryId: commit.repository_id, commitId: commit.id };
  const { files, lines, hits, partials, misses } = totals;
  const { counts, state } = saved;
  app.events.publish({
    type: 'commit.merged',
    ...shared,
    data: {
      commit: commit.sha,
      generation,
      digest: Buffer.from(digest).toString('hex'),
      totals: { files, lines, hits, partials, misses },
      uploads: { done: counts.merged, processing: counts.processing, error: counts.error },
    },
  });
  if (state !== 'pending')
    app.events.publish({ type: 'commit.complete', ...shared, data: { commit: commit.sha, state, final: true } });
}
