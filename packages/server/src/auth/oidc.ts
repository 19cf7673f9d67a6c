import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { Service, Slug } from '../names.ts';
import { isSameName } from '../names.ts';
import type { ClaimNames, OidcIdentity } from './oidc-claims.ts';
import { GITHUB_CLAIMS, readIdentity } from './oidc-claims.ts';
import type { KeyLocation } from './oidc-keys.ts';
import { IssuerKeys } from './oidc-keys.ts';

/** A CI system whose identity tokens are believed. */
export interface TrustedIssuer {
  /** Compared with `iss` exactly. */
  readonly issuer: string;
  readonly service: Service;
  readonly keys: KeyLocation;
  /** Accepted beside the installation's own addresses. */
  readonly audiences: readonly string[];
  readonly claims: ClaimNames;
  /** Claims that must have exactly these values: how an administrator binds an issuer that many share. */
  readonly required: Readonly<Record<string, string>>;
  /** Only repositories of these owners; null = of any. */
  readonly owners: readonly string[] | null;
  /** The one repository of an issuer whose tokens name none; null = the claims say. */
  readonly repository: Slug | null;
}

export type OidcAnswer =
  | { readonly kind: 'identity'; readonly identity: OidcIdentity }
  /** `claim` names what failed; neither text holds the token. */
  | { readonly kind: 'refused'; readonly claim: string; readonly reason: string };

export interface OidcVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  /** The installation's public addresses, `setup.codecov_url` and `codecov_api_url`; empty while none is configured. */
  readonly ownAddresses: readonly string[];
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Checks one token; never throws for what a client may send. */
export type OidcVerifier = (token: string) => Promise<OidcAnswer>;

/** GitHub Actions of github.com: believed unless the configuration says otherwise (install-config §8). */
export const GITHUB_ACTIONS: TrustedIssuer = {
  issuer: 'https://token.actions.githubusercontent.com',
  service: 'github',
  keys: { kind: 'address', url: 'https://token.actions.githubusercontent.com/.well-known/jwks' },
  audiences: [],
  claims: GITHUB_CLAIMS,
  required: {},
  owners: null,
  repository: null,
};

/**
 * Makes the check of identity tokens of CI systems (upload-protocol §2.4, providers §7): the issuer must be configured, the
 * signature be RS256, ES256 or EdDSA by a key of that issuer, the audience be ours, the time right within 60 s, and the life
 * not above a day.
 *
 * The audience is never taken from the request's own host: who steals a token made for another service could send that host.
 */
export function createOidcVerifier({ issuers, ownAddresses, clock = Date.now }: OidcVerifierOptions): OidcVerifier {
  const own = ownAddresses.flatMap(withAndWithoutSlash);
  const byIssuer = Map.groupBy(
    issuers.map((issuer) => ({
      issuer,
      audiences: [...own, ...issuer.audiences],
      keys: new IssuerKeys(issuer.keys, clock),
    })),
    ({ issuer }) => issuer.issuer,
  );
  return async (token) => {
    const outer = readUnverified(token);
    if (outer.kind === 'refused') return outer;
    let answer: OidcAnswer = unknownIssuer(outer.issuer);
    // One issuer may be listed several times, each time bound to another repository.
    for (const { issuer, audiences, keys } of byIssuer.get(outer.issuer) ?? []) {
      answer = await verifyFor(token, { issuer, audiences, keys, keyId: outer.keyId, now: clock() });
      if (answer.kind === 'identity') return answer;
    }
    return answer;
  };
}

interface Check {
  readonly issuer: TrustedIssuer;
  readonly audiences: readonly string[];
  readonly keys: IssuerKeys;
  readonly keyId: string | undefined;
  readonly now: number;
}

async function verifyFor(token: string, { issuer, audiences, keys, keyId, now }: Check): Promise<OidcAnswer> {
  if (audiences.length === 0) return noAudience();
  const answer = await keys.keysFor(keyId);
  if (answer.kind === 'keys') return verify(token, issuer, audiences, answer.keys, now);
  return refused('signature', `The keys of ${issuer.issuer} could not be fetched: ${answer.reason}.`);
}

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const SKEW_SECONDS = 60;
const LONGEST_LIFE_SECONDS = 24 * 60 * 60;

async function verify(
  token: string,
  issuer: TrustedIssuer,
  audiences: readonly string[],
  keys: JSONWebKeySet,
  now: number,
): Promise<OidcAnswer> {
  let payload: JWTPayload;
  try {
    const verified = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ALGORITHMS,
      issuer: issuer.issuer,
      audience: [...audiences],
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'aud'],
      currentDate: new Date(now),
    });
    payload = verified.payload;
  } catch (error) {
    return explain(error, audiences);
  }
  const wrong = checkFurther(payload, issuer.required, now);
  if (wrong !== null) return wrong;
  const read = readIdentity(payload, issuer);
  if (read.kind === 'identity') return isOfOwners(read.identity, issuer.owners) ? read : unboundOwner();
  return refused(read.claim, `The token has no claim "${read.claim}" that names a repository.`);
}

function isOfOwners({ service, slug }: OidcIdentity, owners: readonly string[] | null): boolean {
  if (owners === null) return true;
  return slug !== null && owners.some((owner) => isSameName(service, owner, slug.owner));
}

function unboundOwner() {
  return refused(
    'owner',
    'The issuer is not bound to the owner of this repository; an administrator does so in thatch.uploads.oidc.',
  );
}

function checkFurther(payload: JWTPayload, required: Readonly<Record<string, string>>, now: number): OidcAnswer | null {
  const start = payload.iat ?? payload.nbf ?? now / 1000;
  if ((payload.exp ?? 0) - start > LONGEST_LIFE_SECONDS) return refused('exp', 'The token lives longer than a day.');
  for (const [claim, value] of Object.entries(required)) {
    if (String(payload[claim]) !== value) {
      return refused(claim, `The claim "${claim}" is not the value that this installation binds to the issuer.`);
    }
  }
  return null;
}

type Unverified =
  | { readonly kind: 'read'; readonly issuer: string; readonly keyId: string | undefined }
  | { readonly kind: 'refused'; readonly claim: string; readonly reason: string };

// Only to find out whose keys are to be used; nothing else of it is believed before the signature is checked.
function readUnverified(token: string): Unverified {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    if (alg === undefined || !ALGORITHMS.includes(alg)) {
      return refused('alg', `The token is signed by ${shown(alg)}; accepted are ${ALGORITHMS.join(', ')}.`);
    }
    if (typeof iss !== 'string') return refused('iss', 'The token names no issuer.');
    return { kind: 'read', issuer: iss, keyId: kid };
  } catch {
    return refused('format', 'The token is not a readable JWT.');
  }
}

function explain(error: unknown, audiences: readonly string[]) {
  if (error instanceof errors.JWTExpired) return refused('exp', 'The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return wrongAudience(error.payload.aud, audiences);
    if (error.claim === 'nbf') return refused('nbf', 'The token is not valid yet; compare the clocks.');
    return refused(error.claim, `The claim "${error.claim}" is ${error.reason === 'missing' ? 'missing' : 'wrong'}.`);
  }
  return refused('signature', 'The signature was not made by a key of the issuer.');
}

function wrongAudience(given: unknown, audiences: readonly string[]) {
  const wanted = audiences.filter((audience) => !audience.endsWith('/')).map((audience) => `"${audience}"`);
  return refused(
    'aud',
    `The token was made for ${shown(given)}; this installation accepts ${wanted.join(', ')}. Ask for that audience: input "url" of ` +
      'codecov-action, "gitHubOIDCTokenAudience" of the bundler plugins, "aud" of GitLab\'s id_tokens.',
  );
}

function noAudience() {
  return refused(
    'aud',
    'This installation does not know its own address, so it cannot tell whether the token was made for it: set setup.codecov_url.',
  );
}

function unknownIssuer(issuer: string) {
  return refused(
    'iss',
    `The issuer ${shown(issuer)} is not trusted here; an administrator adds it to thatch.uploads.oidc.`,
  );
}

function refused(claim: string, reason: string) {
  return { kind: 'refused', claim, reason } as const;
}

function withAndWithoutSlash(address: string): string[] {
  const bare = address.replace(/\/+$/, '');
  return [bare, `${bare}/`];
}

// A value of the sender's, for a sentence: short, without control characters.
function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)) ?? 'nothing';
  return `"${text.replace(/[\p{C}"]/gu, '').slice(0, 200)}"`;
}
