import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import {
  addSession,
  endOtherSessions,
  endSession,
  findSession,
  noteSessionSeen,
  pruneSessions,
} from '../database/queries/sessions.ts';
import type { Database } from '../database/tables.ts';
import type { ApiUser } from './api-principal.ts';
import { API_SCOPES } from './api-scopes.ts';
import { hashToken, type TokenSecrets } from './token-hash.ts';

/** Name of the cookie. */
export const SESSION_COOKIE = 'thatch_session';

export interface SessionOptions {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  /** A session ends so long after it began. */
  readonly maxAgeDays: number;
  /** It ends earlier when nobody used it for so long. */
  readonly idleDays: number;
  readonly adminNames: readonly string[];
  readonly clock?: () => number;
}

/** A session that began: the cookie's value, to be given to its browser only. */
export interface MadeSession {
  readonly token: string;
  readonly expiresAt: Date;
}

const DAY_MS = 86_400_000;
const TOKEN_BYTES = 32;
/** Writing "seen now" at every request would make reading pages a write. */
const SEEN_EVERY_MS = 60_000;
const LONGEST_AGENT = 300;

/** Sessions of people who signed in: opaque tokens, stored as keyed hashes, so that each can be ended at once (design §3). */
export class Sessions {
  private readonly options: SessionOptions;
  private readonly adminNames: ReadonlySet<string>;

  constructor(options: SessionOptions) {
    this.options = options;
    this.adminNames = new Set(options.adminNames.map((name) => name.toLowerCase()));
  }

  /** Begins a session for a person whose password was right. */
  async begin(
    userId: number,
    { agent, address }: { readonly agent: string | null; readonly address: string | null },
  ): Promise<MadeSession> {
    const { database, secrets, maxAgeDays } = this.options;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(this.now() + maxAgeDays * DAY_MS);
    await addSession(database, {
      userId,
      hash: hashToken(secrets, token),
      agent: agent?.slice(0, LONGEST_AGENT) ?? null,
      address,
      expiresAt,
    });
    return { token, expiresAt };
  }

  /** The person of a cookie; null when it is of no session that still holds. */
  async find(token: string): Promise<ApiUser | null> {
    const { database, secrets } = this.options;
    const session = await findSession(database, hashToken(secrets, token), this.times());
    if (session === null) return null;
    const { id, userId, name, isAdmin, lastSeenAt } = session;
    if (this.now() - lastSeenAt.getTime() > SEEN_EVERY_MS) await noteSessionSeen(database, id, new Date(this.now()));
    return {
      kind: 'user',
      userId,
      name,
      isAdmin: isAdmin || this.adminNames.has(name.toLowerCase()),
      by: { kind: 'session', id },
      scopes: API_SCOPES,
    };
  }

  /** Ends the session of a cookie. */
  async end(token: string): Promise<void> {
    await endSession(this.options.database, hashToken(this.options.secrets, token));
  }

  /** Ends all other sessions of a person, as after a change of the password. */
  async endOthers(userId: number, keptId: number): Promise<void> {
    await endOtherSessions(this.options.database, userId, keptId);
  }

  /** Removes what ended by its age or because nobody used it. */
  async prune(): Promise<void> {
    await pruneSessions(this.options.database, this.times());
  }

  private times(): { readonly now: Date; readonly seenAfter: Date } {
    const now = this.now();
    return { now: new Date(now), seenAfter: new Date(now - this.options.idleDays * DAY_MS) };
  }

  private now(): number {
    return (this.options.clock ?? Date.now)();
  }
}
