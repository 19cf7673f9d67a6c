import type { Service, Slug } from '../names.ts';
import type { ClaimNames } from './oidc-claims.ts';
import { BUILDKITE_CLAIMS, CIRCLECI_CLAIMS, usualClaims } from './oidc-claims.ts';
import type { KeyLocation } from './oidc-keys.ts';
import type { TrustedIssuer } from './oidc.ts';
import { GITHUB_ACTIONS } from './oidc.ts';

/** One entry of `thatch.uploads.oidc[]`. */
export interface IssuerSettings {
  /** Exactly as in the token's `iss`. */
  readonly issuer: string;
  readonly service: Service;
  /** Accepted beside the installation's own addresses. */
  readonly audiences?: readonly string[];
  /** Instead of what discovery says. */
  readonly jwksUri?: string;
  /** Instead of the claims usual for the CI. */
  readonly claims?: Partial<ClaimNames>;
  /** Claims that must have exactly these values. */
  readonly required?: Readonly<Record<string, string>>;
  /** Only repositories of these owners. */
  readonly owners?: readonly string[];
  /** The repository of pipelines whose tokens name none. */
  readonly repository?: Slug;
}

/** What the configuration says about identity tokens. */
export interface TrustSettings {
  readonly configured: readonly IssuerSettings[];
  /** `github_enterprise.url`; its Actions are believed when it is set. */
  readonly githubEnterpriseUrl: string | null;
  /** `thatch.providers.gitea.url`; the same for the Actions of Forgejo. */
  readonly giteaUrl: string | null;
}

/**
 * The issuers to believe (providers §7): GitHub's own, those of configured forges, and what is listed. A listed issuer replaces a
 * built-in one of the same address.
 */
export function trustedIssuers({ configured, githubEnterpriseUrl, giteaUrl }: TrustSettings): TrustedIssuer[] {
  const listed = configured.map(fromSettings);
  const builtIn = [
    GITHUB_ACTIONS,
    ...(githubEnterpriseUrl === null
      ? []
      : [ofForge('github_enterprise', `${bare(githubEnterpriseUrl)}/_services/token`, '.well-known/jwks')]),
    ...(giteaUrl === null ? [] : [ofForge('gitea', `${bare(giteaUrl)}/api/actions`, '.well-known/keys')]),
  ];
  return [...listed, ...builtIn.filter(({ issuer }) => listed.every((other) => other.issuer !== issuer))];
}

const CIRCLECI = /^https:\/\/oidc\.circleci\.com\/org\//;
const BUILDKITE = 'https://agent.buildkite.com';

function fromSettings(settings: IssuerSettings): TrustedIssuer {
  const { issuer, service } = settings;
  return {
    issuer,
    service,
    keys: keysOf(settings),
    audiences: settings.audiences ?? [],
    claims: settings.claims === undefined ? presetClaims(settings) : { ...presetClaims(settings), ...settings.claims },
    required: settings.required ?? {},
    owners: settings.owners ?? defaultOwners(issuer),
    repository: settings.repository ?? null,
  };
}

function keysOf({ issuer, jwksUri }: IssuerSettings): KeyLocation {
  if (jwksUri !== undefined) return { kind: 'address', url: jwksUri };
  if (issuer === GITHUB_ACTIONS.issuer || issuer === BUILDKITE) {
    return { kind: 'address', url: `${issuer}/.well-known/jwks` };
  }
  return { kind: 'discovery', issuer };
}

function presetClaims({ issuer, service }: IssuerSettings): ClaimNames {
  if (CIRCLECI.test(issuer)) return CIRCLECI_CLAIMS;
  return issuer === BUILDKITE ? BUILDKITE_CLAIMS : usualClaims(service);
}

// A CircleCI organisation may build repositories of others, and its token names them: it speaks for nobody until it is bound.
function defaultOwners(issuer: string): readonly string[] | null {
  return CIRCLECI.test(issuer) ? [] : null;
}

function ofForge(service: Service, issuer: string, keys: string): TrustedIssuer {
  return {
    issuer,
    service,
    keys: { kind: 'address', url: `${issuer}/${keys}` },
    audiences: [],
    claims: usualClaims(service),
    required: {},
    owners: null,
    repository: null,
  };
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
