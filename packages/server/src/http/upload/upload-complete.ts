import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { findCommitById } from '../../database/queries/commits.ts';
import { countUploads, type UploadCounts } from '../../database/queries/uploads.ts';
import type { Commit } from '../../database/tables.ts';
import { isSettled, type SettledState, stateOfCommit, waitUntilSettled } from '../../pipeline/settled.ts';
import { type Answer, json } from './answer.ts';
import { findCommitOfPath } from './commit-of-path.ts';
import { enter, parameter, pathTarget } from './gate.ts';
import { addAddress } from './scope.ts';
import { whenGone } from '../gone.ts';

/** F: `/upload/SERVICE/SLUG/commits/SHA/upload-complete`, with our `wait=S` (upload-protocol §1.3, notifications §7.5). */
export async function uploadCompleteRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/:sha/upload-complete', { POST: complete });
}

const LONGEST_WAIT_SECONDS = 300;

async function complete(app: App, request: FastifyRequest): Promise<Answer> {
  const knock = { endpoint: 'F', target: pathTarget(request), sha: parameter(request, 'sha') } as const;
  const entry = await enter(app, request, knock);
  if (entry.kind === 'refused') return entry.answer;
  const found = await findCommitOfPath(app, request, entry.repository);
  if (found.kind === 'answer') return found.answer;
  const seconds = waitSeconds(request);
  if (seconds === null) return answerCounts(await countUploads(app.database.kysely, found.commit.id));
  return answerSettled(app, request, found.commit, seconds);
}

async function answerSettled(app: App, request: FastifyRequest, commit: Commit, seconds: number): Promise<Answer> {
  const first = await stateOfCommit(app, commit.id);
  if (first.counts.total === 0) return answerCounts(first.counts);
  const state =
    isSettled(first) || seconds === 0 ? first : await waitUntilSettled(app, commit.id, seconds, whenGone(request));
  const settled = isSettled(state);
  return json(settled ? 200 : 202, {
    ...countsObject(state.counts),
    settled,
    generation: (await findCommitById(app.database.kysely, commit.id))?.merged_generation ?? 0,
    verdicts: [],
    waiting_for: settled ? [] : [describeOpen(state)],
  });
}

function describeOpen({ unread, unmerged }: SettledState): string {
  if (unread > 0) return unread === 1 ? '1 upload is being read' : `${unread} uploads are being read`;
  return unmerged ? 'the report is being merged' : 'nothing';
}

function answerCounts(counts: UploadCounts): Answer {
  return json(counts.total === 0 ? 404 : 200, countsObject(counts));
}

function countsObject({ total, merged, processing, error }: UploadCounts): object {
  return { uploads_total: total, uploads_success: merged, uploads_processing: processing, uploads_error: error };
}

function waitSeconds(request: FastifyRequest): number | null {
  const { wait } = request.query as { readonly wait?: unknown };
  if (typeof wait !== 'string' || !/^\d{1,6}$/.test(wait)) return null;
  return Math.min(Number(wait), LONGEST_WAIT_SECONDS);
}
