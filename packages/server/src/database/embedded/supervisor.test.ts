import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLineOf, isRunning } from '../../process-identity.ts';
import type { Circumstances } from './account.ts';
import { firstClosedFolder } from './account.ts';
import { findBinaries } from './binaries.ts';
import { readPidFile } from './pid-file.ts';
import type { EmbeddedPostgres } from './supervisor.ts';
import { startEmbeddedPostgres } from './supervisor.ts';

const MAKER = join(import.meta.dirname, '../../../test/support/orphan-maker.ts');
const LONG = 600;
const ON_LINUX = process.platform === 'linux';

let parent = '';
let dataFolder = '';
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-pg-')));
  chmodSync(parent, 0o755);
  dataFolder = join(parent, 'data');
  mkdirSync(dataFolder, { mode: 0o700 });
});

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  rmSync(parent, { recursive: true, force: true });
});

interface Started {
  readonly postgres: EmbeddedPostgres;
  readonly warnings: string[];
}

async function start(folder = dataFolder, circumstances?: Circumstances): Promise<Started> {
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (_context: object, message: string) => void warnings.push(message) };
  const outcome = await startEmbeddedPostgres({ dataFolder: folder, log, circumstances });
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.sentence);
  running.push(outcome.value);
  return { postgres: outcome.value, warnings };
}

async function query(postgres: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  const client = new pg.Client({
    host: postgres.socketFolder,
    port: postgres.port,
    user: postgres.user,
    database: 'postgres',
  });
  // The server may go away while the test says so.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Lets a server die with Postgres still running. */
async function makeOrphan(graceSeconds: number): Promise<number> {
  const maker = spawn(process.execPath, [MAKER, dataFolder, String(graceSeconds)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(maker.stdout.setEncoding('utf8'), 'data')) as [string];
  maker.stdin.end();
  await once(maker, 'exit');
  return Number(line);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function watchdogs(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isRunning(pid) && leadsItsGroup(pid))
    .filter((pid) => {
      const line = commandLineOf(pid) ?? '';
      return line.includes('thatch-watchdog') && line.includes(dataFolder);
    });
}

// A program that a watchdog runs has the watchdog's own command line from its fork to its exec.
function leadsItsGroup(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === pid;
  } catch {
    return false;
  }
}

describe('the embedded Postgres', () => {
  test('is made once, keeps what was written, and stops cleanly', async () => {
    const first = await start();
    expect(first.postgres.found).toBe('made');
    await query(first.postgres, 'create table kept as select 1 as value');
    await first.postgres.stop();
    expect(isRunning(first.postgres.pid())).toBe(false);
    expect(readPidFile(join(dataFolder, 'postgres'))).toBe(null);

    const second = await start();
    expect(second.postgres.found).toBe('started');
    expect(await query(second.postgres, 'select value from kept')).toEqual([{ value: 1 }]);
  });

  test('listens on its socket only, for its own user only, and syncs every commit to disk', async () => {
    const { postgres } = await start();
    expect(statSync(postgres.socketFolder).mode & 0o777).toBe(0o700);
    expect(
      await query(
        postgres,
        `select name, setting from pg_settings where name in ('listen_addresses', 'fsync', 'synchronous_commit', 'full_page_writes', 'jit') order by name`,
      ),
    ).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'jit', setting: 'off' },
      { name: 'listen_addresses', setting: '' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  test('a making that was cut is made again from the start', async () => {
    mkdirSync(join(dataFolder, 'postgres.init-abc123', 'base'), { recursive: true });
    expect((await start()).postgres.found).toBe('made');
    expect(readdirSync(dataFolder).filter((name) => name.includes('init'))).toEqual([]);
  });

  test('that outlived its server is taken over, with its data', async () => {
    const orphan = await makeOrphan(LONG);
    const { postgres } = await start();
    expect(postgres.found).toBe('adopted');
    expect(postgres.pid()).toBe(orphan);
    expect(await query(postgres, 'select 1 as value')).toEqual([{ value: 1 }]);
    await postgres.stop();
    expect(isRunning(orphan)).toBe(false);
  });

  test('that nobody takes over stops by itself', async () => {
    const orphan = await makeOrphan(0);
    await until(() => !isRunning(orphan));
    expect(readFileSync(join(dataFolder, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  test.runIf(ON_LINUX)('that was taken over is left alone by the watchdog of its first server', async () => {
    await makeOrphan(LONG);
    const before = watchdogs();
    expect(before).toHaveLength(1);
    const { postgres } = await start();
    await until(() => !isRunning(before[0]));
    expect(await query(postgres, 'select 1 as value')).toEqual([{ value: 1 }]);
  });

  test.runIf(ON_LINUX)('has a watchdog again after the watchdog was killed', async () => {
    await start();
    const [first] = watchdogs();
    process.kill(first, 'SIGKILL');
    await until(() => watchdogs().some((pid) => pid !== first));
    expect(watchdogs()).not.toContain(first);
  });

  test('is started again when it is killed, at the same socket', async () => {
    const { postgres, warnings } = await start();
    await query(postgres, 'create table kept as select 1 as value');
    const killed = postgres.pid();
    process.kill(killed, 'SIGKILL');
    await until(() => postgres.pid() !== killed);
    expect(await query(postgres, 'select value from kept')).toEqual([{ value: 1 }]);
    expect(warnings).toContain('Postgres ended unexpectedly and is started again');
  });

  test('starts over a pid file whose number another program has now', async () => {
    const first = await start();
    const pidFile = join(dataFolder, 'postgres', 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await first.postgres.stop();
    writeFileSync(pidFile, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
    expect((await start()).postgres.found).toBe('started');
  });

  test('works in a folder whose path is too long for a socket', async () => {
    const deep = join(parent, 'a'.repeat(100), 'data');
    mkdirSync(deep, { recursive: true });
    const { postgres } = await start(deep);
    expect(Buffer.byteLength(join(postgres.socketFolder, '.s.PGSQL.5432'))).toBeLessThanOrEqual(107);
    expect(await query(postgres, 'select 1 as value')).toEqual([{ value: 1 }]);
    const folder = postgres.socketFolder;
    await postgres.stop();
    expect(existsSync(folder)).toBe(false);
  });

  test('that cannot start says why in its own words', async () => {
    const first = await start();
    await first.postgres.stop();
    rmSync(join(dataFolder, 'postgres', 'global'), { recursive: true });
    await expect(start()).rejects.toThrow(/Postgres ended while starting.*global/);
  });

  const programs = findBinaries();
  const reachable = programs.kind === 'ok' && firstClosedFolder(programs.value.postgres, 65534, 65534) === null;
  const asRoot = process.geteuid?.() === 0;

  // Refused in most containers: there no cluster can be root's.
  const hasNamespaces = spawnSync('unshare', ['--user', '--map-user=65534', '--', 'true']).status === 0;

  test.skipIf(!asRoot || !reachable || !hasNamespaces)(
    'of root without namespaces runs as nobody, also over a cluster that root made',
    async () => {
      const inContainer: Circumstances = { uid: 0, hasName: true, canUnshare: () => false };
      const first = await start(dataFolder, { uid: 0, hasName: true, canUnshare: () => true });
      await query(first.postgres, 'create table kept as select 1 as value');
      await first.postgres.stop();
      const second = await start(dataFolder, inContainer);
      expect(await query(second.postgres, 'select value from kept')).toEqual([{ value: 1 }]);
      expect(statSync(join(dataFolder, 'postgres')).uid).not.toBe(0);
      await second.postgres.stop();
      // Back on a host: the cluster stays with its owner.
      const third = await start(dataFolder, { uid: 0, hasName: true, canUnshare: () => true });
      expect(await query(third.postgres, 'select value from kept')).toEqual([{ value: 1 }]);
    },
  );

  test.skipIf(!asRoot || !reachable)('is made as nobody where root has no namespaces', async () => {
    const { postgres } = await start(dataFolder, { uid: 0, hasName: true, canUnshare: () => false });
    expect(postgres.found).toBe('made');
    expect(statSync(join(dataFolder, 'postgres')).uid).not.toBe(0);
    expect(await query(postgres, 'select 1 as value')).toEqual([{ value: 1 }]);
  });
});
