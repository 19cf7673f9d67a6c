import { sql, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Database } from '../database/tables.ts';
import type { Log } from '../observability/log.ts';

/** What happened; names and data as in web-ui §4.6. */
export type EventType =
  | 'upload.received'
  | 'upload.parsed'
  | 'upload.error'
  | 'upload.refused'
  | 'commit.created'
  | 'commit.merged'
  | 'commit.complete'
  | 'branch.moved'
  | 'repo.created'
  | 'reset';

/** An event on its way into the journal. */
export interface NewEvent {
  readonly type: EventType;
  readonly repositoryId: number | null;
  readonly commitId: number | null;
  /** Ids and small totals; never source text or tokens. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Topics beside those of repository and commit: `setup`, `admin`. */
  readonly topics?: readonly string[];
}

/** An event with its number; numbers only rise. */
export interface JournalEvent extends Required<NewEvent> {
  readonly id: number;
  readonly at: Date;
}

type Listener = (events: readonly JournalEvent[]) => void;

const CHANNEL = 'thatch_events';
/** Key of the advisory lock that orders writers, so that a reader never sees a number before a smaller one. */
const WRITERS_LOCK = 0x7468_6174;
/** Events that come together are written together: one lock, one commit. */
const BATCH_MS = 15;
const MOST_IN_MEMORY = 10_000;
const READ_AT_ONCE = 1000;
/** How long the journal can be replayed (web-ui §4.6). */
export const REPLAY_MINUTES = 10;
const RECONNECT_MS = 1000;

/**
 * The journal of events: every process writes into one table and is told of everything in it. An event is an announcement: the state it tells of
 * is committed before, and a reader that missed some fetches anew.
 */
export class EventJournal {
  private readonly database: Kysely<Database>;
  private readonly pool: Pool;
  private readonly log: Log;
  private readonly listeners = new Set<Listener>();
  private readonly lossListeners = new Set<() => void>();
  private waiting: NewEvent[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private reading: Promise<void> = Promise.resolve();
  private lastRead = 0;
  private client: PoolClient | null = null;
  private isClosed = false;

  constructor(database: Kysely<Database>, pool: Pool, log: Log) {
    this.database = database;
    this.pool = pool;
    this.log = log;
  }

  /** Begins to listen; events before now are only replayed, not told. */
  async start(): Promise<void> {
    this.lastRead = await this.lastId();
    await this.listen();
  }

  /**
   * The number of the newest event that was told here. Events of what is read from the database after this was asked for may have greater
   * numbers, never the other way round: a client that asks for what came later misses nothing.
   */
  get told(): number {
    return this.lastRead;
  }

  /** Writes an event soon; never fails, an event that cannot be written is lost and readers fetch anew when they reconnect. */
  publish(event: NewEvent): void {
    if (this.waiting.length >= MOST_IN_MEMORY) return;
    this.waiting.push(event);
    this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** Calls `listener` with new events, in order. Returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls `listener` when the connection to the database is lost; it comes again by itself. Returns how to stop. */
  onLoss(listener: () => void): () => void {
    this.lossListeners.add(listener);
    return () => this.lossListeners.delete(listener);
  }

  /** Events after number `after`, oldest first; null when some of them are gone from the journal. */
  async replay(after: number): Promise<JournalEvent[] | null> {
    const oldest = await this.database
      .selectFrom('events')
      .select((row) => row.fn.min('id').as('id'))
      .executeTakeFirst();
    if (after > 0 && oldest?.id !== null && oldest !== undefined && after < Number(oldest.id) - 1) return null;
    return this.read(after);
  }

  /** The number of the newest event; 0 when there was none. */
  async lastId(): Promise<number> {
    const newest = await this.database
      .selectFrom('events')
      .select((row) => row.fn.max('id').as('id'))
      .executeTakeFirst();
    return Number(newest?.id ?? 0);
  }

  /** Removes what is too old to be replayed. */
  async prune(): Promise<void> {
    await this.database
      .deleteFrom('events')
      .where('at', '<', sql<Date>`now() - make_interval(mins => ${REPLAY_MINUTES})`)
      .execute();
  }

  /** Writes what waits and stops listening. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.flush();
    await this.writing;
    const client = this.client;
    this.client = null;
    client?.release(true);
    // What is being read now must be over before the database goes away.
    await this.reading;
  }

  private flush(): void {
    this.timer = null;
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    this.writing = this.writing
      .then(() => this.write(batch))
      .catch((error: unknown) => {
        this.log.warn({ err: error, count: batch.length }, 'events were not written');
      });
  }

  private async write(batch: readonly NewEvent[]): Promise<void> {
    await this.database.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${WRITERS_LOCK})`.execute(transaction);
      await transaction
        .insertInto('events')
        .values(
          batch.map((event) => ({
            type: event.type,
            repository_id: event.repositoryId,
            commit_id: event.commitId,
            topics: topicsOf(event),
            data: JSON.stringify(event.data),
          })),
        )
        .execute();
      await sql`select pg_notify(${CHANNEL}, '')`.execute(transaction);
    });
  }

  private async listen(): Promise<void> {
    const client = await this.pool.connect();
    this.client = client;
    client.on('notification', () => this.wake());
    client.on('error', (error) => {
      // One that was given up already says what happens to its socket afterwards.
      if (this.client !== client) return;
      this.log.warn({ err: error }, 'the journal lost its connection');
      this.client = null;
      client.release(true);
      for (const listener of this.lossListeners) listener();
      this.listenAgain();
    });
    await client.query(`listen ${CHANNEL}`);
  }

  private listenAgain(): void {
    if (this.isClosed) return;
    setTimeout(() => {
      if (this.isClosed) return;
      this.listen().then(
        () => this.wake(),
        () => this.listenAgain(),
      );
    }, RECONNECT_MS).unref();
  }

  private wake(): void {
    if (this.isClosed) return;
    this.reading = this.reading
      .then(() => this.tell())
      .catch((error: unknown) => {
        this.log.warn({ err: error }, 'the journal was not read');
      });
  }

  private async tell(): Promise<void> {
    for (;;) {
      const events = await this.read(this.lastRead);
      const last = events.at(-1);
      if (last === undefined) return;
      this.lastRead = last.id;
      for (const listener of this.listeners) listener(events);
    }
  }

  private async read(after: number): Promise<JournalEvent[]> {
    const rows = await this.database
      .selectFrom('events')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(READ_AT_ONCE)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      at: row.at,
      type: row.type as EventType,
      repositoryId: row.repository_id,
      commitId: row.commit_id,
      topics: row.topics,
      data: row.data,
    }));
  }
}

/** What the page of the first run follows, of whatever repository: how the first report comes in (web-ui §3.1). */
const SETUP_TYPES: ReadonlySet<EventType> = new Set([
  'upload.received',
  'upload.parsed',
  'upload.error',
  'commit.merged',
]);

function topicsOf(event: NewEvent): string[] {
  const topics = [...(event.topics ?? [])];
  if (SETUP_TYPES.has(event.type)) topics.push('setup');
  if (event.repositoryId !== null) topics.push(`repo:${event.repositoryId}`);
  if (event.commitId !== null) topics.push(`commit:${event.commitId}`);
  return topics;
}
