import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPidFile } from '../../src/database/embedded/pid-file.ts';
import { isRunning } from '../../src/process-identity.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startProcess } from '../support/server-process.ts';

const SLOW_SERVER = join(import.meta.dirname, '../support/slow-server.ts');
const LONG_MS = 600_000;

let dataFolder = '';
let server: ServerProcess;

beforeEach(() => {
  dataFolder = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-drain-')));
});

afterEach(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
  const orphan = readPidFile(join(dataFolder, 'postgres'))?.pid;
  if (orphan !== undefined && isRunning(orphan)) {
    process.kill(orphan, 'SIGINT');
    await untilEnded(orphan);
  }
  rmSync(dataFolder, { recursive: true, force: true });
});

async function start(shutdownTimeoutMs: number): Promise<string> {
  server = startProcess([SLOW_SERVER, dataFolder, String(shutdownTimeoutMs)]);
  return server.ready;
}

/** Sends half of a body and waits until the server asked for it. */
async function sendHalf(address: string): Promise<ClientRequest> {
  const sending = request(`${address}/echo`, {
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': 8 },
  });
  sending.on('error', () => {});
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write('half');
  return sending;
}

async function read(
  sending: ClientRequest,
): Promise<{ status: number | undefined; body: string; response: IncomingMessage }> {
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body, response };
}

async function untilEnded(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function untilClosed(address: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${address}/livez`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    } catch {
      return;
    }
  }
}

describe('stopping', () => {
  test('Ctrl-C, sent twice at once by terminal and npm, lets the running request finish and ends with 0', async () => {
    const address = await start(LONG_MS);
    const sending = await sendHalf(address);
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    await untilClosed(address);
    sending.end('body');
    const { status, body, response } = await read(sending);
    expect([status, body]).toEqual([200, '{"length":8}']);
    expect(response.headers.connection).toBe('close');
    const { pid } = readPidFile(join(dataFolder, 'postgres')) ?? { pid: 0 };
    expect(await server.ended).toMatchObject({ status: 0 });
    expect(pid === 0 || !isRunning(pid)).toBe(true);
  });

  test('another signal cuts the running request and ends with 143; Postgres is told to stop', async () => {
    const address = await start(LONG_MS);
    const { pid } = readPidFile(join(dataFolder, 'postgres')) ?? { pid: 0 };
    const sending = await sendHalf(address);
    server.child.kill('SIGINT');
    await untilClosed(address);
    const cut = new Promise((resolve) => sending.once('close', resolve));
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 143 });
    await cut;
    await untilEnded(pid);
  });

  test('a request that does not finish in time is cut, everything else stops cleanly, and the status says so', async () => {
    const address = await start(50);
    const { pid } = readPidFile(join(dataFolder, 'postgres')) ?? { pid: 0 };
    const sending = await sendHalf(address);
    const cut = new Promise((resolve) => sending.once('close', resolve));
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 143, output: expect.stringContaining('"msg":"stopped"') });
    await cut;
    expect(isRunning(pid)).toBe(false);
  });

  test('a request that is refused by its headers never sends its body, and its connection is not used again', async () => {
    const address = await start(LONG_MS);
    const sending = request(`${address}/refuse`, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 8 },
    });
    let continued = false;
    sending.on('continue', () => (continued = true));
    sending.flushHeaders();
    const { status, response } = await read(sending);
    expect([status, continued, response.headers.connection]).toEqual([401, false, 'close']);
    sending.destroy();
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 0 });
  });
});
