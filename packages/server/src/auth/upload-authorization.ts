import type { Kysely } from 'kysely';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import { findRepositoriesBySlug, findRepository } from '../database/queries/repositories.ts';
import { noteTokenUse } from '../database/queries/tokens.ts';
import type { Database, UploadNotice } from '../database/tables.ts';
import type { OidcIdentity } from './oidc-claims.ts';
import type { OidcVerifier } from './oidc.ts';
import type { Refused } from './refusal.ts';
import { DETAILS } from './refusal.ts';
import { explainClosed, refuseLegacy } from './upload-refusals.ts';
import type { RightToken, TokenCase } from './repository-by-token.ts';
import { openByToken } from './repository-by-token.ts';
import type { ConfiguredGlobalToken, TokenFinder, TokenFinding } from './token-finding.ts';
import { createTokenFinder } from './token-finding.ts';
import type { TokenSecrets } from './token-hash.ts';
import type { TokenlessJudge, TokenlessSetting } from './tokenless.ts';
import { createTokenlessJudge } from './tokenless.ts';
import { ENDPOINT_RULES } from './upload-endpoints.ts';
import type { NamedTarget, UploadRequest } from './upload-request.ts';
import { nameTarget } from './upload-request.ts';

/** Who an accepted request is. */
export type UploadPrincipal =
  /** Rule 1: the owner requires no token, and none that is right came. */
  | { readonly kind: 'anyone' }
  /** Rule 6: somebody with a fork branch. */
  | { readonly kind: 'tokenless' }
  /** `tokenId` null: the token of the configuration. */
  | { readonly kind: 'global' | 'owner' | 'repository'; readonly tokenId: number | null }
  | { readonly kind: 'oidc'; readonly identity: OidcIdentity };

/** A request that is let in. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly repository: OwnedRepository;
  /** The repository was made by this request. */
  readonly isNew: boolean;
  readonly principal: UploadPrincipal;
  /** To be kept with the upload. */
  readonly notices: readonly UploadNotice[];
  /** Nothing proves who sent it: never supersedes a trusted upload (providers §7). */
  readonly isUnprotected: boolean;
}

export type UploadAuthorization = Accepted | Refused;

/** Decides on one request. */
export type UploadAuthorizer = (request: UploadRequest) => Promise<UploadAuthorization>;

export interface UploadAuthorizerOptions {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  /** `global_upload_token` of the provider sections. */
  readonly globalTokens: readonly ConfiguredGlobalToken[];
  /** `thatch.uploads.create_repositories`. */
  readonly createRepositories: boolean;
  /** `thatch.uploads.tokenless`. */
  readonly tokenless: TokenlessSetting;
  readonly oidc: OidcVerifier;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/**
 * Makes the decision who may upload: the table of upload-protocol §2.2, first match decides, for every address that takes
 * uploads; with §2.3 for the legacy ones and the making of repositories of §8.1.
 *
 * A request costs two reads of the database.
 */
export function createUploadAuthorizer(options: UploadAuthorizerOptions): UploadAuthorizer {
  const { database, secrets, globalTokens, oidc, tokenless, createRepositories } = options;
  const clock = options.clock ?? Date.now;
  const tools: Tools = {
    database,
    createRepositories,
    clock,
    findToken: createTokenFinder({ database, secrets, globalTokens, oidc, clock }),
    judgeTokenless: createTokenlessJudge({ database, setting: tokenless, clock }),
  };
  return async (request) => {
    const target = nameTarget(request.target);
    const [candidates, finding] = await Promise.all([
      findCandidates(database, target),
      tools.findToken(request.presented),
    ]);
    const answer = await decide(tools, { request, target, candidates, finding });
    if (answer.kind === 'refused' || !isSwitchedOff(answer, request)) return answer;
    return deactivated(answer.repository, request);
  };
}

interface Tools {
  readonly database: Kysely<Database>;
  readonly createRepositories: boolean;
  readonly clock: () => number;
  readonly findToken: TokenFinder;
  readonly judgeTokenless: TokenlessJudge;
}

interface Case {
  readonly request: UploadRequest;
  readonly target: NamedTarget;
  readonly candidates: readonly OwnedRepository[];
  readonly finding: TokenFinding;
}

/** More services than this cannot hold one slug without being ambiguous. */
const MOST_CANDIDATES = 3;

async function findCandidates(database: Kysely<Database>, { service, unknownService, slug }: NamedTarget) {
  if (slug === null || unknownService !== null) return [];
  if (service === null) return findRepositoriesBySlug(database, slug, MOST_CANDIDATES);
  const known = await findRepository(database, { service, owner: slug.owner, name: slug.name });
  return known === null ? [] : [known];
}

async function decide(tools: Tools, decision: Case): Promise<UploadAuthorization> {
  const { request, candidates, finding } = decision;
  const rules = ENDPOINT_RULES[request.endpoint];
  const early = request.endpoint === 'legacy' ? refuseLegacy(request, finding) : null;
  if (early !== null) return early;

  const open = candidates.filter((repository) => !repository.is_private && !repository.token_required);
  const tokenIsFirst = rules.tokenDecides && finding.kind === 'repository';
  if (rules.takesOpen && open.length === 1 && !tokenIsFirst) return acceptOpen(tools, decision, open[0]);
  if (isRight(finding)) return acceptByToken(tools, decision, finding, tools.createRepositories);
  if (finding.kind === 'malformed' || (finding.kind === 'wrong' && finding.code === 'token_expired')) {
    return explainClosed(request, finding, '');
  }
  return acceptTokenless(tools, decision);
}

// Rule 1. A token is not needed; one that is right still says who sends, one that is wrong is noted.
async function acceptOpen(tools: Tools, decision: Case, repository: OwnedRepository): Promise<Accepted> {
  const { finding, request } = decision;
  const byToken = isRight(finding) ? await acceptByToken(tools, decision, finding, false) : null;
  if (byToken?.kind === 'accepted' && byToken.repository.id === repository.id) return byToken;
  return {
    kind: 'accepted',
    repository,
    isNew: false,
    principal: { kind: 'anyone' },
    notices: noticesOfOpen(finding, request, byToken),
    isUnprotected: false,
  };
}

function noticesOfOpen(
  finding: TokenFinding,
  request: UploadRequest,
  byToken: UploadAuthorization | null,
): UploadNotice[] {
  if (finding.kind === 'none') return [];
  if (byToken?.kind === 'accepted') {
    return [notice('token_of_another_repository', 'The token that was sent belongs to another repository.')];
  }
  const { code, hint, detail } = byToken ?? explainClosed(request, finding, '');
  return [notice(code, hint === '' ? detail : hint)];
}

// Rules 2 to 5, and 8.
async function acceptByToken(
  tools: Tools,
  { request, target, candidates }: Case,
  finding: RightToken,
  createRepositories: boolean,
): Promise<UploadAuthorization> {
  const { database, clock } = tools;
  const rules = ENDPOINT_RULES[request.endpoint];
  const tokenCase: TokenCase = { database, request, rules, target, candidates, createRepositories };
  const verdict = await openByToken(finding, tokenCase);
  if (verdict.kind === 'refused') return verdict;
  if (finding.kind !== 'oidc' && finding.row !== null) await noteTokenUse(database, finding.row, new Date(clock()));
  const { repository, isNew, contradicts } = verdict;
  return {
    kind: 'accepted',
    repository,
    isNew,
    principal: principalOf(finding),
    notices: contradicts === null ? [] : [contradiction(repository, contradicts)],
    isUnprotected: finding.kind === 'oidc' && finding.identity.isFork,
  };
}

// Rules 6 and 7.
async function acceptTokenless(
  tools: Tools,
  { request, target, candidates, finding }: Case,
): Promise<UploadAuthorization> {
  const rules = ENDPOINT_RULES[request.endpoint];
  if (!rules.takesTokenless) return explainClosed(request, finding, '');
  const open = candidates.filter(({ is_private }) => !is_private);
  if (open.length > 1)
    return explainClosed(request, finding, 'The slug is that of several repositories: name the service too.');
  const repository = open[0] ?? null;
  const answer = await tools.judgeTokenless(target.unknownService === null ? repository : null, request);
  if (answer.kind === 'throttled') return throttled(request, answer.retryAfterSeconds);
  if (answer.kind === 'refused' || repository === null) {
    return explainClosed(request, finding, answer.kind === 'refused' ? answer.hint : '');
  }
  return {
    kind: 'accepted',
    repository,
    isNew: false,
    principal: { kind: 'tokenless' },
    notices: finding.kind === 'wrong' ? [notice(finding.code, finding.hint)] : [],
    isUnprotected: true,
  };
}

function isRight(finding: TokenFinding): finding is RightToken {
  return (
    finding.kind === 'global' || finding.kind === 'owner' || finding.kind === 'repository' || finding.kind === 'oidc'
  );
}

function principalOf(finding: RightToken): UploadPrincipal {
  if (finding.kind === 'oidc') return { kind: 'oidc', identity: finding.identity };
  return { kind: finding.kind, tokenId: finding.row?.id ?? null };
}

function notice(code: string, message: string): UploadNotice {
  return { code, message };
}

function contradiction(repository: OwnedRepository, slug: string): UploadNotice {
  const own = `${repository.owner_name}/${repository.name}`;
  return notice(
    'slug_ignored',
    `The request names ${slug}, but its token belongs to ${own}: that is where the upload went.`,
  );
}

function isSwitchedOff({ repository }: Accepted, { endpoint }: UploadRequest): boolean {
  return ENDPOINT_RULES[endpoint].needsActive && repository.deactivated_at !== null;
}

function deactivated(
  { service, owner_name, name }: OwnedRepository,
  { endpoint, dashboardUrl }: UploadRequest,
): Refused {
  const settings = [dashboardUrl, service, ...[owner_name, name].map(encodeURIComponent), 'config/general'].join('/');
  return {
    kind: 'refused',
    status: 400,
    shape: ENDPOINT_RULES[endpoint].unknown.shape,
    code: 'repository_deactivated',
    detail: `This repository is deactivated. To resume uploading to it, please activate the repository in the Thatch UI: ${settings}`,
    hint: '',
    retryAfterSeconds: null,
  };
}

function throttled({ endpoint }: UploadRequest, retryAfterSeconds: number): Refused {
  return {
    kind: 'refused',
    status: 429,
    shape: ENDPOINT_RULES[endpoint].shape,
    code: 'throttled',
    detail: DETAILS.throttled,
    hint: 'Uploads without a token are limited to 60 an hour for each address and repository. Send a token, or come again later.',
    retryAfterSeconds,
  };
}
