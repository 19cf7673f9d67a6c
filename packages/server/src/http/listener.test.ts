import { afterEach, expect, test } from 'vitest';
import type { Phase } from '../lifecycle.ts';
import type { Listener } from './listener.ts';
import { listen } from './listener.ts';
import type { ServerStatus } from './status.ts';
import { makeStatus } from './status.ts';

let phase: Phase = 'starting';
const opened: { listener: Listener; status: ServerStatus }[] = [];

afterEach(async () => {
  phase = 'starting';
  for (const { listener, status } of opened.splice(0)) {
    status.close();
    listener.cut();
    await listener.drain(0);
  }
});

async function open(): Promise<{ listener: Listener; status: ServerStatus; address: string }> {
  const status = makeStatus(() => phase);
  const outcome = await listen({ host: '127.0.0.1', port: 0, status });
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.sentence);
  opened.push({ listener: outcome.value, status });
  return { listener: outcome.value, status, address: `http://127.0.0.1:${outcome.value.port}` };
}

async function probe(address: string): Promise<[number, unknown]> {
  const response = await fetch(address);
  return [response.status, await response.json()];
}

test('requests wait, with their bodies, until the server opens', async () => {
  const { listener, address } = await open();
  const waiting = [1, 2, 3].map((number) => fetch(`${address}/${number}`, { method: 'POST', body: `body ${number}` }));
  // Answered at once, so the others have arrived too: connections are accepted in order.
  expect((await fetch(`${address}/livez`)).status).toBe(200);
  listener.open(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.end(`${request.url} ${body}`);
  });
  const answers = await Promise.all(waiting.map(async (answer) => (await answer).text()));
  expect(answers).toEqual(['/1 body 1', '/2 body 2', '/3 body 3']);
});

test('the probes tell the phases apart', async () => {
  const { status, address } = await open();
  expect(await probe(`${address}/startupz`)).toEqual([503, { started: false }]);
  expect(await probe(`${address}/readyz`)).toEqual([503, { ready: false, failed: ['starting'] }]);
  status.watchDatabase(async () => true);
  phase = 'ready';
  expect(await probe(`${address}/startupz`)).toEqual([200, { started: true }]);
  expect(await probe(`${address}/readyz?verbose`)).toEqual([200, { ready: true, degraded: [] }]);
  phase = 'draining';
  expect(await probe(`${address}/readyz`)).toEqual([503, { ready: false, failed: ['draining'] }]);
  expect(await probe(`${address}/livez`)).toEqual([200, { alive: true }]);
});

test('readiness follows the database and names what is degraded, while liveness follows neither', async () => {
  const { status, address } = await open();
  phase = 'ready';
  status.watchDatabase(async () => false);
  status.watchDegraded('storage', () => true);
  status.watchDegraded('redis', () => false);
  expect(await probe(`${address}/readyz`)).toEqual([503, { ready: false, failed: ['database'] }]);
  expect(await probe(`${address}/livez`)).toEqual([200, { alive: true }]);
  status.watchDatabase(async () => true);
  expect(await probe(`${address}/readyz`)).toEqual([200, { ready: true, degraded: ['storage'] }]);
});

test('a port that is taken is refused with the next one as the way out', async () => {
  const { listener, status } = await open();
  const second = await listen({ host: '127.0.0.1', port: listener.port, status });
  expect(second).toMatchObject({
    kind: 'refused',
    refusal: {
      sentence: `port ${listener.port} is taken by another program`,
      fix: expect.stringContaining('--port'),
      exitStatus: 1,
    },
  });
});

test('an address of another machine is refused', async () => {
  const { status } = await open();
  expect(await listen({ host: '203.0.113.1', port: 0, status })).toMatchObject({
    kind: 'refused',
    refusal: { fix: expect.stringContaining('--host') },
  });
});
