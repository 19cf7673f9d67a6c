import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';
import type { Migration } from './migrations/migration.ts';

/** What a migration run did. */
export interface MigrationResult {
  /** Names of the steps that ran now. */
  readonly applied: readonly string[];
  /** Number of the last step in the database. */
  readonly schema: number;
}

/** Times of the lock; tests shorten them. */
export interface MigrationTimes {
  /** The holder shows that it lives so often. */
  readonly heartbeatMs: number;
  /** A holder that was silent for so long has lost the lock. */
  readonly silenceMs: number;
  /** How long to wait for another holder. */
  readonly patienceMs: number;
}

/** deployment §5.7. */
const TIMES: MigrationTimes = { heartbeatMs: 5_000, silenceMs: 30_000, patienceMs: 600_000 };

const POLL_MS = 200;

/** PostgreSQL 15 (install-config §5.1). */
const LOWEST_SERVER_VERSION = 150_000;

interface Lock {
  readonly holder: string;
  /** Rises with every holder: one that was taken for dead and wakes up again is refused by it. */
  readonly fence: number;
}

/**
 * Brings the schema up to date: runs the steps that the database has not seen, in order, each in a transaction with its note. Every process
 * may try at once: one works under a row lock with heartbeat and fencing number (which also holds through a transaction pooler), the
 * others wait for it.
 *
 * Refused: Postgres older than 15, a schema more than one step newer than this program (deployment D7), a lock that stays taken, a step that
 * fails (the database then is as before that step).
 */
export async function migrate<Tables>(
  database: Kysely<Tables>,
  migrations: readonly Migration[],
  times: MigrationTimes = TIMES,
): Promise<Outcome<MigrationResult>> {
  const anySchema = database as unknown as Kysely<unknown>;
  const version = await checkServerVersion(anySchema);
  if (version.kind === 'refused') return version;
  await makeBookkeeping(anySchema);

  const known = await checkSchema(anySchema, migrations);
  if (known.kind === 'refused') return known;
  if (known.value.length >= migrations.length) return ok({ applied: [], schema: known.value.length });

  const lock = await acquire(anySchema, times);
  if (lock.kind === 'refused') return lock;
  const heartbeat = keepAlive(anySchema, lock.value, times);
  try {
    return await applyMissing(anySchema, migrations, lock.value);
  } finally {
    clearInterval(heartbeat);
    await release(anySchema, lock.value);
  }
}

async function applyMissing(
  database: Kysely<unknown>,
  migrations: readonly Migration[],
  lock: Lock,
): Promise<Outcome<MigrationResult>> {
  // Read again: another process may have done some while this one waited.
  const known = await checkSchema(database, migrations);
  if (known.kind === 'refused') return known;
  const missing = migrations.slice(known.value.length);
  const applied: string[] = [];
  for (const migration of missing) {
    try {
      await applyOne(database, migration, known.value.length + applied.length + 1, lock);
    } catch (error) {
      return stepFailed(migration, error);
    }
    applied.push(migration.name);
  }
  return ok({ applied, schema: known.value.length + applied.length });
}

async function applyOne(database: Kysely<unknown>, migration: Migration, number: number, lock: Lock): Promise<void> {
  if (migration.online === true) {
    await migration.up(database);
    await database.transaction().execute((transaction) => note(transaction, migration.name, number, lock));
    return;
  }
  await database.transaction().execute(async (transaction) => {
    // Building an index takes as long as it takes.
    await sql`set local statement_timeout = 0`.execute(transaction);
    await migration.up(transaction);
    await note(transaction, migration.name, number, lock);
  });
}

// Last in its transaction, so that the heartbeat waits for this row for a moment only.
async function note(transaction: Transaction<unknown>, name: string, number: number, lock: Lock): Promise<void> {
  const held = await sql`
    select 1 from thatch_migration_lock where id = 1 and fence = ${lock.fence} and holder = ${lock.holder} for update
  `.execute(transaction);
  if (held.rows.length === 0) throw new Error('another process took over the migration meanwhile');
  await sql`insert into thatch_migrations (number, name) values (${number}, ${name})`.execute(transaction);
}

async function checkServerVersion(database: Kysely<unknown>): Promise<Outcome<null>> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(
    database,
  );
  if (Number(rows[0].version) >= LOWEST_SERVER_VERSION) return ok(null);
  return refused(
    `CFG-112 services.database_url leads to a PostgreSQL of version number ${rows[0].version}; Thatch needs 15 or later`,
    'Upgrade that server or name another one.',
  );
}

async function makeBookkeeping(database: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('thatch_migration_lock') is not null as there
  `.execute(database);
  if (rows[0].there) return;
  try {
    await database.transaction().execute(async (transaction) => {
      await sql`
        create table if not exists thatch_migrations (
          number integer primary key,
          name text not null unique,
          applied_at timestamptz not null default now()
        )`.execute(transaction);
      await sql`
        create table if not exists thatch_migration_lock (
          id integer primary key check (id = 1),
          holder text,
          fence bigint not null default 0,
          heartbeat_at timestamptz not null default now()
        )`.execute(transaction);
      await sql`insert into thatch_migration_lock (id) values (1) on conflict do nothing`.execute(transaction);
    });
  } catch (error) {
    // "if not exists" does not protect two processes that make the same table in the same moment.
    if (!isRaceOfCreators(error)) throw error;
  }
}

// unique_violation in a catalogue, duplicate_table, duplicate_object.
function isRaceOfCreators(error: unknown): boolean {
  return ['23505', '42P07', '42710'].includes(sqlState(error));
}

async function checkSchema(database: Kysely<unknown>, migrations: readonly Migration[]): Promise<Outcome<string[]>> {
  const { rows } = await sql<{ name: string }>`select name from thatch_migrations order by number`.execute(database);
  const names = rows.map((row) => row.name);
  if (names.length > migrations.length + 1) {
    return refused(
      `the database has schema ${names.length}; this program knows ${migrations.length} and runs on ${migrations.length + 1} at most`,
      'Start a newer Thatch.',
    );
  }
  const stranger = names.slice(0, migrations.length).findIndex((name, index) => name !== migrations[index].name);
  if (stranger === -1) return ok(names);
  return refused(
    `the database's schema step ${stranger + 1} is "${names[stranger]}"; this program has "${migrations[stranger].name}" there`,
    'It belongs to another version or another program: use the right one, or an empty database.',
  );
}

async function acquire(database: Kysely<unknown>, times: MigrationTimes): Promise<Outcome<Lock>> {
  const holder = `${hostname()} pid ${process.pid} ${randomUUID()}`;
  const giveUpAt = performance.now() + times.patienceMs;
  for (;;) {
    const { rows } = await sql<{ fence: number | string }>`
      update thatch_migration_lock set holder = ${holder}, fence = fence + 1, heartbeat_at = clock_timestamp()
      where id = 1
        and (holder is null or heartbeat_at < clock_timestamp() - ${times.silenceMs} * interval '1 millisecond')
      returning fence
    `.execute(database);
    if (rows.length > 0) return ok({ holder, fence: Number(rows[0].fence) });
    if (performance.now() > giveUpAt) return heldByOther(database);
    await pause(POLL_MS);
  }
}

async function heldByOther(database: Kysely<unknown>): Promise<Outcome<never>> {
  const { rows } = await sql<{ holder: string | null }>`select holder from thatch_migration_lock where id = 1`.execute(
    database,
  );
  return refused(
    `the schema is being migrated by ${rows[0]?.holder ?? 'somebody'}, who is not done yet`,
    'Look at that process; when it is gone its lock is free after 30 s.',
    1,
  );
}

function keepAlive(database: Kysely<unknown>, lock: Lock, times: MigrationTimes): NodeJS.Timeout {
  const timer = setInterval(() => {
    sql`
      update thatch_migration_lock set heartbeat_at = clock_timestamp()
      where id = 1 and fence = ${lock.fence} and holder = ${lock.holder}
    `
      .execute(database)
      // A lost beat is no harm: the fencing number decides.
      .catch(() => {});
  }, times.heartbeatMs);
  timer.unref();
  return timer;
}

async function release(database: Kysely<unknown>, lock: Lock): Promise<void> {
  await sql`
    update thatch_migration_lock set holder = null where id = 1 and fence = ${lock.fence} and holder = ${lock.holder}
  `
    .execute(database)
    // Nobody answers: the lock is free after its time of silence.
    .catch(() => {});
}

function stepFailed(migration: Migration, error: unknown): Outcome<never> {
  const state = sqlState(error);
  return refused(
    `migration ${migration.name} failed${state === '' ? '' : ` (SQL state ${state})`}: ${(error as Error).message}`,
    'The database is as it was before this step. Remove the cause and start again.',
  );
}

function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
