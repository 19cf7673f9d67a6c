import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { Database, Token } from '../tables.ts';
import { insertToken, type NewToken } from './tokens.ts';

/** A token that its members may see again. */
export interface SealedToken {
  readonly id: number;
  readonly hash: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The newest upload token of a repository itself that is in force; null when none was made. */
export async function findSealedToken(database: Kysely<Database>, repositoryId: number): Promise<SealedToken | null> {
  const token = await ofRepository(database, repositoryId)
    .where('sealed', 'is not', null)
    // One that was rotated and ends soon is not to be given to another CI.
    .orderBy('expires_at', (order) => order.desc().nullsFirst())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (token === undefined || token.sealed === null) return null;
  return { id: token.id, hash: token.hash, sealed: token.sealed };
}

/** Upload tokens of a repository itself that are in force, newest first. */
export function listRepositoryTokens(
  database: Kysely<Database>,
  repositoryId: number,
  { limit }: { readonly limit: number },
): Promise<Token[]> {
  return ofRepository(database, repositoryId).orderBy('id', 'desc').limit(limit).execute();
}

/** One of them; null when it is none of this repository, or not in force. */
export async function findRepositoryToken(
  database: Kysely<Database>,
  repositoryId: number,
  id: number,
): Promise<Token | null> {
  return (await ofRepository(database, repositoryId).where('id', '=', id).executeTakeFirst()) ?? null;
}

/**
 * Puts a token in the place of another of its repository, which ends at `endsAt`, or earlier if it was to. Returns the new one's id; null
 * when the old one is not in force any more: somebody else was first.
 */
export async function replaceToken(
  database: Kysely<Database>,
  { old, next, endsAt }: { readonly old: Pick<Token, 'id'>; readonly next: NewToken; readonly endsAt: Date },
): Promise<number | null> {
  return database.transaction().execute(async (transaction) => {
    const ended = await transaction
      .updateTable('tokens')
      .set({ expires_at: sql<Date>`least(expires_at, ${endsAt}::timestamptz)` })
      .where('id', '=', old.id)
      .where(isInForce)
      .executeTakeFirst();
    return ended.numUpdatedRows === 0n ? null : insertToken(transaction, next);
  });
}

function ofRepository(database: Kysely<Database>, repositoryId: number) {
  return database
    .selectFrom('tokens')
    .selectAll()
    .where('kind', '=', 'repository')
    .where('repository_id', '=', repositoryId)
    .where(isInForce);
}

function isInForce(where: ExpressionBuilder<Database, 'tokens'>) {
  return where.and([
    where('revoked_at', 'is', null),
    where.or([where('expires_at', 'is', null), where('expires_at', '>', sql<Date>`now()`)]),
  ]);
}
