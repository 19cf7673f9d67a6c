import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { resolveCommit } from '../../database/queries/commits.ts';
import { nearestCoveredAncestor } from '../../database/queries/graph.ts';
import { uploadsOfCommit } from '../../database/queries/uploads.ts';
import { parseSha } from '../../names.ts';
import { watchCommit } from '../../pipeline/watch.ts';
import { isFinal, presentCommitSum, type UploadStatus } from '../../presenters/upload-status.ts';
import { whenGone } from '../gone.ts';
import { type Answer, detail, empty, json, send } from './answer.ts';
import { parameter } from './gate.ts';
import { addAddress } from './scope.ts';
import { findReadableRepository, findReadableUpload } from './status-access.ts';
import { streamUpload } from './status-events.ts';
import { entityTag, showUpload, showUploads } from './upload-answer.ts';

/** `/upload/status`: how far an upload is, asked, awaited or streamed (upload-protocol §8.2). */
export async function statusRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/status', { GET: showCommit });
  addAddress(fastify, app, '/upload/status/:id', { GET: showOne });
  fastify.get('/upload/status/:id/events', async (request, reply) => stream(app, request, reply));
}

const LONGEST_WAIT_SECONDS = 300;

async function showOne(app: App, request: FastifyRequest): Promise<Answer> {
  const readable = await findReadableUpload(app, request, parameter(request, 'id'));
  if (readable === null) return UPLOAD_UNKNOWN;
  const { upload, key } = readable;
  const { wait } = request.query as { readonly wait?: unknown };
  const seconds = waitSeconds(wait);
  if (seconds === null) return WRONG_WAIT;
  const read = () => showUpload(app, request, upload, { key });
  const first = await read();
  const status =
    seconds === 0 || first === null
      ? first
      : await watchCommit(app, upload.commit_id, {
          read,
          isEnough: (latest) => latest === null || isFinal(latest) || isNews(request, first, latest),
          seconds,
          signal: whenGone(request),
        });
  return status === null ? UPLOAD_UNKNOWN : tagged(request, status);
}

/** Other than what the client has, by its tag, or else than when it asked. */
function isNews({ headers }: FastifyRequest, first: UploadStatus, latest: UploadStatus): boolean {
  const known = headers['if-none-match'];
  return known === undefined ? latest.state !== first.state : !isKnown(known, entityTag(JSON.stringify(latest)));
}

function tagged({ headers }: FastifyRequest, value: object): Answer {
  const answer = json(200, value);
  const tag = entityTag(String(answer.body));
  const caching = { etag: tag, 'cache-control': 'private, no-cache' };
  if (isKnown(headers['if-none-match'] ?? '', tag)) return empty(304, caching);
  return { ...answer, headers: { ...answer.headers, ...caching } };
}

function isKnown(known: string, tag: string): boolean {
  return known.split(',').some((item) => ['*', tag].includes(item.trim().replace(/^W\//, '')));
}

/** Null for what is no whole number of seconds. */
function waitSeconds(wait: unknown): number | null {
  if (wait === undefined || wait === '') return 0;
  if (typeof wait !== 'string' || !/^\d{1,6}$/.test(wait)) return null;
  return Math.min(Number(wait), LONGEST_WAIT_SECONDS);
}

/** `?repo=…&commit=…`: all uploads of a commit, and what they sum up to. */
async function showCommit(app: App, request: FastifyRequest): Promise<Answer> {
  const { searchParams } = new URL(request.raw.url ?? '/', 'http://localhost');
  const sha = parseSha(searchParams.get('commit') ?? '');
  if (sha === null) return WRONG_COMMIT;
  const repository = await findReadableRepository(app, request, searchParams.get('repo') || null);
  const commit = repository === null ? null : await resolveCommit(app.database.kysely, repository.id, sha);
  if (repository === null || commit === null) return COMMIT_UNKNOWN;
  const uploads = await uploadsOfCommit(app.database.kysely, commit.id);
  const base = await nearestCoveredAncestor(app.database.kysely, repository.id, commit.sha);
  return tagged(request, {
    commit: commit.sha,
    state: commit.state,
    uploads: await showUploads(app, request, { uploads, commit, repository }),
    commit_totals: presentCommitSum(commit),
    base,
    verdicts: [],
  });
}

async function stream(app: App, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const readable = await findReadableUpload(app, request, parameter(request, 'id'));
  if (readable === null) {
    await send(reply, UPLOAD_UNKNOWN);
    return;
  }
  await streamUpload(app, request, reply, readable);
}

const UPLOAD_UNKNOWN = detail(404, 'There is no such upload, or it may not be read with this key or token.', {
  code: 'upload_unknown',
  hint: 'Use the status address as the answer of the upload gave it (its key is good for 24 hours), or send a token of the repository.',
});
const COMMIT_UNKNOWN = detail(404, 'There is no such commit, or its repository may not be read with this token.', {
  code: 'commit_unknown',
  hint: 'Name the repository as "repo=service/owner/name" and send one of its tokens.',
});
const WRONG_COMMIT = detail(400, 'The parameter "commit" is 7 to 64 hexadecimal digits.', {
  code: 'query_invalid',
  hint: 'Ask for /upload/status?repo=service/owner/name&commit=SHA, or for one upload by its status address.',
});
const WRONG_WAIT = detail(400, 'The parameter "wait" is a whole number of seconds.', {
  code: 'query_invalid',
  hint: `At most ${LONGEST_WAIT_SECONDS} are waited.`,
});
