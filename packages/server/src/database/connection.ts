import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './tables.ts';

/** Where the database is. */
export type DatabaseAddress =
  /** Our own, by its socket. */
  | {
      readonly kind: 'socket';
      readonly folder: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
    }
  /** `services.database_url`: `postgres://` or `postgresql://` (install-config §5.1). */
  | { readonly kind: 'url'; readonly url: string };

/** How to connect. */
export interface ConnectOptions {
  readonly address: DatabaseAddress;
  /** Most connections of this process, `thatch.database.pool_max`. */
  readonly poolMax?: number;
  /** A statement that runs longer is cancelled; 0 = never. `thatch.database.statement_timeout`. */
  readonly statementTimeoutMs?: number;
  /** Told when an idle connection breaks; the pool replaces it. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** An open pool of connections. */
export interface DatabaseConnection {
  /** Typed queries. */
  readonly kysely: Kysely<Database>;
  /** The same connections without types, for what kysely cannot say. */
  readonly pool: pg.Pool;
  /** How the connections are made, for libraries that open their own. */
  readonly config: pg.PoolConfig;
  /** Asks the database for an answer. False when it gives none within the time. */
  readonly ping: (milliseconds?: number) => Promise<boolean>;
  /** Waits for running queries and closes. Safe to call twice. */
  readonly close: () => Promise<void>;
}

const DEFAULT_POOL_MAX = 10;
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Opens a pool. Connects lazily, so it never fails; a query does when there is no database. `bigint` columns are read as numbers: ids and
 * counts stay far below 2⁵³, and a larger value is an error rather than a wrong number.
 */
export function connectDatabase(options: ConnectOptions): DatabaseConnection {
  const config = poolConfig(options);
  const pool = new pg.Pool(config);
  let closing: Promise<void> | null = null;
  // Without a listener the loss of an idle connection would end the process.
  // After closing it is no news.
  pool.on('error', (error) => (closing === null ? options.onConnectionLost?.(error) : undefined));
  // The pool listens to idle connections only. One that is lost while a transaction holds it, between two statements, would end the
  // process too; its holder learns of the loss by the next statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    pool,
    config,
    ping: (milliseconds = 2000) => ping(kysely, milliseconds),
    close: () => (closing ??= kysely.destroy()),
  };
}

function poolConfig(options: ConnectOptions): pg.PoolConfig {
  return {
    ...addressConfig(options.address),
    application_name: 'thatch',
    max: options.poolMax ?? DEFAULT_POOL_MAX,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS,
    types: { getTypeParser },
  };
}

function addressConfig(address: DatabaseAddress): pg.PoolConfig {
  if (address.kind === 'socket') {
    return {
      host: address.folder,
      port: address.port,
      user: address.user,
      database: address.database,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    };
  }
  const url = new URL(address.url);
  const seconds = Number(url.searchParams.get('connect_timeout') ?? CONNECT_TIMEOUT_MS / 1000);
  // The words of libpq: here "require" encrypts and does not check the name, as everywhere else these addresses are used.
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true');
  return { connectionString: url.href, connectionTimeoutMillis: seconds * 1000 };
}

// pg's own table of parsers, with one difference.
function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === pg.types.builtins.INT8 && format !== 'binary') return readBigint;
  return pg.types.getTypeParser(type, format as 'text') as (value: string) => unknown;
}

function readBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond the safe integers`);
  return value;
}

async function ping(kysely: Kysely<Database>, milliseconds: number): Promise<boolean> {
  const timeOut = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeOut.resolve(false), milliseconds);
  const answer = sql`select 1`.execute(kysely).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answer, timeOut.promise]);
  } finally {
    clearTimeout(timer);
  }
}
