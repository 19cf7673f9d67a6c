import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { Accepted } from '../../auth/upload-authorization.ts';
import { resolveCommit, saveCommit } from '../../database/queries/commits.ts';
import { addToGraph } from '../../database/queries/graph.ts';
import { saveReport } from '../../database/queries/reports.ts';
import type { Commit, Upload, UploadKind, UploadNotice } from '../../database/tables.ts';
import { isFullSha } from '../../names.ts';
import { fullText } from '../../pipeline/limit.ts';
import { storeMeta } from '../../pipeline/meta.ts';
import { touchBranch } from '../../pipeline/receive.ts';
import { addUpload, dropBytes, type WholeUploadFacts } from '../../pipeline/receive-whole.ts';
import { watchCommit } from '../../pipeline/watch.ts';
import { isFinal, type UploadStatus } from '../../presenters/upload-status.ts';
import { whenGone } from '../gone.ts';
import { type Answer, detail, json, text } from './answer.ts';
import { tellNewCommit } from './commits.ts';
import { enter, hasToken } from './gate.ts';
import { storageFull } from './meta.ts';
import { type OwnBody, takeOwnBody } from './own-body.ts';
import { type OwnQuery, readOwnQuery } from './own-query.ts';
import { addAddress } from './scope.ts';
import { showUpload } from './upload-answer.ts';
import { agentOf, shownName, webAddress } from './upload-facts.ts';

/** `POST /upload/coverage`, PUT too: one request, one answer, no forge needed (upload-protocol §8.1). */
export async function coverageRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/coverage', { POST: takeUpload, PUT: takeUpload });
}

async function takeUpload(app: App, request: FastifyRequest): Promise<Answer> {
  const read = readOwnQuery(new URL(request.raw.url ?? '/', 'http://localhost').searchParams);
  if (read.kind === 'wrong') return wrongQuery(read.parameter, read.rule);
  const { query } = read;
  const key = headerKey(request) ?? query.key ?? null;
  if (key !== null && key.length > LONGEST_KEY)
    return wrongQuery('Idempotency-Key', `has at most ${LONGEST_KEY} characters`);
  const entry = await enter(app, request, {
    endpoint: 'own',
    target: { kind: 'own', repository: query.repo ?? null },
    sha: query.commit,
    branch: query.branch ?? null,
  });
  if (entry.kind === 'refused') return entry.answer;
  const sha = await fullSha(app, entry.repository.id, query.commit);
  if (sha === null) return COMMIT_UNKNOWN;
  const owner = { repositoryId: entry.repository.id, mayTellMeta: hasToken(entry), sha };
  const body = await takeOwnBody(app, request, owner);
  if (body.kind === 'answer') return body.answer;
  const added = await add(app, request, entry, { query, sha, key, body });
  return added.kind === 'answer' ? added.answer : answer(app, request, query, added);
}

interface Sending {
  readonly query: OwnQuery;
  readonly sha: string;
  /** Given by the client. */
  readonly key: string | null;
  readonly body: Extract<OwnBody, { readonly kind: 'kept' }>;
}

type Added =
  | { readonly kind: 'added'; readonly upload: Upload; readonly isDuplicate: boolean }
  | { readonly kind: 'answer'; readonly answer: Answer };

async function add(app: App, request: FastifyRequest, accepted: Accepted, sending: Sending): Promise<Added> {
  const { repository } = accepted;
  const { bytes } = sending.body;
  const notices: UploadNotice[] = [...accepted.notices];
  const commit = await rememberCommit(app, accepted, sending, notices);
  if (commit === null) {
    await dropBytes(app, bytes);
    return { kind: 'answer', answer: storageFull() };
  }
  const facts = factsOf(request, accepted, sending, notices);
  await saveReport(app.database.kysely, commit.id, facts.kind);
  const outcome = await addUpload(app, repository, commit, bytes, facts);
  switch (outcome.kind) {
    case 'added':
      await touchBranch(app, commit);
      return { kind: 'added', upload: outcome.upload, isDuplicate: false };
    case 'duplicate':
      return { kind: 'added', upload: outcome.upload, isDuplicate: true };
    case 'conflict':
      return { kind: 'answer', answer: OTHER_BYTES };
    case 'full': {
      const hint = 'Send fewer reports for one commit, or raise the limit in the installation configuration.';
      const answer = detail(429, fullText(outcome), { code: 'too_many_uploads', hint });
      return { kind: 'answer', answer: { ...answer, headers: { ...answer.headers, 'retry-after': '60' } } };
    }
  }
}

/** Null when there was no room for the metadata. */
async function rememberCommit(
  app: App,
  accepted: Accepted,
  { query, sha, body }: Sending,
  notices: UploadNotice[],
): Promise<Commit | null> {
  const { kysely } = app.database;
  const repositoryId = accepted.repository.id;
  const facts = { sha, branch: query.branch, parentSha: query.parent[0], pull: query.pr, tag: query.tag };
  const overwrite = { branch: false, parentAndPull: hasToken(accepted) };
  const commit = await saveCommit(kysely, repositoryId, facts, overwrite);
  if (commit.is_new) tellNewCommit(app, commit);
  if (hasToken(accepted) && query.parent.length > 0 && query.parent.every(isFullSha)) {
    await addToGraph(kysely, repositoryId, [{ sha, parents: query.parent, committedAt: null }]);
  }
  if (body.meta === null) return commit;
  // Before the upload is handed to its reader, who needs the list of files.
  const stored = await storeMeta(app, repositoryId, body.meta);
  if (stored.kind === 'full') return null;
  notices.push(...stored.problems);
  return stored.commit;
}

function factsOf(
  request: FastifyRequest,
  accepted: Accepted,
  { query, key, body }: Sending,
  notices: UploadNotice[],
): WholeUploadFacts {
  const { format, path, root, prefix } = query;
  const kind: UploadKind = query.kind === 'auto' ? body.carries : query.kind;
  return {
    kind,
    via: 'own',
    flags: [...query.flags],
    name: shownName(cutName(query.name), notices),
    job: query.job ?? null,
    build: query.build ?? null,
    build_url: webAddress(query.build_url ?? null, notices),
    ci: query.ci ?? null,
    agent: agentOf(request),
    package: null,
    env: query.env ?? null,
    isUnprotected: accepted.isUnprotected,
    notices,
    options: { format, path, root, prefix, ...(query.final ? { final: true } : {}) },
    repetition: key === null ? { by: 'content' } : { by: 'key', key },
  };
}

/** The answer about an upload: held, where asked for, until the upload has come as far as it will. */
async function answer(
  app: App,
  request: FastifyRequest,
  query: OwnQuery,
  { upload, isDuplicate }: Extract<Added, { readonly kind: 'added' }>,
): Promise<Answer> {
  const read = () => showUpload(app, request, upload, { isDuplicate });
  const isOver = (status: UploadStatus | null): boolean => status === null || isFinal(status);
  const status =
    query.wait === 0
      ? await read()
      : await watchCommit(app, upload.commit_id, {
          read,
          isEnough: isOver,
          seconds: query.wait,
          signal: whenGone(request),
        });
  if (status === null) return detail(404, 'The upload was deleted meanwhile.', { code: 'upload_deleted', hint: '' });
  const isMet = isDuplicate || (query.wait > 0 && isOver(status));
  const code = query.wait > 0 && query.strict && status.state === 'error' ? 422 : isMet ? 200 : 202;
  const headers = { location: status.status_url };
  if (!wantsText(request)) return json(code, status, headers);
  const line = text(code, `${status.result_url}\n`);
  return { ...line, headers: { ...line.headers, ...headers } };
}

/** A short id means the one known commit that begins with it; null when none or several do. */
async function fullSha(app: App, repositoryId: number, sha: string): Promise<string | null> {
  if (isFullSha(sha)) return sha;
  return (await resolveCommit(app.database.kysely, repositoryId, sha))?.sha ?? null;
}

const LONGEST_KEY = 200;
const LONGEST_NAME = 100;

function headerKey({ headers }: FastifyRequest): string | null {
  const value = headers['idempotency-key'];
  const key = (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
  return key === '' ? null : key;
}

function cutName(name: string | undefined): { readonly text: string | null; readonly isCut: boolean } {
  if (name === undefined || name.length <= LONGEST_NAME) return { text: name ?? null, isCut: false };
  return { text: name.slice(0, LONGEST_NAME).toWellFormed(), isCut: true };
}

function wantsText({ headers }: FastifyRequest): boolean {
  return /^\s*text\/plain\s*(?:[;,]|$)/i.test(headers.accept ?? '');
}

function wrongQuery(parameter: string, rule: string): Answer {
  return detail(400, `The parameter "${parameter}" ${rule}.`, {
    code: 'query_invalid',
    hint: 'The parameters of /upload/coverage are listed in the documentation of uploading.',
  });
}

const COMMIT_UNKNOWN = detail(400, 'No single commit that is known here begins so.', {
  code: 'commit_unknown',
  hint: 'Send all digits of the commit: git rev-parse HEAD.',
});
const OTHER_BYTES = detail(409, 'Another upload of this commit came with the same idempotency key and other bytes.', {
  code: 'key_reused',
  hint: 'Choose a new key for each upload; repeat one only for the same bytes.',
});
