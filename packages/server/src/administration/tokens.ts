import type { Installation } from '../admin.ts';
import { hashToken, sealToken } from '../auth/token-hash.ts';
import { makeApiToken, makeUploadToken, visiblePrefix } from '../auth/token-make.ts';
import type { ApiScope } from '../auth/api-scopes.ts';
import { findOrCreateOwner } from '../database/queries/owners.ts';
import type { OwnerName } from '../database/queries/owners.ts';
import { findOrCreateRepository } from '../database/queries/repositories.ts';
import type { TokenTarget, TokenWithTarget } from '../database/queries/tokens.ts';
import { findTokensByHash, insertToken, listTokens, revokeToken } from '../database/queries/tokens.ts';
import { findUser } from '../database/queries/users.ts';
import type { RepositoryName, Service } from '../names.ts';
import { formatRepository, shortService } from '../names.ts';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';

/** What a new token is to open, by name. */
export type TokenOrder =
  | { readonly kind: 'global'; readonly service: Service | null }
  | { readonly kind: 'owner'; readonly owner: OwnerName }
  | { readonly kind: 'repository'; readonly repository: RepositoryName }
  | { readonly kind: 'api'; readonly user: string; readonly scopes: readonly ApiScope[] };

export interface TokenDetails {
  readonly name: string | null;
  readonly expiresAt: Date | null;
}

/** A token as it is shown in lists; its secret is nowhere. */
export interface TokenSummary {
  readonly id: number;
  readonly kind: TokenWithTarget['kind'];
  /** What it opens, as the shell names it. */
  readonly target: string;
  readonly prefix: string;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/**
 * Makes a token and gives its text, the only time it is seen. Owner and repository come into being when they are not known yet
 * (private); a person does not: an API token for an unknown one is refused.
 */
export async function createToken(
  installation: Installation,
  order: TokenOrder,
  { name, expiresAt }: TokenDetails,
): Promise<Outcome<string>> {
  const target = await resolveTarget(installation, order);
  if (target.kind === 'refused') return target;
  const { database, secrets } = installation;
  const token = order.kind === 'api' ? makeApiToken() : makeUploadToken();
  await insertToken(database, {
    target: target.value,
    hash: hashToken(secrets, token),
    // Only a repository's own token can be seen again by its members (upload-protocol §2.1).
    sealed: order.kind === 'repository' ? sealToken(secrets, token) : null,
    prefix: visiblePrefix(token),
    name,
    expiresAt,
  });
  return ok(token);
}

/** Every token, newest first; those that were revoked only when asked for. */
export async function summariseTokens(
  { database }: Installation,
  { withRevoked }: { readonly withRevoked: boolean },
): Promise<TokenSummary[]> {
  const tokens = await listTokens(database, { withRevoked });
  return tokens.map((token) => ({
    id: token.id,
    kind: token.kind,
    target: describeTarget(token),
    prefix: token.prefix,
    name: token.name,
    createdAt: token.created_at,
    expiresAt: token.expires_at,
    lastUsedAt: token.last_used_at,
    revokedAt: token.revoked_at,
  }));
}

/**
 * Revokes the token with this number of the list, this beginning, or this whole text.
 *
 * @param reference id; or at least six first characters of the token, as the list shows them; or the token
 */
export async function revokeTokenByReference(
  installation: Installation,
  reference: string,
): Promise<Outcome<TokenSummary>> {
  const [whole] = await findTokensByHash(installation.database, [hashToken(installation.secrets, reference)]);
  const active = await summariseTokens(installation, { withRevoked: false });
  const found = active.filter((token) => (whole === undefined ? isMeant(token, reference) : token.id === whole.id));
  const shown = visiblePrefix(reference);
  if (found.length === 0)
    return refused(`no token that is in force has the number or beginning "${shown}"`, LIST_FIRST, 1);
  if (found.length > 1) return refused(`${found.length} tokens begin with "${shown}"`, LIST_FIRST, 1);
  await revokeToken(installation.database, found[0].id);
  return ok(found[0]);
}

const LIST_FIRST = 'See "thatch token list", and name the number in its first column.';
const SHORTEST_BEGINNING = 6;

function isMeant(token: TokenSummary, reference: string): boolean {
  if (/^\d{1,15}$/.test(reference) && token.id === Number(reference)) return true;
  return reference.length >= SHORTEST_BEGINNING && token.prefix.startsWith(reference);
}

async function resolveTarget({ database }: Installation, order: TokenOrder): Promise<Outcome<TokenTarget>> {
  switch (order.kind) {
    case 'global':
      return ok(order);
    case 'owner':
      return ok({ kind: 'owner', ownerId: (await findOrCreateOwner(database, order.owner)).id });
    case 'repository': {
      const { repository } = await findOrCreateRepository(database, order.repository);
      return ok({ kind: 'repository', repositoryId: repository.id });
    }
    case 'api': {
      const user = await findUser(database, order.user);
      if (user !== null) return ok({ kind: 'api', userId: user.id, scopes: order.scopes });
      const name = order.user.slice(0, 60);
      return refused(`there is no account "${name}"`, `Make it first: thatch user create ${name}`, 1);
    }
  }
}

function describeTarget(token: TokenWithTarget): string {
  if (token.kind === 'api') return token.user_name ?? '';
  if (token.kind === 'global') return token.service ?? 'all';
  const { owner_service: service, owner_name: owner, repository_name: name } = token;
  if (service === null || owner === null) return '';
  return name === null ? `${shortService(service)}/${owner}` : formatRepository({ service, owner, name });
}
