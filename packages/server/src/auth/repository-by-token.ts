import type { Kysely } from 'kysely';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import { findOrCreateRepository, findRepository, findRepositoryById } from '../database/queries/repositories.ts';
import type { TokenWithTarget } from '../database/queries/tokens.ts';
import type { Database } from '../database/tables.ts';
import type { Service, Slug } from '../names.ts';
import { formatRepository, isSameName } from '../names.ts';
import type { OidcIdentity } from './oidc-claims.ts';
import { explainMismatch, findRepositoryOfIdentity } from './oidc-repository.ts';
import type { Refused } from './refusal.ts';
import { DETAILS } from './refusal.ts';
import type { TokenFinding } from './token-finding.ts';
import type { EndpointRules } from './upload-endpoints.ts';
import type { NamedTarget, UploadRequest } from './upload-request.ts';

/** A token that opens something. */
export type RightToken = Extract<TokenFinding, { readonly kind: 'global' | 'owner' | 'repository' | 'oidc' }>;

/** A request whose token is right, with what is known about it. */
export interface TokenCase {
  readonly database: Kysely<Database>;
  readonly request: UploadRequest;
  readonly rules: EndpointRules;
  readonly target: NamedTarget;
  /** Known repositories of the named slug: one at most when a service was named. */
  readonly candidates: readonly OwnedRepository[];
  /** Whether an unknown repository is made. */
  readonly createRepositories: boolean;
}

/** The repository that a token opens for a request. */
export type TokenVerdict =
  | {
      readonly kind: 'opened';
      readonly repository: OwnedRepository;
      readonly isNew: boolean;
      readonly contradicts: string | null;
    }
  | Refused;

/**
 * Which repository a right token opens for this request: rules 2, 3, 4, 5 and 8 of upload-protocol §2.2. `contradicts` is the
 * slug that was sent beside a repository token that names another one, where the token decides.
 */
export async function openByToken(finding: RightToken, tokenCase: TokenCase): Promise<TokenVerdict> {
  const { target } = tokenCase;
  if (target.unknownService !== null) return serviceUnknown(tokenCase, target.unknownService);
  switch (finding.kind) {
    case 'global':
      return openByGlobal(finding.service, tokenCase);
    case 'owner':
      return openByOwner(finding.row, tokenCase);
    case 'repository':
      return openByRepository(finding.row, tokenCase);
    case 'oidc':
      return openByIdentity(finding.identity, tokenCase);
  }
}

async function openByGlobal(tokenService: Service | null, tokenCase: TokenCase): Promise<TokenVerdict> {
  const { target, candidates, database, rules } = tokenCase;
  if (target.slug === null) return slugMissing(tokenCase, rules.unknownToGlobal);
  if (tokenService !== null)
    return openOrCreate(tokenService, target.slug, tokenCase, await findIn(database, tokenService, target.slug));
  if (candidates.length > 1) return ambiguous(tokenCase, candidates);
  // "git" is no forge: nothing said where the repository lies (upload-protocol §8.1).
  return openOrCreate(target.service ?? 'git', target.slug, tokenCase, candidates[0] ?? null);
}

async function openOrCreate(
  service: Service,
  slug: Slug,
  tokenCase: TokenCase,
  known: OwnedRepository | null,
): Promise<TokenVerdict> {
  if (known !== null) return opened(known);
  const { createRepositories, database, rules } = tokenCase;
  if (!createRepositories) return repositoryUnknown(rules.unknownToGlobal, NOT_MADE);
  const { repository, isNew } = await findOrCreateRepository(database, { service, owner: slug.owner, name: slug.name });
  return { ...opened(repository), isNew };
}

async function openByOwner(row: TokenWithTarget, tokenCase: TokenCase): Promise<TokenVerdict> {
  const { target, rules, database, createRepositories, request } = tokenCase;
  if (target.slug === null) return slugMissing(tokenCase, rules.unknown);
  const service = row.owner_service;
  if (service === null || row.owner_name === null) return forbidden(rules, OF_ANOTHER_OWNER);
  // On the legacy addresses the service is that of a CI, which tells little about the forge.
  const isOtherService = request.endpoint !== 'legacy' && target.service !== null && target.service !== service;
  if (isOtherService || !isSameName(service, target.slug.owner, row.owner_name))
    return forbidden(rules, OF_ANOTHER_OWNER);
  const known = await findIn(database, service, target.slug);
  if (known !== null) return opened(known);
  if (!createRepositories) return repositoryUnknown(rules.unknown, NOT_MADE);
  const made = await findOrCreateRepository(database, { service, owner: row.owner_name, name: target.slug.name });
  return { ...opened(made.repository), isNew: made.isNew };
}

async function openByRepository(row: TokenWithTarget, tokenCase: TokenCase): Promise<TokenVerdict> {
  const { target, rules, candidates, database } = tokenCase;
  const named = candidates.find(({ id }) => id === row.repository_id);
  if (named !== undefined) return opened(named);
  const repository = await findRepositoryById(database, row.repository_id ?? 0);
  if (repository === null) return repositoryUnknown(rules.unknown, '');
  if (!target.hasSlugText) return opened(repository);
  if (rules.tokenDecides) return { ...opened(repository), contradicts: slugText(target) };
  if (candidates.length > 0) return forbidden(rules, OF_ANOTHER_REPOSITORY);
  return repositoryUnknown(rules.unknown, OF_ANOTHER_REPOSITORY);
}

async function openByIdentity(identity: OidcIdentity, tokenCase: TokenCase): Promise<TokenVerdict> {
  const { target, rules, candidates, database, request } = tokenCase;
  const repository = await findRepositoryOfIdentity(database, identity);
  const isNamed = !target.hasSlugText || isNamedBy(identity, repository, tokenCase);
  if (!isNamed && candidates.length > 0) return forbidden(rules, OF_ANOTHER_REPOSITORY);
  if (!isNamed || repository === null) return repositoryUnknown(rules.unknown, NOT_MADE_BY_OIDC);
  const mismatch = await explainMismatch(database, repository, identity, request);
  if (mismatch === null) return opened(repository);
  return {
    kind: 'refused',
    status: 401,
    shape: rules.shape,
    code: 'oidc_commit_mismatch',
    detail: rules.closedDetail,
    hint: mismatch,
    retryAfterSeconds: null,
  };
}

function isNamedBy(identity: OidcIdentity, repository: OwnedRepository | null, tokenCase: TokenCase): boolean {
  const { target, candidates, request } = tokenCase;
  if (repository !== null && candidates.some(({ id }) => id === repository.id)) return true;
  if (target.slug === null || identity.slug === null) return false;
  const isSameService = request.endpoint === 'legacy' || target.service === null || target.service === identity.service;
  const isSameOwner = isSameName(identity.service, target.slug.owner, identity.slug.owner);
  // Renamed on the forge: the token's id finds the row that still has the old name.
  return isSameService && isSameOwner && isSameName(identity.service, target.slug.name, identity.slug.name);
}

function opened(repository: OwnedRepository) {
  return { kind: 'opened', repository, isNew: false, contradicts: null } as const;
}

const NOT_MADE =
  'The token is right, but the repository is not known and new ones are not made by uploads (thatch.uploads.create_repositories).';
const NOT_MADE_BY_OIDC =
  'The identity token is right, but the repository is not known. Its first upload needs a global token or one of its owner.';
const OF_ANOTHER_OWNER = 'The token belongs to another owner than the one that the request names.';
const OF_ANOTHER_REPOSITORY = 'The token belongs to another repository than the one that the request names.';

function findIn(database: Kysely<Database>, service: Service, slug: Slug): Promise<OwnedRepository | null> {
  return findRepository(database, { service, owner: slug.owner, name: slug.name });
}

function slugText({ slug }: NamedTarget): string {
  return slug === null ? '' : `${slug.owner}/${slug.name}`;
}

function slugMissing({ request, target, rules }: TokenCase, unknown: EndpointRules['unknown']): Refused {
  if (request.endpoint === 'legacy') {
    return {
      kind: 'refused',
      status: 400,
      shape: 'text',
      code: 'repository_required',
      detail: DETAILS.undetermined,
      hint: 'This token opens more than one repository: send "slug=owner/repository".',
      retryAfterSeconds: null,
    };
  }
  if (target.hasSlugText)
    return repositoryUnknown(unknown, 'The text that names the repository is not owner and repository.');
  return {
    kind: 'refused',
    status: 400,
    shape: rules.unknown.shape,
    code: 'repository_required',
    detail: 'This token opens more than one repository; say which.',
    hint: 'Add repo=SERVICE/OWNER/NAME to the query.',
    retryAfterSeconds: null,
  };
}

function serviceUnknown({ rules }: TokenCase, service: string): Refused {
  return {
    kind: 'refused',
    status: 400,
    shape: rules.unknown.shape,
    code: 'service_unknown',
    detail: `Service not found: ${service.slice(0, 100)}`,
    hint: 'Known are github, gitlab, bitbucket, github_enterprise, gitlab_enterprise, bitbucket_server, gitea, git.',
    retryAfterSeconds: null,
  };
}

function ambiguous({ rules }: TokenCase, candidates: readonly OwnedRepository[]): Refused {
  const names = candidates.map(({ service, owner_name, name }) =>
    formatRepository({ service, owner: owner_name, name }),
  );
  return {
    kind: 'refused',
    status: 400,
    shape: rules.unknown.shape,
    code: 'repository_ambiguous',
    detail: DETAILS.tooMany,
    hint: `The slug is that of ${names.join(' and ')}: name the service too.`,
    retryAfterSeconds: null,
  };
}

function repositoryUnknown(unknown: EndpointRules['unknown'], hint: string): Refused {
  return { kind: 'refused', ...unknown, code: 'repository_unknown', hint, retryAfterSeconds: null };
}

function forbidden(rules: EndpointRules, hint: string): Refused {
  return {
    kind: 'refused',
    status: 403,
    shape: rules.shape,
    code: 'token_of_another_repository',
    detail: DETAILS.forbidden,
    hint,
    retryAfterSeconds: null,
  };
}
