import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { findTokensByHash, noteTokenUse } from '../database/queries/tokens.ts';
import type { Database } from '../database/tables.ts';
import type { ApiScope } from './api-scopes.ts';
import { readBearer } from './token-forms.ts';
import type { TokenSecrets } from './token-hash.ts';
import { hashToken } from './token-hash.ts';

/** Who calls the REST API. */
export type ApiPrincipal =
  | { readonly kind: 'anonymous' }
  /** `SUPER_API_TOKEN`: reads everything, is nobody. To be noted in the audit at every use. */
  | { readonly kind: 'super' }
  | ApiUser;

/** A person, by an API token or a session of the pages. */
export interface ApiUser {
  readonly kind: 'user';
  readonly userId: number;
  readonly name: string;
  readonly isAdmin: boolean;
  /** What the request showed. */
  readonly by: { readonly kind: 'token' | 'session'; readonly id: number };
  readonly scopes: readonly string[];
}

/** A request that is not answered; the body is `{"detail": …}` (public-api §1.7). */
export interface ApiRefusal {
  readonly kind: 'refused';
  readonly status: 401 | 403 | 404;
  readonly detail: string;
  /** Value of `WWW-Authenticate`; null without one. */
  readonly authenticate: string | null;
}

export type ApiAuthentication = { readonly kind: 'principal'; readonly principal: ApiPrincipal } | ApiRefusal;

/** Tells who sends a request, by its `Authorization` header. */
export type ApiAuthenticator = (authorization: string | undefined) => Promise<ApiAuthentication>;

export interface ApiAuthenticatorOptions {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  /** `SUPER_API_TOKEN` of the environment; null or empty matches nothing. */
  readonly superToken: string | null;
  /** `setup.admins` entries of local accounts: administrators whatever the table says. */
  readonly adminNames?: readonly string[];
  readonly clock?: () => number;
}

/** Below this a super token should be warned about (public-api §1.2). */
export const SHORTEST_SUPER_TOKEN = 32;

/**
 * Makes the authentication of the REST API (public-api §1.2): user API tokens and the super token as `Bearer`; upload tokens
 * never count. A token that is unknown, expired or malformed is 401, on public repositories too; none is anonymous.
 */
export function createApiAuthenticator(options: ApiAuthenticatorOptions): ApiAuthenticator {
  const { database, secrets } = options;
  const clock = options.clock ?? Date.now;
  const superHash =
    options.superToken === null || options.superToken === '' ? null : hashToken(secrets, options.superToken);
  const adminNames = new Set((options.adminNames ?? []).map((name) => name.toLowerCase()));
  return async (authorization) => {
    const read = readBearer(authorization);
    if (read.kind === 'malformed') return unauthenticated(read.detail);
    if (read.kind === 'none') return { kind: 'principal', principal: { kind: 'anonymous' } };
    const hash = hashToken(secrets, read.tokens[0].token);
    if (superHash !== null && timingSafeEqual(hash, superHash))
      return { kind: 'principal', principal: { kind: 'super' } };
    const user = await findApiUser(database, hash, new Date(clock()));
    if (user === null) return unauthenticated('Invalid token.');
    const isAdmin = user.isAdmin || adminNames.has(user.name.toLowerCase());
    return { kind: 'principal', principal: { ...user, isAdmin } };
  };
}

/**
 * Whether the caller's token reaches one of these scopes; people without a token (anonymous) and the super token have the scopes
 * of reading only.
 *
 * @returns null when it does, else the 403 that names what is missing.
 */
export function refuseScope(principal: ApiPrincipal, ...anyOf: readonly ApiScope[]): ApiRefusal | null {
  const scopes = principal.kind === 'user' ? principal.scopes : ['read', 'read:report'];
  if (anyOf.some((scope) => scopes.includes(scope))) return null;
  return {
    kind: 'refused',
    status: 403,
    detail: 'The token does not reach that far.',
    authenticate: `Bearer error="insufficient_scope", scope="${anyOf.join(' ')}"`,
  };
}

/** The 401 of public-api §1.2. */
export function unauthenticated(detail: string): ApiRefusal {
  return { kind: 'refused', status: 401, detail, authenticate: 'Bearer' };
}

async function findApiUser(database: Kysely<Database>, hash: Buffer, now: Date): Promise<ApiUser | null> {
  const [token] = await findTokensByHash(database, [hash]);
  if (token === undefined || token.kind !== 'api' || token.revoked_at !== null || token.user_id === null) return null;
  if (token.expires_at !== null && token.expires_at <= now) return null;
  const user = await database
    .selectFrom('users')
    .select(['id', 'name', 'is_admin as isAdmin'])
    .where('id', '=', token.user_id)
    .executeTakeFirst();
  if (user === undefined) return null;
  await noteTokenUse(database, token, now);
  return {
    kind: 'user',
    userId: user.id,
    name: user.name,
    isAdmin: user.isAdmin,
    by: { kind: 'token', id: token.id },
    scopes: token.scopes,
  };
}
