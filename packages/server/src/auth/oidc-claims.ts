import type { JWTPayload } from 'jose';
import type { Service, Slug } from '../names.ts';
import { parsePlainSlug, parseSha } from '../names.ts';

/** Which claim of an issuer says what; null where it says nothing. */
export interface ClaimNames {
  /** `owner/name`, groups by `/`; a leading host is cut (CircleCI's `github.com/acme/web`). */
  readonly slug: string | null;
  readonly repositoryId: string | null;
  readonly ownerId: string | null;
  readonly sha: string | null;
  /** `refs/heads/…`, `refs/pull/N/merge`, or a bare branch. */
  readonly ref: string | null;
}

/** What a verified token says about its job. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly service: Service;
  /** null where the issuer gives only ids. */
  readonly slug: Slug | null;
  readonly repositoryId: string | null;
  readonly ownerId: string | null;
  /** The commit that was built, lower-cased. */
  readonly sha: string | null;
  /** The branch that was built, or the head branch of the pull; null for tags and where it is not said. */
  readonly branch: string | null;
  /** The job builds a pull or merge request: `sha` may be a merge commit that the forge made for it. */
  readonly isPull: boolean;
  /** The job ran for a fork inside its parent's project: its uploads must not displace others (providers §7). */
  readonly isFork: boolean;
}

/** GitHub Actions, on github.com and on GitHub Enterprise; Forgejo's claims are the same. */
export const GITHUB_CLAIMS: ClaimNames = {
  slug: 'repository',
  repositoryId: 'repository_id',
  ownerId: 'repository_owner_id',
  sha: 'sha',
  ref: 'ref',
};

/** GitLab CI `id_tokens`. */
export const GITLAB_CLAIMS: ClaimNames = {
  slug: 'project_path',
  repositoryId: 'project_id',
  ownerId: 'namespace_id',
  sha: 'sha',
  ref: 'ref',
};

/** Bitbucket Pipelines: ids only. */
export const BITBUCKET_CLAIMS: ClaimNames = {
  slug: null,
  repositoryId: 'repositoryUuid',
  ownerId: 'workspaceUuid',
  sha: null,
  ref: 'branchName',
};

/** CircleCI; its token does not say which commit. */
export const CIRCLECI_CLAIMS: ClaimNames = {
  slug: 'oidc.circleci.com/vcs-origin',
  repositoryId: null,
  ownerId: null,
  sha: null,
  ref: 'oidc.circleci.com/vcs-ref',
};

/** Buildkite: names no repository, so an administrator binds pipelines to one. */
export const BUILDKITE_CLAIMS: ClaimNames = {
  slug: null,
  repositoryId: null,
  ownerId: null,
  sha: 'build_commit',
  ref: 'build_branch',
};

/** The claims usual for a service, for issuers that are configured without a mapping. */
export function usualClaims(service: Service): ClaimNames {
  if (service === 'gitlab' || service === 'gitlab_enterprise') return GITLAB_CLAIMS;
  if (service === 'bitbucket') return BITBUCKET_CLAIMS;
  return GITHUB_CLAIMS;
}

/**
 * Reads a verified payload.
 *
 * @returns a claim's name when the token does not say which repository it is for.
 */
export function readIdentity(
  payload: JWTPayload,
  issuer: {
    readonly issuer: string;
    readonly service: Service;
    readonly claims: ClaimNames;
    /** Instead of what the claims say. */
    readonly repository?: Slug | null;
  },
):
  | { readonly kind: 'identity'; readonly identity: OidcIdentity }
  | { readonly kind: 'missing'; readonly claim: string } {
  const { claims, service } = issuer;
  const parent = parentOfFork(payload, issuer);
  const slug = issuer.repository ?? parseSlug(parent?.slug ?? text(payload, claims.slug));
  const repositoryId = parent === null ? text(payload, claims.repositoryId) : parent.repositoryId;
  if (slug === null && repositoryId === null)
    return { kind: 'missing', claim: claims.slug ?? claims.repositoryId ?? 'sub' };
  const ref = text(payload, claims.ref);
  const identity: OidcIdentity = {
    issuer: issuer.issuer,
    service,
    slug,
    repositoryId,
    ownerId: parent === null ? text(payload, claims.ownerId) : null,
    // Buildkite says HEAD while it does not know better.
    sha: parseSha(text(payload, claims.sha) ?? ''),
    branch: branchOf(payload, ref),
    isPull: isPull(payload, ref),
    isFork: parent !== null,
  };
  return { kind: 'identity', identity };
}

// GitLab since 18.2.2: in pipelines of fork merge requests that run in the parent, project_* is the fork and job_project_* the
// parent, where the coverage belongs.
function parentOfFork(
  payload: JWTPayload,
  { service, claims }: { readonly service: Service; readonly claims: ClaimNames },
) {
  if (service !== 'gitlab' && service !== 'gitlab_enterprise') return null;
  const slug = text(payload, 'job_project_path');
  const isFork = slug !== null && slug !== text(payload, claims.slug);
  return isFork ? { slug, repositoryId: text(payload, 'job_project_id') } : null;
}

function parseSlug(value: string | null): Slug | null {
  if (value === null) return null;
  return parsePlainSlug(value.replace(/^(https?:\/\/)?[\w-]+(\.[\w-]+)+\/(?=[^/]+\/)/, ''));
}

function branchOf(payload: JWTPayload, ref: string | null): string | null {
  const head = text(payload, 'head_ref');
  if (head !== null) return head;
  if (ref === null || text(payload, 'ref_type') === 'tag') return null;
  if (ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  return ref.startsWith('refs/') ? null : ref;
}

function isPull(payload: JWTPayload, ref: string | null): boolean {
  if (ref !== null && /^refs\/(pull|merge-requests)\//.test(ref)) return true;
  if (text(payload, 'event_name')?.startsWith('pull_request') === true) return true;
  return text(payload, 'pipeline_source') === 'merge_request_event';
}

// Ids come as text from GitHub and as numbers from others.
function text(payload: JWTPayload, claim: string | null): string | null {
  const value = claim === null ? undefined : payload[claim];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 1024 ? value : null;
}
