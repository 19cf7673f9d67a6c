import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { findCommitById, settleCommit, wantMerge } from '../database/queries/commits.ts';
import { supersedeRepeats } from '../database/queries/upload-merging.ts';
import {
  beginParse,
  giveBackTry,
  markFailed,
  markProcessed,
  type ParseTimes,
  type StoredPart,
} from '../database/queries/upload-parsing.ts';
import { unusedKeys } from '../database/queries/upload-changes.ts';
import { saveProblems } from '../database/queries/upload-problems.ts';
import type { Commit, Upload } from '../database/tables.ts';
import { partKey } from '../objects/keys.ts';
import type { ParseResult } from '../workers/tasks.ts';
import { askForMerge } from './merge.ts';
import { putOrThrow } from './store.ts';
import { parseSettings } from './settings.ts';
import type { ParseJob } from './kinds.ts';
import type { Problem } from '@thatch/engine';

/** After so many tries that ended without an answer (a dead thread, a full memory) an upload is set aside (deployment §9). */
const MOST_ATTEMPTS = 3;

/**
 * Raw bytes → part. Reads what `receive` left, leaves an immutable part object and the upload `processed`, or `error` with its reasons. Can
 * run again at any time: an upload that is not `stored` any more is left alone, and of two runs at once the first to finish counts.
 */
export async function parse(app: App, job: ParseJob, signal: AbortSignal): Promise<void> {
  const upload = await beginParse(app.database.kysely, job.upload);
  if (upload === null) return;
  const commit = await findCommitById(app.database.kysely, upload.commit_id);
  if (commit === null || upload.raw_key === null) return;
  const isFinished = await readAndFinish(app, upload, commit, signal).catch((error: unknown) =>
    excuse(app, upload, error),
  );
  // Other bytes took the place of these while they were read (a repeated PUT): read those.
  if (!isFinished) await parse(app, job, signal);
}

async function readAndFinish(app: App, upload: Upload, commit: Commit, signal: AbortSignal): Promise<boolean> {
  const startedAt = performance.now();
  const read = await readUpload(app, upload, commit, signal);
  const times = {
    queued: Math.max(0, Date.now() - (upload.stored_at ?? upload.created_at).getTime()),
    parse: Math.round(performance.now() - startedAt),
  };
  const waited = { ...times, queued: Math.max(0, times.queued - times.parse) };
  return finish(app, upload, read, waited);
}

/** A storage or database that is away, and a server that stops, use up no try of an upload (deployment §10). */
async function excuse(app: App, upload: Upload, error: unknown): Promise<never> {
  if (error instanceof ReaderEnded) throw error.cause;
  await giveBackTry(app.database.kysely, upload.id).catch(() => {});
  throw error;
}

/** The thread that read an upload died, or failed in a way that readers do not. */
class ReaderEnded extends Error {
  override name = 'ReaderEnded';
}

/** Returns false when the upload is no longer waiting for just these bytes. */
function finish(app: App, upload: Upload, read: Read, times: ParseTimes): Promise<boolean> {
  if (read.kind === 'failed')
    return fail(app, upload, { code: read.code, problems: [read.problem], part: null }, times);
  const { errorCode } = read.result;
  return errorCode === null
    ? succeed(app, upload, read.result, times)
    : failRead(app, upload, read.result, errorCode, times);
}

/** Of an upload without a line, what was dropped is kept: people ask why (web-ui §3.6). */
async function failRead(
  app: App,
  upload: Upload,
  { remains, problems }: ParseResult,
  code: Problem['code'],
  times: ParseTimes,
): Promise<boolean> {
  if (remains === null) return fail(app, upload, { code, problems, part: null }, times);
  const key = partKey(upload.external_id, digestOf(remains));
  await putOrThrow(app, key, remains);
  return fail(app, upload, { code, problems, part: { key, size: remains.length } }, times);
}

type Read =
  | { readonly kind: 'read'; readonly result: ParseResult }
  | { readonly kind: 'failed'; readonly code: Problem['code']; readonly problem: Problem };

async function readUpload(app: App, upload: Upload, commit: Commit, signal: AbortSignal): Promise<Read> {
  const raw = await app.objects.openLocal(upload.raw_key!);
  if (raw === null) return { kind: 'failed', code: 'file_not_in_storage', problem: NOT_IN_STORAGE };
  const tree = commit.files_key === null ? null : await app.objects.openLocal(commit.files_key);
  try {
    const result = await app.workers.parse(
      {
        kind: 'parse',
        rawPath: raw.path,
        scratch: app.scratch,
        settings: parseSettings(app.config, upload.options, Date.now()),
        format: upload.options.format ?? null,
        defaultName: upload.options.path ?? 'upload',
        treePath: tree?.path ?? null,
        limits: app.config.limits,
      },
      signal,
    );
    return { kind: 'read', result };
  } catch (error) {
    if (signal.aborted || isNoSpace(error)) throw error;
    if (upload.attempts < MOST_ATTEMPTS) throw new ReaderEnded('', { cause: error });
    app.log.error({ err: error, upload_id: upload.external_id }, 'an upload was set aside after repeated failures');
    return { kind: 'failed', code: 'unknown_processing', problem: SET_ASIDE };
  } finally {
    await raw.release();
    await tree?.release();
  }
}

async function succeed(app: App, upload: Upload, result: ParseResult, times: ParseTimes): Promise<boolean> {
  const { part, formats } = result;
  const key = partKey(upload.external_id, digestOf(part!));
  await putOrThrow(app, key, part!);
  const isFirst = await app.database.kysely.transaction().execute(async (transaction) => {
    const marked = await markProcessed(transaction, upload, result, { key, size: part!.length }, times);
    if (!marked) return false;
    await wantMerge(transaction, upload.commit_id);
    await saveProblems(transaction, upload.id, result.problems);
    await supersedeRepeats(transaction, upload.id, app.config.uploads.supersede);
    return true;
  });
  if (!isFirst) return false;
  await dropReplacedPart(app, upload, key);
  const { files, lines } = result.totals;
  app.events.publish({
    type: 'upload.parsed',
    repositoryId: upload.repository_id,
    commitId: upload.commit_id,
    data: {
      upload: upload.external_id,
      name: upload.name,
      flags: upload.flags,
      files,
      lines,
      formats,
      ms: times.parse,
    },
  });
  await askForMerge(app, upload.commit_id);
  return true;
}

/** Equal parts have equal names; one that was read anew with another list of files is another object, and none is ever edited. */
function digestOf(part: Uint8Array): Uint8Array {
  return createHash('sha256').update(part).digest();
}

interface Failure {
  readonly code: Problem['code'];
  readonly problems: readonly Problem[];
  /** Where what was dropped is kept. */
  readonly part: StoredPart | null;
}

async function fail(app: App, upload: Upload, { code, problems, part }: Failure, times: ParseTimes): Promise<boolean> {
  const state = await app.database.kysely.transaction().execute(async (transaction) => {
    if (!(await markFailed(transaction, upload, { code, part }, times))) return null;
    await saveProblems(transaction, upload.id, problems);
    return settleCommit(transaction, upload.commit_id);
  });
  if (state === null) return false;
  await dropReplacedPart(app, upload, part?.key ?? null);
  const problem = problems.find((each) => each.severity === 'error') ?? problems[0];
  const shared = { repositoryId: upload.repository_id, commitId: upload.commit_id };
  app.events.publish({
    type: 'upload.error',
    ...shared,
    data: {
      upload: upload.external_id,
      name: upload.name,
      flags: upload.flags,
      code,
      message: problem?.message,
      hint: problem?.hint,
      file: problem?.file,
      line: problem?.line,
    },
  });
  if (state !== 'pending')
    app.events.publish({ type: 'commit.complete', ...shared, data: { commit: upload.commit_id, state, final: true } });
  return true;
}

/** Errors of a thread keep their words but not their code. */
function isNoSpace(error: unknown): boolean {
  return error instanceof Error && /^(?:ENOSPC|EDQUOT)\b/.test(error.message);
}

/** An upload that is read again has a part from before. A merge that reads it at this moment fails, and comes again with the new one. */
async function dropReplacedPart(app: App, { part_key: before }: Upload, now: string | null): Promise<void> {
  if (before === null || before === now) return;
  for (const key of await unusedKeys(app.database.kysely, [before])) await app.objects.delete(key);
}

const NOT_IN_STORAGE: Problem = {
  code: 'file_not_in_storage',
  severity: 'error',
  message: 'The bytes of this upload are not in the storage.',
  hint: 'Send it again; if this repeats, look at the storage of this installation (thatch doctor).',
};

const SET_ASIDE: Problem = {
  code: 'unknown_processing',
  severity: 'error',
  message: `Reading this upload ended the worker ${MOST_ATTEMPTS} times, so it was set aside; other uploads go on.`,
  hint: 'Please report this with the raw upload; a smaller report may get through meanwhile.',
};
