import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { DETAILS } from '../../auth/refusal.ts';
import type { Accepted } from '../../auth/upload-authorization.ts';
import { defaultBranch } from '../../database/queries/branches.ts';
import { resolveCommit, saveCommit } from '../../database/queries/commits.ts';
import { saveReport } from '../../database/queries/reports.ts';
import type { Commit, UploadNotice } from '../../database/tables.ts';
import { admitUpload } from '../../pipeline/admit.ts';
import { fullText, type FullCommit } from '../../pipeline/limit.ts';
import { touchBranch, type UploadFacts } from '../../pipeline/receive.ts';
import { addUpload, keepBytes, type KeepOutcome } from '../../pipeline/receive-whole.ts';
import { commitAddress, pagesAddress } from './address.ts';
import { type Answer, json, text } from './answer.ts';
import { tellNewCommit } from './commits.ts';
import { enter } from './gate.ts';
import { type LegacyQuery, readLegacyQuery } from './legacy-query.ts';
import { addAddress, answerError, type Handler } from './scope.ts';
import { storageAddress } from './storage.ts';
import { agentOf, shownName, webAddress } from './upload-facts.ts';

/** `POST /upload/v4` and `/upload/v2`: the old uploaders, everything in the query (upload-protocol §1.4). */
export async function legacyRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/v4', { POST: plainly(handOutAddress) });
  addAddress(fastify, app, '/upload/v2', { POST: plainly(takeReport) });
}

/** v4: the address for the report, on the second line. */
async function handOutAddress(app: App, request: FastifyRequest): Promise<Answer> {
  const entry = await begin(app, request);
  if (entry.kind === 'answer') return entry.answer;
  const { accepted, commit, pageAddress } = entry;
  const facts = factsOf(request, entry, 'v4');
  const admission = await admitUpload(app, accepted.repository, commit, { ...facts, idempotency: null });
  if (admission.kind === 'full') return tooMany(admission);
  await touchBranch(app, commit);
  // Exactly two lines without a final line feed: clients split at "\n" and insist on two.
  return text(200, `${pageAddress}\n${storageAddress(app, request, admission.upload)}`);
}

/** v2: the report is the body. */
async function takeReport(app: App, request: FastifyRequest): Promise<Answer> {
  const entry = await begin(app, request);
  if (entry.kind === 'answer') return entry.answer;
  const { accepted, commit, pageAddress } = entry;
  // The connection must outlive a body that is not read to its end: it carries the answer.
  const body = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const kept = await keepBytes(app, accepted.repository.id, body);
  if (kept.kind !== 'stored') return refuseBody(kept);
  const facts = { ...factsOf(request, entry, 'v2'), repetition: { by: 'nothing' } } as const;
  const outcome = await addUpload(app, accepted.repository, commit, kept, facts);
  if (outcome.kind === 'full') return tooMany(outcome);
  if (outcome.kind !== 'added') throw new Error('an upload without a key cannot repeat another');
  await touchBranch(app, commit);
  const fields = {
    message: 'Coverage reports upload successfully',
    uploaded: true,
    queued: true,
    id: outcome.upload.external_id,
    url: pageAddress,
  };
  return { ...json(200, fields), body: withBlanks(fields) };
}

/** A request that was let in. */
interface Begun {
  readonly kind: 'begun';
  readonly accepted: Accepted;
  readonly query: LegacyQuery;
  readonly commit: Commit;
  /** The page of the commit. */
  readonly pageAddress: string;
}

async function begin(app: App, request: FastifyRequest): Promise<Begun | { kind: 'answer'; answer: Answer }> {
  const read = readLegacyQuery(new URL(request.raw.url ?? '/', 'http://localhost').searchParams);
  if (read.kind === 'wrong') {
    return {
      kind: 'answer',
      answer: refusal(400, DETAILS.invalidLegacy, 'request_invalid', `${read.parameter} ${read.rule}.`),
    };
  }
  const { query } = read;
  const { commit: sha, token: queryToken, slug, service, branch } = query;
  const target = { kind: 'legacy', service, slug } as const;
  const entry = await enter(app, request, { endpoint: 'legacy', target, sha, branch, queryToken });
  if (entry.kind === 'refused') return { kind: 'answer', answer: entry.answer };
  const { repository } = entry;
  const commit = await rememberCommit(app, entry, query);
  await saveReport(app.database.kysely, commit.id, 'coverage');
  const dashboard = pagesAddress(app, request);
  const named = { service: repository.service, owner: repository.owner_name, name: repository.name };
  return { kind: 'begun', accepted: entry, query, commit, pageAddress: commitAddress(dashboard, named, commit.sha) };
}

/** A branch that is named overwrites the stored one, the parent is filled in, the pull stays (upload-protocol §5.2). */
async function rememberCommit(app: App, { repository }: Accepted, query: LegacyQuery): Promise<Commit> {
  const { kysely } = app.database;
  const known = await resolveCommit(kysely, repository.id, query.commit);
  const branch = query.isOnDefaultBranch ? await defaultBranch(kysely, repository) : query.branch;
  const commit = await saveCommit(
    kysely,
    repository.id,
    { sha: known?.sha ?? query.commit, branch, parentSha: query.parent, pull: query.pull, tag: query.tag },
    { branch: query.branch !== null, parentAndPull: false },
  );
  if (commit.is_new) tellNewCommit(app, commit);
  return commit;
}

function factsOf(
  request: FastifyRequest,
  { accepted, query }: Begun,
  via: 'v2' | 'v4',
): Omit<UploadFacts, 'idempotency'> {
  const notices: UploadNotice[] = [...accepted.notices];
  return {
    kind: 'coverage',
    via,
    flags: [...query.flags],
    name: shownName(query.name, notices),
    job: query.job,
    build: query.build,
    build_url: webAddress(query.buildUrl, notices),
    ci: query.service,
    agent: agentOf(request),
    package: query.package,
    env: null,
    isUnprotected: accepted.isUnprotected,
    notices,
    options: {},
  };
}

function tooMany(full: FullCommit): Answer {
  return refusal(400, 'Too many uploads to this commit.', 'too_many_uploads', fullText(full));
}

function refuseBody(outcome: Exclude<KeepOutcome, { readonly kind: 'stored' }>): Answer {
  switch (outcome.kind) {
    case 'empty':
      return refusal(
        400,
        'empty upload',
        'upload_empty',
        'The body had no bytes: send the report as the body, or use /upload/v4.',
      );
    case 'too_large':
      return refusal(
        413,
        `The upload is larger than ${outcome.maxBytes} bytes.`,
        'upload_too_large',
        'See thatch.limits.upload_bytes.',
      );
    case 'cut':
      return refusal(400, 'The body broke off before its end; nothing was stored.', 'upload_cut', '');
    case 'full':
      // These clients know no 507 (deployment §10).
      return withRetry(
        refusal(
          503,
          'The disk of this server is full; nothing was stored.',
          'storage_full',
          'Its administrator has to make room.',
        ),
      );
  }
}

function withRetry(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': '60' } };
}

/** One plain line: the sentence there, then the code in brackets and what to do (upload-protocol §1.4, better). */
function refusal(status: number, sentence: string, code: string, hint: string): Answer {
  return text(status, `${sentence} [${code}]${hint === '' ? '' : ` ${hint}`}`);
}

/**
 * bash looks for `"uploaded": true`, with the blank.
 *
 * @example withBlanks({ queued: true, id: '7' }) // '{"queued": true, "id": "7"}'
 */
function withBlanks(fields: Readonly<Record<string, string | boolean>>): string {
  return `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(', ')}}`;
}

/** npm codecov 3.8 dies on a refusal in JSON: it is text, faults of ours too, unless JSON is what the client asks for first. */
function plainly(handler: Handler): Handler {
  return async (app, request) => {
    const answer = await handler(app, request).catch((error: Error) => asText(answerError(error, request)));
    return answer.status >= 400 && wantsJson(request) ? asJson(answer) : answer;
  };
}

function wantsJson({ headers }: FastifyRequest): boolean {
  return /^\s*application\/json\s*(?:[;,]|$)/i.test(headers.accept ?? '');
}

function asText(answer: Answer): Answer {
  const fields = JSON.parse(String(answer.body)) as { readonly detail?: string };
  const { headers, body } = text(answer.status, fields.detail ?? 'Unknown error, please try again later');
  return { status: answer.status, headers: { ...answer.headers, ...headers }, body };
}

function asJson(answer: Answer): Answer {
  if (typeof answer.body !== 'string') return answer;
  const [, sentence = answer.body, code, hint] = /^(.*?) \[(\w+)\](?: (.*))?$/s.exec(answer.body) ?? [];
  const explanation = code === undefined ? {} : { code, hint: hint ?? '' };
  const { headers, body } = json(answer.status, { detail: sentence, ...explanation });
  return { status: answer.status, headers: { ...answer.headers, ...headers }, body };
}
