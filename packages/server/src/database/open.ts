import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../observability/log.ts';
import type { Outcome } from '../outcome.ts';
import { ok } from '../outcome.ts';
import type { ServeSettings } from '../serve-settings.ts';
import type { DatabaseAddress, DatabaseConnection } from './connection.ts';
import { connectDatabase } from './connection.ts';
import { startEmbeddedPostgres } from './embedded/supervisor.ts';

/** Name of our database in an embedded cluster. */
export const DATABASE_NAME = 'thatch';

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];
const TELL_EVERY_MS = 60_000;

/** What opening the database needs. */
export interface OpenDatabaseOptions {
  readonly settings: Pick<ServeSettings, 'databaseUrl' | 'poolMax' | 'statementTimeoutMs'>;
  /** Absolute path without links, locked for this process. */
  readonly dataFolder: string;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
  /** Ends the waiting for a database that does not answer. */
  readonly signal: AbortSignal;
}

/**
 * Brings up the embedded Postgres, or waits for the one of `services.database_url` as long as it takes (deployment §8: dependencies may
 * come up later), and connects. Both are registered with the lifecycle.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Outcome<DatabaseConnection>> {
  const address = await findAddress(options);
  if (address.kind === 'refused') return address;
  const { settings, lifecycle, log } = options;
  const database = connectDatabase({
    address: address.value,
    poolMax: settings.poolMax,
    statementTimeoutMs: settings.statementTimeoutMs,
    onConnectionLost: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  lifecycle.started('database connections', database.close);
  if (address.value.kind === 'url') await waitForAnswer(database, options);
  return ok(database);
}

async function findAddress(options: OpenDatabaseOptions): Promise<Outcome<DatabaseAddress>> {
  const { settings, lifecycle, log } = options;
  if (settings.databaseUrl !== undefined) return ok({ kind: 'url', url: settings.databaseUrl });
  const postgres = await startEmbeddedPostgres({ dataFolder: options.dataFolder, log });
  if (postgres.kind === 'refused') return postgres;
  lifecycle.started('postgres', postgres.value.stop, postgres.value.abandon);
  const { socketFolder: folder, port, user } = postgres.value;
  await makeDatabase(folder, port, user);
  return ok({ kind: 'socket', folder, port, user, database: DATABASE_NAME });
}

// A start that is cut may leave a cluster without it, so this is asked at every start.
async function makeDatabase(host: string, port: number, user: string): Promise<void> {
  const client = new pg.Client({ host, port, user, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(DATABASE_NAME)}`);
  } finally {
    await client.end();
  }
}

async function waitForAnswer(database: DatabaseConnection, { log, signal }: OpenDatabaseOptions): Promise<void> {
  let toldAt = -Infinity;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const reason = await database.pool.query('select 1').then(
      () => null,
      (error: Error) => error,
    );
    if (reason === null) return;
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = performance.now();
      log.warn({ err: reason }, 'waiting for the database of services.database_url');
    }
    await pause(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)], undefined, { signal }).catch(() => {});
  }
}
