import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../../outcome.ts';
import { ok } from '../../outcome.ts';
import type { Accounts, Circumstances } from './account.ts';
import { actualCircumstances, chooseAccounts } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { findBinaries } from './binaries.ts';
import { DATABASE_USER, makeCluster } from './cluster.ts';
import type { Occupant } from './pid-file.ts';
import { findOccupant, readPidFile } from './pid-file.ts';
import type { Postmaster } from './postmaster.ts';
import { adoptPostmaster, startPostmaster, stopPostmaster, waitUntilGone, waitUntilReady } from './postmaster.ts';
import { makeSocketFolder, removeSocketFolder, SOCKET_PORT } from './socket-folder.ts';
import type { Watchdog } from './watchdog.ts';
import { startWatchdog } from './watchdog.ts';

/** The part of a log that the supervisor needs. */
export interface SupervisorLog {
  readonly info: (context: object, message: string) => void;
  readonly warn: (context: object, message: string) => void;
}

/** A Postgres of our own, kept running until `stop`. */
export interface EmbeddedPostgres {
  /** Folder of its socket, as `host` of a connection. */
  readonly socketFolder: string;
  readonly port: number;
  readonly user: string;
  /** How this start found it: made anew, started over an existing cluster, or running already as an orphan. */
  readonly found: 'made' | 'started' | 'adopted';
  /** Process number of the postmaster now; changes when it had to be started again. */
  readonly pid: () => number;
  /** Stops it cleanly. Settles when it is gone. */
  readonly stop: () => Promise<void>;
  /** Tells it to stop and does not wait: for a server that is cut. */
  readonly abandon: () => void;
}

const RESTART_PAUSES_MS = [100, 500, 1000, 2000, 5000, 15_000];

/** How long an orphan that is stopping may take. */
const STOPPING_MS = 60_000;

/** What the embedded Postgres needs. */
export interface EmbeddedOptions {
  /** Absolute path without links; this process holds its lock. */
  readonly dataFolder: string;
  readonly log: SupervisorLog;
  /** Settings of Postgres that win over ours. */
  readonly extraSettings?: Readonly<Record<string, string>>;
  /** How long an orphan waits for a new server; 30 s unless said. */
  readonly graceSeconds?: number;
  /** What this machine allows; found out unless said. */
  readonly circumstances?: Circumstances;
}

/**
 * Brings up the embedded Postgres of a data folder. Makes the cluster the first time; takes over a Postgres that outlived its server;
 * starts again one that ends unexpectedly.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<Outcome<EmbeddedPostgres>> {
  const binaries = findBinaries();
  if (binaries.kind === 'refused') return binaries;
  const cluster = join(options.dataFolder, 'postgres');
  const accounts = chooseAccounts(cluster, binaries.value.postgres, options.circumstances ?? actualCircumstances());
  if (accounts.kind === 'refused') return accounts;
  const made = await makeCluster(cluster, binaries.value.initdb, accounts.value.forInitdb);
  if (made.kind === 'refused') return made;

  const supervisor = new Supervisor({
    ...options,
    cluster,
    binaries: binaries.value,
    accounts: accounts.value,
  });
  const started = await supervisor.start();
  if (started.kind === 'refused') return started;
  return ok({
    socketFolder: supervisor.socketFolder,
    port: SOCKET_PORT,
    user: DATABASE_USER,
    found: made.value === 'made' ? 'made' : started.value,
    pid: () => supervisor.pid,
    stop: () => supervisor.stop(),
    abandon: () => supervisor.abandon(),
  });
}

interface Plan extends EmbeddedOptions {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly accounts: Accounts;
}

class Supervisor {
  socketFolder = '';
  private readonly plan: Plan;
  private postmaster: Postmaster | null = null;
  private watchdog: Watchdog | null = null;
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  constructor(plan: Plan) {
    this.plan = plan;
  }

  get pid(): number {
    return this.postmaster?.pid ?? 0;
  }

  async start(): Promise<Outcome<'started' | 'adopted'>> {
    const occupant = await this.settle(findOccupant(this.plan.cluster));
    if (occupant.kind === 'postmaster') {
      this.socketFolder = occupant.file.socketFolder;
      this.watch(occupant.file.pid);
      this.keep(adoptPostmaster(occupant.file.pid));
      this.plan.log.info({ postgres_pid: occupant.file.pid }, 'took over the Postgres that outlived its server');
      return ok('adopted');
    }
    const previous = occupant.kind === 'stale' ? occupant.file.socketFolder : null;
    // A restart keeps the folder: connections look for it there.
    if (this.socketFolder === '')
      this.socketFolder = makeSocketFolder(this.plan.dataFolder, this.plan.accounts.forServer, previous);
    const started = await startPostmaster({
      program: this.plan.binaries.postgres,
      account: this.plan.accounts.forServer,
      cluster: this.plan.cluster,
      socketFolder: this.socketFolder,
      extraSettings: this.plan.extraSettings ?? {},
      logFile: join(this.plan.dataFolder, 'postgres.log'),
      reusedPid: occupant.kind === 'stale' && occupant.numberInUse ? occupant.file.pid : null,
      onSpawn: (pid) => this.watch(pid),
      onSlow: (seconds) => this.plan.log.warn({ seconds }, 'Postgres is still starting (it recovers after a crash)'),
    });
    if (started.kind === 'refused') {
      this.watchdog?.release();
      return started;
    }
    this.keep(started.value);
    return ok('started');
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    if (this.postmaster !== null) await stopPostmaster(this.postmaster.pid);
    this.watchdog?.release();
    removeSocketFolder(this.socketFolder);
  }

  abandon(): void {
    this.stopping.abort();
    if (this.postmaster === null) return;
    try {
      process.kill(this.postmaster.pid, 'SIGINT');
    } catch {
      // Gone already.
    }
  }

  // An orphan may be starting, or be on its way out because its watchdog said so.
  private async settle(occupant: Occupant): Promise<Occupant> {
    if (occupant.kind !== 'postmaster') return occupant;
    const { pid } = occupant.file;
    const ready = await waitUntilReady(this.plan.cluster, pid, (seconds) =>
      this.plan.log.warn({ seconds, postgres_pid: pid }, 'waiting for the Postgres that outlived its server'),
    );
    if (ready) return { kind: 'postmaster', file: readPidFile(this.plan.cluster) ?? occupant.file };
    if (!(await waitUntilGone(pid, STOPPING_MS))) await stopPostmaster(pid);
    return findOccupant(this.plan.cluster);
  }

  // From the first moment on: a server may be killed while its Postgres recovers.
  private watch(pid: number): void {
    this.watchdog?.release();
    this.watchdog = startWatchdog(this.plan.cluster, pid, this.plan.graceSeconds);
  }

  private keep(postmaster: Postmaster): void {
    this.postmaster = postmaster;
    void postmaster.ended.then((how) => {
      if (this.stopping.signal.aborted || this.postmaster !== postmaster) return;
      this.plan.log.warn({ postgres_pid: postmaster.pid, how }, 'Postgres ended unexpectedly and is started again');
      this.restarting = this.restart();
    });
  }

  private async restart(): Promise<void> {
    for (let attempt = 0; !this.stopping.signal.aborted; attempt++) {
      const wait = RESTART_PAUSES_MS[Math.min(attempt, RESTART_PAUSES_MS.length - 1)];
      await pause(wait, undefined, { signal: this.stopping.signal }).catch(() => {});
      if (this.stopping.signal.aborted) return;
      const started = await this.start();
      if (started.kind === 'ok') return;
      this.plan.log.warn({ attempt }, `${started.refusal.sentence}. ${started.refusal.fix}`);
    }
  }
}
