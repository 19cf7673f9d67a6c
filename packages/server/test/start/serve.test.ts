import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstClosedFolder } from '../../src/database/embedded/account.ts';
import { readPidFile } from '../../src/database/embedded/pid-file.ts';
import { commandLineOf, isRunning, workingFolderOf } from '../../src/process-identity.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { findFreePort, startProcess, startServer, THATCH } from '../support/server-process.ts';
import { makeOpenFolder } from '../support/folders.ts';

let parent = '';
let dataFolder = '';
const servers: ServerProcess[] = [];

beforeEach(() => {
  parent = makeOpenFolder('thatch-serve-');
  dataFolder = join(parent, 'data');
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.child.kill('SIGTERM');
    await server.ended;
  }
  rmSync(parent, { recursive: true, force: true });
});

function start(...parameters: Parameters<typeof startServer>): ServerProcess {
  const server = startServer(...parameters);
  servers.push(server);
  return server;
}

/** Ends a server as Ctrl-C does. */
async function stop(server: ServerProcess): Promise<void> {
  server.child.kill('SIGINT');
  const { status, signal, output, errors } = await server.ended;
  expect([status, signal], output + errors).toEqual([0, null]);
}

async function query(folder: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ host: join(folder, 'run'), user: 'thatch', database: 'thatch' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function postgresOf(folder: string): number[] {
  const cluster = join(folder, 'postgres');
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) =>
        Number.isInteger(pid) && (workingFolderOf(pid) === cluster || (commandLineOf(pid) ?? '').includes(cluster)),
    )
    .filter((pid) => isRunning(pid) && pid !== process.pid);
}

async function text(address: string): Promise<string> {
  const response = await fetch(address);
  return `${response.status} ${await response.text()}`;
}

describe('thatch serve', () => {
  test('serves from an empty folder, ends cleanly, and serves from the same folder again', async () => {
    const first = start(dataFolder);
    const address = await first.ready;
    expect(await text(`${address}/health`)).toBe(
      `200 ${JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version} is live!`,
    );
    expect(await text(`${address}/`)).toMatch(/^200 <!doctype html>/);
    expect(await text(`${address}/readyz`)).toBe('200 {"ready":true,"degraded":[]}\n');
    await query(dataFolder, 'create table kept as select 1 as value');
    const { pid } = readPidFile(join(dataFolder, 'postgres')) ?? { pid: 0 };
    await stop(first);
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(dataFolder)).not.toContain('server.lock');

    const second = start(dataFolder);
    await second.ready;
    expect(await query(dataFolder, 'select value from kept')).toEqual([{ value: 1 }]);
  });

  test('says in its log with which link the administrator is made, until there is one', async () => {
    const first = start(dataFolder);
    const address = await first.ready;
    const link = await first.logged(/"link":"([^"]+)"/);
    expect(link).toMatch(new RegExp(`^${address}/setup#[\\w-]{32}$`));
    const made = await fetch(`${address}/api/ui/setup/administrator`, {
      method: 'POST',
      // As through a proxy: from this machine no link is asked for.
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
      body: JSON.stringify({ name: 'ada', password: 'a password of ada', secret: new URL(link).hash.slice(1) }),
    });
    expect(made.status).toBe(204);
    await stop(first);
    const second = start(dataFolder);
    await second.ready;
    await stop(second);
    expect((await second.ended).output).not.toContain('/setup#');
  });

  test('answers the health addresses of Codecov, with and without a slash at the end', async () => {
    const address = await start(dataFolder).ready;
    const paths = [
      '/health',
      '/health/',
      '/api_health',
      '/api_health/',
      '/gateway_health',
      '/frontend_health',
      '/login',
      '/livez',
      '/startupz',
    ];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(address + path)).status));
    expect(statuses).toEqual(paths.map(() => 200));
  });

  test('shows /startupz to this machine only', async () => {
    const address = await start(dataFolder).ready;
    expect((await fetch(`${address}/startupz`, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(404);
  });

  test('lets requests wait that arrive during the start, and answers them then', async () => {
    const port = await findFreePort();
    const server = start(dataFolder, ['--port', String(port)]);
    const early = await firstAnswer(`http://127.0.0.1:${port}/readyz`);
    // The first start makes a cluster: it cannot be over when the socket has just opened.
    expect(early).toBe('503 {"ready":false,"failed":["starting"]}\n');
    expect(await text(`http://127.0.0.1:${port}/livez`)).toBe('200 {"alive":true}\n');
    expect(await text(`http://127.0.0.1:${port}/health`)).toContain('200');
    await server.ready;
  });

  test('killed alone, it leaves a Postgres that the next server takes over with everything in it', async () => {
    const first = start(dataFolder);
    await first.ready;
    await query(dataFolder, 'create table kept as select 1 as value');
    const before = readPidFile(join(dataFolder, 'postgres'))?.pid;
    first.child.kill('SIGKILL');
    await first.ended;

    await start(dataFolder).ready;
    expect(readPidFile(join(dataFolder, 'postgres'))?.pid).toBe(before);
    expect(await query(dataFolder, 'select value from kept')).toEqual([{ value: 1 }]);
  });

  test.runIf(process.platform === 'linux')(
    'killed with Postgres and all its processes, it loses nothing that was committed',
    async () => {
      const first = start(dataFolder);
      await first.ready;
      await query(dataFolder, 'create table kept as select 1 as value');
      first.child.kill('SIGKILL');
      for (const pid of postgresOf(dataFolder)) process.kill(pid, 'SIGKILL');
      await first.ended;

      await start(dataFolder).ready;
      expect(await query(dataFolder, 'select value from kept')).toEqual([{ value: 1 }]);
    },
  );

  test('a second server on the same folder is refused with the number of the first, which goes on', async () => {
    const first = start(dataFolder);
    const address = await first.ready;
    const second = await start(dataFolder).ended;
    expect(second.status).toBe(1);
    expect(second.errors).toContain(`process number ${first.child.pid}`);
    expect(second.errors).toContain('--data-dir');
    expect(await text(`${address}/health`)).toContain('200');
  });

  test('two servers in two folders do not disturb each other', async () => {
    const other = join(parent, 'other');
    const [first, second] = [start(dataFolder), start(other)];
    const addresses = await Promise.all([first.ready, second.ready]);
    await query(dataFolder, 'create table only_here as select 1');
    expect(await query(other, "select to_regclass('only_here') as found")).toEqual([{ found: null }]);
    await stop(first);
    expect(await text(`${addresses[1]}/health`)).toContain('200');
  });

  test('takes its settings from the file, the environment and --set, in this order, and says what it does not use', async () => {
    const config = join(parent, 'codecov.yml');
    const [filePort, variablePort, setPort] = await Promise.all([findFreePort(), findFreePort(), findFreePort()]);
    writeFileSync(
      config,
      `setup: {telemetry: {enabled: yes}}\nthatch: {listen: {host: 127.0.0.1, port: ${filePort}}}\n`,
    );
    const environment = { ...process.env, THATCH__LISTEN__PORT: String(variablePort), THATCH_DATA_DIR: dataFolder };
    const first = startProcess([THATCH, 'serve', '--config', config, '--log-format', 'json'], { env: environment });
    servers.push(first);
    expect(await first.ready).toBe(`http://127.0.0.1:${variablePort}`);
    await stop(first);
    expect((await first.ended).output).toContain('CFG-W03 setup.telemetry');

    const second = startProcess(
      [THATCH, 'serve', '--config', config, '--log-format', 'json', '--set', `thatch.listen.port=${setPort}`],
      { env: environment },
    );
    servers.push(second);
    expect(await second.ready).toBe(`http://127.0.0.1:${setPort}`);
  });

  test('a configuration that is wrong is refused with all its problems and status 78, before anything is opened', async () => {
    const wrong = ['--set', 'thatch.listen.port=many', '--set', 'services.database_url=mysql://app:hunter22@db/x'];
    const refused = await startServer(dataFolder, wrong).ended;
    expect(refused.status).toBe(78);
    expect(refused.errors.split('\n').map((line) => JSON.parse(line || '{}').key)).toEqual(
      expect.arrayContaining(['thatch.listen.port', 'services.database_url']),
    );
    expect(refused.errors).not.toContain('hunter22');
    expect(existsSync(dataFolder)).toBe(false);
  });

  test('a taken port is refused with its number and a way out, and the folder is not even made', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, resolve));
    const { port } = blocker.address() as AddressInfo;
    const refused = await start(dataFolder, ['--port', String(port)]).ended;
    blocker.close();
    expect(refused.status).toBe(1);
    expect(refused.errors).toContain(`port ${port} is taken`);
    expect(refused.errors).toContain('--port');
    expect(existsSync(dataFolder)).toBe(false);
  });

  test('a port taken by the server of the same folder is refused with the number of that server', async () => {
    const first = start(dataFolder);
    const { port } = new URL(await first.ready);
    const second = await start(dataFolder, ['--port', port]).ended;
    expect(second.status).toBe(1);
    expect(second.errors).toContain(`port ${port} is taken`);
    expect(second.errors).toContain(`kill ${first.child.pid}`);
  });

  test('a folder of a newer Thatch is refused and stays as it was', async () => {
    mkdirSync(dataFolder);
    const format = '{"program":"99.0.0","schema":1,"postgres":18}';
    writeFileSync(join(dataFolder, 'format.json'), format);
    const before = statSync(dataFolder).mtimeMs;
    const refused = await start(dataFolder).ended;
    expect(refused.status).toBe(78);
    expect(refused.errors).toContain('99.0.0');
    expect(readdirSync(dataFolder)).toEqual(['format.json']);
    expect(readFileSync(join(dataFolder, 'format.json'), 'utf8')).toBe(format);
    expect(statSync(dataFolder).mtimeMs).toBe(before);
  });

  test('a folder of an older Thatch is migrated with one line of log', async () => {
    const first = start(dataFolder);
    await first.ready;
    await stop(first);
    writeFileSync(join(dataFolder, 'format.json'), '{"program":"0.0.1","schema":1,"postgres":18}');
    const second = start(dataFolder);
    await second.ready;
    await stop(second);
    const { output } = await second.ended;
    expect(output.split('\n').filter((line) => line.includes('migrated the data folder from 0.0.1'))).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(dataFolder, 'format.json'), 'utf8')).program).not.toBe('0.0.1');
  });

  test('the start after a first one that was cut tells of no migration', async () => {
    mkdirSync(dataFolder, { mode: 0o700 });
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    writeFileSync(join(dataFolder, 'format.json'), JSON.stringify({ program: version, schema: 0, postgres: 18 }));
    const server = start(dataFolder);
    await server.ready;
    await stop(server);
    expect((await server.ended).output).not.toContain('migrated');
    expect(JSON.parse(readFileSync(join(dataFolder, 'format.json'), 'utf8')).schema).toBeGreaterThan(0);
  });

  test('told to stop in the middle of the start, it ends cleanly and the next start is whole', async () => {
    const port = await findFreePort();
    const first = start(dataFolder, ['--port', String(port)]);
    await firstAnswer(`http://127.0.0.1:${port}/livez`);
    await stop(first);
    expect(postgresOf(dataFolder)).toEqual([]);
    expect(await text(`${await start(dataFolder).ready}/health`)).toContain('200');
  });

  test('killed in the middle of the first start, the next start is whole', async () => {
    const port = await findFreePort();
    const first = start(dataFolder, ['--port', String(port)]);
    await firstAnswer(`http://127.0.0.1:${port}/livez`);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await text(`${await start(dataFolder).ready}/health`)).toContain('200');
  });

  const cloneIsOpen = firstClosedFolder(THATCH, 65534, 65534) === null;
  test.skipIf(process.geteuid?.() !== 0 || !cloneIsOpen)('runs as an ordinary user', async () => {
    chownSync(parent, 65534, 65534);
    const server = start(dataFolder, [], { uid: 65534, gid: 65534, env: { PATH: process.env['PATH'], HOME: parent } });
    expect(await text(`${await server.ready}/health`)).toContain('200');
    expect(statSync(join(dataFolder, 'postgres')).uid).toBe(65534);
    await stop(server);
  });

  test('writes nothing outside of its folder for a data folder whose path is too long for a socket', async () => {
    const deep = join(parent, 'd'.repeat(120), 'data');
    const server = start(deep);
    expect(await text(`${await server.ready}/health`)).toContain('200');
    const socketFolder = readPidFile(join(deep, 'postgres'))?.socketFolder ?? '';
    expect(socketFolder.length).toBeLessThan(107 - '.s.PGSQL.5432'.length);
    await stop(server);
    expect(existsSync(socketFolder)).toBe(false);
  });
});

/** Asks until the socket is open. */
async function firstAnswer(address: string): Promise<string> {
  for (;;) {
    try {
      return await text(address);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
