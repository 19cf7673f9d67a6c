import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** A token that its members may see again. */
export interface SealedToken {
  readonly hash: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The newest upload token of a repository itself that is in force; null when none was made. */
export async function findSealedToken(database: Kysely<Database>, repositoryId: number): Promise<SealedToken | null> {
  const token = await database
    .selectFrom('tokens')
    .select(['hash', 'sealed'])
    .where('kind', '=', 'repository')
    .where('repository_id', '=', repositoryId)
    .where('revoked_at', 'is', null)
    .where('sealed', 'is not', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', sql<Date>`now()`)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return token === undefined || token.sealed === null ? null : { hash: token.hash, sealed: token.sealed };
}
