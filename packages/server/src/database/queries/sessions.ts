import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** A session that still holds, and its person. */
export interface LiveSession {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly lastSeenAt: Date;
}

export interface NewSession {
  readonly userId: number;
  readonly hash: Uint8Array;
  readonly agent: string | null;
  readonly address: string | null;
  readonly expiresAt: Date;
}

export async function addSession(database: Kysely<Database>, session: NewSession): Promise<void> {
  await database
    .insertInto('sessions')
    .values({
      user_id: session.userId,
      hash: session.hash,
      agent: session.agent,
      address: session.address,
      expires_at: session.expiresAt,
    })
    .execute();
}

/** The session of a hash; null when there is none, it ended, or was not seen since `seenAfter`. */
export async function findSession(
  database: Kysely<Database>,
  hash: Uint8Array,
  { now, seenAfter }: { readonly now: Date; readonly seenAfter: Date },
): Promise<LiveSession | null> {
  const row = await database
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id',
      'users.id as userId',
      'users.name',
      'users.is_admin as isAdmin',
      'sessions.last_seen_at as lastSeenAt',
    ])
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', seenAfter)
    .executeTakeFirst();
  return row ?? null;
}

export async function noteSessionSeen(database: Kysely<Database>, id: number, now: Date): Promise<void> {
  await database.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', id).execute();
}

/** Ends one session. */
export async function endSession(database: Kysely<Database>, hash: Uint8Array): Promise<void> {
  await database.deleteFrom('sessions').where('hash', '=', hash).execute();
}

/** Ends every session of a person but one. */
export async function endOtherSessions(database: Kysely<Database>, userId: number, keptId: number): Promise<void> {
  await database.deleteFrom('sessions').where('user_id', '=', userId).where('id', '!=', keptId).execute();
}

/** Ends every session of a person. */
export async function endAllSessions(database: Kysely<Database>, userId: number): Promise<void> {
  await database.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

/** Removes what can never be used again. */
export async function pruneSessions(
  database: Kysely<Database>,
  { now, seenAfter }: { readonly now: Date; readonly seenAfter: Date },
): Promise<void> {
  await database
    .deleteFrom('sessions')
    .where((row) => row.or([row('expires_at', '<=', now), row('last_seen_at', '<=', seenAfter)]))
    .execute();
}
