import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { TokenSecrets } from './auth/token-hash.ts';
import { deriveTokenSecrets } from './auth/token-hash.ts';
import type { DatabaseAddress, DatabaseConnection } from './database/connection.ts';
import { connectDatabase } from './database/connection.ts';
import { DATABASE_USER } from './database/embedded/cluster.ts';
import { readPidFile } from './database/embedded/pid-file.ts';
import { SOCKET_PORT } from './database/embedded/socket-folder.ts';
import { migrate } from './database/migrate.ts';
import { MIGRATIONS } from './database/migrations/index.ts';
import { DATABASE_NAME, openDatabase } from './database/open.ts';
import type { Database } from './database/tables.ts';
import type { DataFolder } from './datadir/data-folder.ts';
import { findHolder, openDataFolder } from './datadir/data-folder.ts';
import type { HeldLock } from './datadir/lock.ts';
import { takeLock } from './datadir/lock.ts';
import type { GeneratedSecrets } from './datadir/secrets.ts';
import { loadSecrets } from './datadir/secrets.ts';
import { Lifecycle } from './lifecycle.ts';
import { FilesystemObjects } from './objects/filesystem.ts';
import type { Objects } from './objects/objects.ts';
import { makeLog } from './observability/log.ts';
import type { Outcome, Refused } from './outcome.ts';
import { EXIT_IN_THE_WAY, EXIT_NOT_FOUND, ok, refused } from './outcome.ts';
import { PROGRAM_FORMAT } from './program-format.ts';
import type { ServeSettings } from './serve-settings.ts';

/** Which installation a command works on. */
export interface AdminOptions {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** `services.database_url`; without it the embedded Postgres of the data folder. */
  readonly databaseUrl?: string;
  /** `setup.encryption_secret`, instead of the one in the data folder. */
  readonly encryptionSecret?: string;
  /** Refuse a folder that holds no installation yet, instead of making one: a slip in its name is told, not hidden. */
  readonly mustExist?: boolean;
  /** How long the database of `databaseUrl` may take to answer; tests shorten it. */
  readonly databasePatienceMs?: number;
}

/** What a command works with. */
export interface Installation {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  readonly objects: Objects;
}

/** How long a command waits for a server that is starting, or for another command. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
/** A server waits for its database as long as it takes; somebody who waits at a shell is told soon. */
const DATABASE_PATIENCE_MS = 10_000;

/**
 * Does some work on the database of an installation, whether its server runs or not: over the server's own Postgres while one
 * runs, else on the embedded one, which is started for the work and stopped after it. Commands on one folder wait for each other.
 *
 * Refused: what refuses a start (a newer folder, no Postgres for this platform …), a server of another version, a folder without
 * an installation where one must exist, or what `work` refuses.
 */
export async function withDatabase<T>(
  options: AdminOptions,
  work: (installation: Installation) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (options.mustExist === true && !holdsInstallation(options.dataDir)) return nothingThere(options.dataDir);
  const turn = await takeTurn(options.dataDir);
  if (turn.kind === 'refused') return turn;
  const lifecycle = new Lifecycle();
  lifecycle.started('turn', turn.value.release);
  try {
    const opened = await open(options, lifecycle);
    return opened.kind === 'refused' ? opened : await work(opened.value);
  } finally {
    await lifecycle.stop();
  }
}

async function open(options: AdminOptions, lifecycle: Lifecycle): Promise<Outcome<Installation>> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const folder = await openDataFolder(options.dataDir, PROGRAM_FORMAT);
    if (folder.kind === 'ok') return openStopped(options, folder.value, lifecycle);
    if (folder.refusal.exitStatus !== EXIT_IN_THE_WAY) return folder;
    const running = await openRunning(options, lifecycle);
    if (running !== null) return running;
    // The server is starting or stopping: either its database answers soon, or its folder is free.
    if (performance.now() > giveUpAt) return notReached(folder);
    await pause(POLL_MS);
  }
}

/** Nobody uses the folder: this command does what a server does at its start. */
async function openStopped(
  options: AdminOptions,
  folder: DataFolder,
  lifecycle: Lifecycle,
): Promise<Outcome<Installation>> {
  lifecycle.started('data folder', folder.close);
  const log = await makeLog({
    format: 'json',
    level: 'warn',
    role: 'command',
    destination: pino.destination({ fd: 2, sync: true }),
  });
  const isOwn = options.databaseUrl === undefined;
  const database = await openDatabase({
    settings: commandSettings(options),
    dataFolder: folder.path,
    lifecycle,
    // That one waits is told once, when it was in vain.
    log: isOwn ? log : log.child({}, { level: 'silent' }),
    signal: AbortSignal.timeout(options.databasePatienceMs ?? DATABASE_PATIENCE_MS),
  });
  if (database.kind === 'refused') return database;
  const silence = isOwn ? null : await reasonOfSilence(database.value);
  if (silence !== null) return databaseAway(silence);
  // Stopped first: that the database goes away at the end is no news.
  lifecycle.started('log', () => {
    log.level = 'silent';
  });
  const migrated = await migrate(database.value.kysely, MIGRATIONS);
  if (migrated.kind === 'refused') return migrated;
  const { applied, schema } = migrated.value;
  if (folder.formatState.kind !== 'same' || applied.length > 0) folder.recordFormat({ ...PROGRAM_FORMAT, schema });
  return ok(installation(database.value.kysely, folder.path, folder.secrets, options));
}

/** A server uses the folder: the command joins its database. null while that does not answer. */
async function openRunning(options: AdminOptions, lifecycle: Lifecycle): Promise<Outcome<Installation> | null> {
  const address = runningAddress(options);
  // Reading them would make new ones.
  if (address === null || !existsSync(join(options.dataDir, 'secrets.json'))) return null;
  const secrets = loadSecrets(options.dataDir);
  if (secrets.kind === 'refused') return secrets;
  const connection = connectDatabase({ address, poolMax: 2 });
  const schema = await readSchema(connection);
  if (schema === null || schema < MIGRATIONS.length) {
    await connection.close();
    return null;
  }
  lifecycle.started('database connections', connection.close);
  return ok(installation(connection.kysely, options.dataDir, secrets.value, options));
}

/** Whether a server was started on a folder, or is just starting: its lock and then its secrets are what it writes first. */
export function holdsInstallation(dataDir: string): boolean {
  return existsSync(join(dataDir, 'secrets.json')) || findHolder(dataDir) !== null;
}

function nothingThere(dataDir: string): Refused {
  return refused(
    `there is no installation in ${dataDir}`,
    `Name the data folder of your server with --data-dir; to make a new installation there, start it: thatch serve --data-dir ${dataDir}`,
    EXIT_NOT_FOUND,
  );
}

function runningAddress({ dataDir, databaseUrl }: AdminOptions): DatabaseAddress | null {
  if (databaseUrl !== undefined) return { kind: 'url', url: databaseUrl };
  const file = readPidFile(join(dataDir, 'postgres'));
  if (file?.status !== 'ready') return null;
  return { kind: 'socket', folder: file.socketFolder, port: SOCKET_PORT, user: DATABASE_USER, database: DATABASE_NAME };
}

/** Number of migrations that the database has seen; null when it does not answer, or was never migrated. */
async function readSchema({ kysely }: DatabaseConnection): Promise<number | null> {
  try {
    const { rows } = await sql<{ count: number }>`select count(*) as count from thatch_migrations`.execute(kysely);
    return rows[0].count;
  } catch {
    return null;
  }
}

function installation(
  database: Kysely<Database>,
  dataFolder: string,
  generated: GeneratedSecrets,
  { encryptionSecret }: AdminOptions,
): Installation {
  const secrets = deriveTokenSecrets({
    tokenHashKey: generated.token_hash_key,
    encryptionSecret: encryptionSecret ?? generated.encryption_secret,
  });
  return { database, secrets, objects: new FilesystemObjects(join(dataFolder, 'objects')) };
}

// Without turns, a command could join the Postgres that another one started for itself and is about to stop.
async function takeTurn(dataDir: string): Promise<Outcome<HeldLock>> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const lock = await takeLock(join(dataDir, '.command.lock'));
      if (lock.kind === 'held') return ok(lock);
      if (performance.now() > giveUpAt) {
        return refused(
          `another thatch command (process number ${lock.holder.pid}) works on ${dataDir} and does not end`,
          'Wait for it, or stop it.',
          EXIT_IN_THE_WAY,
        );
      }
      await pause(POLL_MS);
    }
  } catch (error) {
    return refused(
      `the data folder ${dataDir} cannot be used (${(error as Error).message})`,
      'Run the command as the user who owns it, or name the folder of the server with --data-dir.',
    );
  }
}

/** Null when the database answers. */
async function reasonOfSilence({ pool }: DatabaseConnection): Promise<string | null> {
  return pool.query('select 1').then(
    () => null,
    (error: Error) => error.message,
  );
}

function databaseAway(reason: string): Refused {
  return refused(
    `the database of services.database_url does not answer (${reason})`,
    'Start it, or mend the address in the configuration.',
    EXIT_IN_THE_WAY,
  );
}

function notReached(taken: Refused): Refused {
  return refused(
    `${taken.refusal.sentence}, but its database did not answer within ${PATIENCE_MS / 1000} s`,
    'Look at the log of that server; when it is of another version, use the command of that version.',
    EXIT_IN_THE_WAY,
  );
}

// A command listens nowhere: opening a database reads these and nothing else of a server's settings.
function commandSettings({ dataDir, databaseUrl }: AdminOptions): ServeSettings {
  return { dataDir, databaseUrl, poolMax: 2, statementTimeoutMs: 30_000 } as ServeSettings;
}
