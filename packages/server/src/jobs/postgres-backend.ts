import { Queue, Worker, createPostgresBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { jobOptions, workerOptions } from './backend.ts';
import type { JobsBackend } from './backend.ts';

/** Schema of BullMQ's tables; that name is fixed for those who hand it a pool. */
export const JOBS_SCHEMA = 'bullmq';

/** What the Postgres store needs. */
export interface PostgresBackendOptions {
  /** How to connect, directly: LISTEN and named statements do not work through a transaction pooler (install-config §5.1). */
  readonly connection: pg.PoolConfig;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly firstPauseMs: number;
}

/** Connections for everything but listening; each worker holds one more to listen. */
const QUERY_CONNECTIONS = 4;
/** BullMQ never reads its event stream here; it is only kept short. */
const EVENTS_KEPT = 100;

/**
 * Queues in the schema {@link JOBS_SCHEMA} of the installation's own database. Makes or migrates the schema first; rejects when the
 * database does not answer.
 *
 * Of BullMQ's Postgres backend `moveToDelayed`, `job.log` and sandboxed processors are not to be used.
 */
export async function openPostgresBackend(options: PostgresBackendOptions): Promise<JobsBackend> {
  const pool = makePool(options);
  await migrate(pool);
  const connection = namingPool(pool);
  return {
    makeQueue: (name, onError) => {
      const settings = {
        connection,
        defaultJobOptions: jobOptions(options.firstPauseMs),
        streams: { events: { maxLen: EVENTS_KEPT } },
      };
      const queue = new Queue(name, settings, createPostgresBackend);
      queue.on('error', onError);
      return queue;
    },
    makeWorker: (name, processor, concurrency, { onError, onLeasesLost }) => {
      const settings = { connection, ...workerOptions(concurrency, options.leaseMs, options.pollMs) };
      pool.options.max += 1;
      const worker = new Worker(name, processor, settings, createPostgresBackend);
      worker.on('error', onError);
      worker.on('lockRenewalFailed', onLeasesLost);
      return worker;
    },
    close: () => pool.end(),
  };
}

function makePool(options: PostgresBackendOptions): pg.Pool {
  const pool = new pg.Pool({
    ...options.connection,
    application_name: 'thatch jobs',
    max: QUERY_CONNECTIONS,
    // Lets a listener whose peer vanished be noticed in seconds.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    onConnect: prepareSession,
  });
  // Without a listener the loss of an idle connection would end the process; the next query tells.
  pool.on('error', () => {});
  // A connection that is lost while it is lent out, between two questions, tells nobody else: unheard it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

// A message is a hint that the reconciler can make again, so nobody waits until it is on the disk.
async function prepareSession(client: pg.ClientBase): Promise<void> {
  await client.query(`set search_path to ${JOBS_SCHEMA}; set synchronous_commit to off`);
}

async function migrate(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client, JOBS_SCHEMA);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/**
 * A pool as BullMQ uses one, with two differences: statements have names, so that Postgres parses each once per connection (a quarter
 * of a job's cost), and a lost database is told in the one way that BullMQ 6.7 takes for a lost connection, after which it pauses.
 * Without that its worker asks again at once, without end.
 */
function namingPool(pool: pg.Pool) {
  const names = new Map<string, string>();
  return {
    query: async (text: string, values?: readonly unknown[]) => {
      try {
        if (values === undefined) return await pool.query(text);
        return await pool.query({ name: nameOf(text, names), text, values: [...values] });
      } catch (error) {
        throw asConnectionError(error);
      }
    },
    connect: async () => {
      try {
        return await pool.connect();
      } catch (error) {
        throw asConnectionError(error);
      }
    },
    end: () => pool.end(),
    on: (event: 'error' | 'connect', listener: (argument: never) => void) => {
      pool.on(event as 'error', listener as (error: Error) => void);
    },
    removeAllListeners: () => {},
    options: { keepAlive: true },
  };
}

function nameOf(text: string, names: Map<string, string>): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `thatch_jobs_${names.size}`;
  names.set(text, name);
  return name;
}

// Classes 08 (connection), 53 (resources) and 57P (shutdown) of SQLSTATE, and whatever never reached a server.
function asConnectionError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  if (code !== undefined && !/^(08|53|57P)/.test(code)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ECONNREFUSED' });
}
