import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { Refused } from '../../auth/refusal.ts';
import { answerRefusal } from '../../auth/refusal.ts';
import { RateLimit } from '../../auth/rate-limit.ts';
import type { TokenPresentation } from '../../auth/token-forms.ts';
import { readTokenPresentation } from '../../auth/token-forms.ts';
import type { Accepted } from '../../auth/upload-authorization.ts';
import type { UploadEndpoint, UploadTarget } from '../../auth/upload-request.ts';
import { nameTarget } from '../../auth/upload-request.ts';
import { findRepository } from '../../database/queries/repositories.ts';
import { parseSha } from '../../names.ts';
import { pagesAddress } from './address.ts';
import type { Answer } from './answer.ts';
import { agentOf } from './upload-facts.ts';

/** What a request wants, said before anything of it is believed. */
export interface Knock {
  readonly endpoint: UploadEndpoint;
  readonly target: UploadTarget;
  /** As sent; what is no commit id counts as none. */
  readonly sha?: string | null;
  readonly branch?: string | null;
  /** `token=` of the query, on the legacy addresses only. */
  readonly queryToken?: string;
  /** Instead of what the headers hold. */
  readonly presented?: TokenPresentation;
}

/** A request that is let in, or the answer that it gets instead. */
export type Entry = Accepted | { readonly kind: 'refused'; readonly refusal: Refused; readonly answer: Answer };

/** Strangers cannot fill the journal with their refusals. */
const MOST_TOLD_A_MINUTE = 20;

const told = new RateLimit({ most: MOST_TOLD_A_MINUTE, seconds: 60, keys: 2000, clock: () => performance.now() });

/**
 * Asks whether a request may come in (upload-protocol §2). Refusals are told to those who set things up and to the repository's
 * members, with the rule and the remedy; the making of a repository to everybody who listens.
 */
export async function enter(app: App, request: FastifyRequest, knock: Knock): Promise<Entry> {
  const { endpoint, target } = knock;
  const decision = await app.authorize({
    endpoint,
    method: methodOf(request),
    target,
    presented: knock.presented ?? presentedBy(request, knock.queryToken),
    sha: parseSha(knock.sha ?? ''),
    branch: knock.branch ?? null,
    address: request.ip,
    dashboardUrl: pagesAddress(app, request),
  });
  if (decision.kind === 'refused') {
    await tellRefusal(app, request, knock, decision);
    const { status, headers, body } = answerRefusal(decision);
    return { kind: 'refused', refusal: decision, answer: { status, headers, body } };
  }
  if (decision.isNew) tellNewRepository(app, decision);
  return decision;
}

/** `/upload/SERVICE/SLUG/…` of a request. */
export function pathTarget(request: FastifyRequest): UploadTarget {
  const { service = '', slug = '' } = request.params as Readonly<Record<string, string | undefined>>;
  return { kind: 'path', service, slug };
}

/** A parameter of the path, decoded. */
export function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string | undefined>>)[name] ?? '';
}

/** Whether a request that was let in shows a token, and so may correct what was said before (upload-protocol §5.2). */
export function hasToken({ principal }: Accepted): boolean {
  return principal.kind !== 'anyone' && principal.kind !== 'tokenless';
}

function methodOf(request: FastifyRequest): 'GET' | 'POST' | 'PUT' {
  if (request.method === 'GET' || request.method === 'HEAD') return 'GET';
  return request.method === 'PUT' ? 'PUT' : 'POST';
}

/** The token that a request carries; `token=` of the query only where it is taken. */
export function presentedBy({ headers }: FastifyRequest, queryToken: string | undefined): TokenPresentation {
  const uploadToken = headers['x-upload-token'];
  return readTokenPresentation({
    authorization: headers.authorization,
    uploadTokenHeader: Array.isArray(uploadToken) ? uploadToken[0] : uploadToken,
    queryToken,
  });
}

async function tellRefusal(app: App, request: FastifyRequest, knock: Knock, refusal: Refused): Promise<void> {
  const { code, detail, hint, status } = refusal;
  request.log.info({ code, hint, status, endpoint: knock.endpoint }, 'an upload request was refused');
  if (!mayTell(request)) return;
  const { service, slug } = nameTarget(knock.target);
  const known =
    service === null || slug === null
      ? null
      : await findRepository(app.database.kysely, { service, owner: slug.owner, name: slug.name });
  publishRefusal(app, request, {
    code,
    message: detail,
    hint,
    repositoryId: known?.id ?? null,
    repository: slug === null ? null : `${slug.owner}/${slug.name}`,
  });
}

/** Why something that was let in was refused nevertheless. */
export interface LateRefusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly repositoryId: number | null;
  /** As the request names it; null when it does not. */
  readonly repository: string | null;
}

/** Tells those who set things up, and the members of the repository, of a refusal (web-ui §4.6). */
export function tellLateRefusal(app: App, request: FastifyRequest, refusal: LateRefusal): void {
  request.log.info({ code: refusal.code, repository_id: refusal.repositoryId }, 'an upload was refused');
  if (mayTell(request)) publishRefusal(app, request, refusal);
}

function mayTell(request: FastifyRequest): boolean {
  return told.take(request.ip).kind === 'allowed';
}

function publishRefusal(app: App, request: FastifyRequest, refusal: LateRefusal): void {
  const { code, message, hint, repositoryId, repository } = refusal;
  app.events.publish({
    type: 'upload.refused',
    repositoryId,
    commitId: null,
    topics: ['setup', 'admin'],
    data: { code, message, hint, from: request.ip, repo: repository, agent: agentOf(request) },
  });
}

function tellNewRepository(app: App, { repository }: Accepted): void {
  app.events.publish({
    type: 'repo.created',
    repositoryId: repository.id,
    commitId: null,
    topics: ['setup', 'admin', `owner:${repository.owner_id}`],
    data: { service: repository.service, owner: repository.owner_name, repo: repository.name },
  });
}
