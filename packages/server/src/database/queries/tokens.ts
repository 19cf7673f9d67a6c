import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Service } from '../../names.ts';
import type { Database, Token } from '../tables.ts';

/** A token with the names of what it opens. */
export interface TokenWithTarget extends Token {
  /** Of an owner's or a repository's token. */
  readonly owner_service: Service | null;
  readonly owner_name: string | null;
  readonly repository_name: string | null;
  /** Of an API token. */
  readonly user_name: string | null;
}

/** What a new token opens. */
export type TokenTarget =
  /** Every repository; of one provider when `service` is given. */
  | { readonly kind: 'global'; readonly service: Service | null }
  | { readonly kind: 'owner'; readonly ownerId: number }
  | { readonly kind: 'repository'; readonly repositoryId: number }
  | { readonly kind: 'api'; readonly userId: number; readonly scopes: readonly string[] };

export interface NewToken {
  readonly target: TokenTarget;
  readonly hash: Uint8Array;
  readonly sealed: Uint8Array | null;
  readonly prefix: string;
  readonly name: string | null;
  readonly expiresAt: Date | null;
}

/** Tokens whose hash is one of these; revoked and expired ones too, so that a refusal can say so. */
export async function findTokensByHash(
  database: Kysely<Database>,
  hashes: readonly Uint8Array[],
): Promise<TokenWithTarget[]> {
  return targeted(await selectTargeted(database).where('tokens.hash', 'in', hashes).execute());
}

/** All tokens, newest first; those that were revoked only when asked for. */
export async function listTokens(
  database: Kysely<Database>,
  { withRevoked }: { readonly withRevoked: boolean },
): Promise<TokenWithTarget[]> {
  const query = selectTargeted(database).orderBy('tokens.id', 'desc');
  return targeted(await (withRevoked ? query : query.where('tokens.revoked_at', 'is', null)).execute());
}

/** Stores a new token; returns its id. */
export async function insertToken(database: Kysely<Database>, token: NewToken): Promise<number> {
  const row = await database
    .insertInto('tokens')
    .values({
      ...targetColumns(token.target),
      hash: token.hash,
      sealed: token.sealed,
      prefix: token.prefix,
      name: token.name,
      expires_at: token.expiresAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Ends a token for good, from the next request on. @returns whether there was a token with this id that was not revoked. */
export async function revokeToken(database: Kysely<Database>, id: number): Promise<boolean> {
  const result = await database
    .updateTable('tokens')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** How old `last_used_at` may get before a use is written: a matrix of a hundred jobs is one write. */
const LAST_USE_SECONDS = 60;

/** Notes that the token was used now, to the minute. */
export async function noteTokenUse(database: Kysely<Database>, token: Token, now: Date): Promise<void> {
  const last = token.last_used_at;
  if (last !== null && now.getTime() - last.getTime() < LAST_USE_SECONDS * 1000) return;
  await database.updateTable('tokens').set({ last_used_at: now }).where('id', '=', token.id).execute();
}

function selectTargeted(database: Kysely<Database>) {
  return database
    .selectFrom('tokens')
    .leftJoin('repositories', 'repositories.id', 'tokens.repository_id')
    .leftJoin('owners', (join) => join.on(sql<boolean>`owners.id = coalesce(tokens.owner_id, repositories.owner_id)`))
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .selectAll('tokens')
    .select([
      'owners.service as owner_service',
      'owners.name as owner_name',
      'repositories.name as repository_name',
      'users.name as user_name',
    ]);
}

type TargetedRow = Omit<TokenWithTarget, 'owner_service'> & { readonly owner_service: string | null };

function targeted(rows: readonly TargetedRow[]): TokenWithTarget[] {
  return rows.map((row) => ({ ...row, owner_service: row.owner_service as Service | null }));
}

function targetColumns(target: TokenTarget) {
  switch (target.kind) {
    case 'global':
      return { kind: target.kind, service: target.service };
    case 'owner':
      return { kind: target.kind, owner_id: target.ownerId };
    case 'repository':
      return { kind: target.kind, repository_id: target.repositoryId };
    case 'api':
      return { kind: target.kind, user_id: target.userId, scopes: [...target.scopes] };
  }
}
