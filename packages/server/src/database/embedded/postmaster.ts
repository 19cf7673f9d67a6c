import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../../outcome.ts';
import { ok, refused } from '../../outcome.ts';
import { isRunning } from '../../process-identity.ts';
import type { Account } from './account.ts';
import { commandUnder } from './account.ts';
import { cannotExecute } from './binaries.ts';
import { readPidFile } from './pid-file.ts';
import { SOCKET_PORT } from './socket-folder.ts';

/** A running Postgres. */
export interface Postmaster {
  readonly pid: number;
  /** Settles when it ended, with how it ended. */
  readonly ended: Promise<string>;
}

/** What a start of Postgres needs. */
export interface PostmasterOptions {
  readonly program: string;
  readonly account: Account;
  /** Absolute path without links. */
  readonly cluster: string;
  readonly socketFolder: string;
  /** Settings that win over ours. */
  readonly extraSettings: Readonly<Record<string, string>>;
  /** Postgres writes its own log here. */
  readonly logFile: string;
  /** The number in a left `postmaster.pid`, when another program has it now. */
  readonly reusedPid: number | null;
  /** Told when the process is there, long before it takes connections. */
  readonly onSpawn: (pid: number) => void;
  /** Told while a start takes long (recovery after a crash). */
  readonly onSlow: (seconds: number) => void;
}

/** A small house: tens of connections, one folder, nothing lost at a power cut. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(SOCKET_PORT),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '64MB',
  huge_pages: 'off',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  // A process less than `worker`, which is for machines with many disks.
  io_method: 'sync',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '10min',
  jit: 'off',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  autovacuum_max_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements that fail are reported by the program, with their context; here they would carry values into a file.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  lc_messages: 'C',
};

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const POLL_MS = 10;
const ADOPTED_POLL_MS = 500;
const SLOW_SECONDS = 10;

/** How long backends of a killed postmaster may take to leave before a start over them is given up. */
const REST_OF_PREDECESSOR_MS = 20_000;

/** How long a fast shutdown may take (it waits for a checkpoint) before Postgres is told to stop at once, and then is killed. */
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 5_000;

/**
 * Starts Postgres and waits until it takes connections; recovery after a crash may take as long as it needs. While processes of a
 * killed predecessor still hold its memory Postgres refuses to start: that is tried again for 20 s.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Outcome<Postmaster>> {
  const giveUpAt = performance.now() + REST_OF_PREDECESSOR_MS;
  for (;;) {
    const attempt = await startOnce(options);
    if (attempt.kind !== 'predecessor-lives') return attempt;
    if (performance.now() > giveUpAt) {
      return refused(
        `processes of an earlier Postgres still use ${options.cluster}: ${attempt.reason}`,
        'End them ("ps ax | grep postgres"), then start again.',
        1,
      );
    }
    await pause(200);
  }
}

/** Takes over a Postgres that runs already, started by an earlier server. */
export function adoptPostmaster(pid: number): Postmaster {
  const ended = (async () => {
    // Not a child of this process: nothing tells of its end.
    while (isRunning(pid)) await pause(ADOPTED_POLL_MS, undefined, { ref: false });
    return 'ended';
  })();
  return { pid, ended };
}

/** Waits until a Postgres that is starting or recovering takes connections: false when it stops instead. */
export async function waitUntilReady(
  cluster: string,
  pid: number,
  onSlow: (seconds: number) => void,
): Promise<boolean> {
  const startedAt = performance.now();
  let told = 0;
  while (isRunning(pid)) {
    const file = readPidFile(cluster);
    if (file?.pid === pid && file.status === 'ready') return true;
    if (file?.pid === pid && file.status === 'stopping') return false;
    const seconds = Math.floor((performance.now() - startedAt) / 1000);
    if (seconds >= told + SLOW_SECONDS) {
      told = seconds;
      onSlow(seconds);
    }
    await pause(POLL_MS);
  }
  return false;
}

/** Stops Postgres cleanly, and harder when it does not. Settles when the process is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ] as const;
  for (const [signal, patience] of steps) {
    if (!send(pid, signal)) return;
    if (await waitUntilGone(pid, patience)) return;
  }
}

/** Whether a process was gone within the time. */
export async function waitUntilGone(pid: number, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (isRunning(pid)) {
    if (performance.now() > until) return false;
    await pause(POLL_MS);
  }
  return true;
}

type Attempt = Outcome<Postmaster> | { readonly kind: 'predecessor-lives'; readonly reason: string };

async function startOnce(options: PostmasterOptions): Promise<Attempt> {
  const log = openLog(options.logFile);
  try {
    const child = spawnPostgres(options, log.file);
    if (child.pid !== undefined) options.onSpawn(child.pid);
    const ended = endOf(child);
    const failed = await Promise.race([
      ended.then((how) => ({ how })),
      waitForChild(child, options).then((ready) => (ready ? null : ended.then((how) => ({ how })))),
    ]);
    if (failed === null) {
      child.unref();
      return ok({ pid: child.pid as number, ended });
    }
    return explain(options, failed.how, readFileSync(options.logFile, 'utf8').slice(log.length));
  } finally {
    closeSync(log.file);
  }
}

async function waitForChild(child: ChildProcess, options: PostmasterOptions): Promise<boolean> {
  return child.pid !== undefined && (await waitUntilReady(options.cluster, child.pid, options.onSlow));
}

function spawnPostgres(options: PostmasterOptions, logFile: number): ChildProcess {
  const settings = { ...SETTINGS, ...options.extraSettings, unix_socket_directories: options.socketFolder };
  const {
    command,
    commandArguments,
    options: spawnOptions,
  } = commandUnder(options.account, options.program, [
    '-D',
    options.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  return spawn(command, commandArguments, {
    ...spawnOptions,
    cwd: '/',
    // A session of its own: Ctrl-C in the terminal reaches the server, which drains first.
    detached: true,
    env: {
      PATH: process.env['PATH'],
      LC_ALL: 'C',
      TZ: 'UTC',
      // Postgres takes a left lock file as its own when it names this number.
      ...(options.reusedPid === null ? {} : { PG_GRANDPARENT_PID: String(options.reusedPid) }),
    },
    stdio: ['ignore', logFile, logFile],
  });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) => resolve(signal === null ? `status ${status}` : `signal ${signal}`));
  });
}

function explain(options: PostmasterOptions, how: string, log: string): Attempt {
  if (/ENOENT|EACCES|status 12[67]$/.test(how)) return cannotExecute(options.program, how);
  if (/pre-existing shared memory block|lock file .* already exists/.test(log)) {
    return { kind: 'predecessor-lives', reason: firstFatal(log) };
  }
  return refused(
    `Postgres ended while starting (${how}): ${firstFatal(log)}`,
    `Its log is ${options.logFile}. Check rights and free space of the data folder, then start again.`,
  );
}

function firstFatal(log: string): string {
  const lines = log.trim().split('\n');
  const fatal = lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  return fatal.replace(/^.*?(FATAL|PANIC):\s*/, '');
}

function openLog(path: string): { file: number; length: number } {
  const file = openSync(path, 'a', 0o600);
  if (fstatSync(file).size > LOG_LIMIT_BYTES) ftruncateSync(file, 0);
  return { file, length: fstatSync(file).size };
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
