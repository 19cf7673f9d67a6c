import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { describeError, send, type CallResult } from './http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Answers the requests in turn; the last answer repeats. */
async function serve(
  ...answers: readonly (readonly [status: number, headers?: Record<string, string>])[]
): Promise<URL> {
  let at = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [status, headers] = answers[Math.min(at++, answers.length - 1)];
      response.writeHead(status, headers).end(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/start`);
}

async function post(address: URL): Promise<{ result: CallResult; pauses: readonly number[] }> {
  const pauses: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  const result = await send({ fetch, pause }, { method: 'POST', address, headers: {}, body });
  return { result, pauses };
}

describe('a call', () => {
  test('follows 308 and 307 on the same host, with method and body', async () => {
    const address = await serve([308, { location: '/second' }], [307, { location: '/third' }], [200]);
    expect((await post(address)).result).toMatchObject({ kind: 'answer', status: 200, text: 'POST /third one two' });
  });

  test('does not take the token to another host', async () => {
    const address = await serve([308, { location: 'https://elsewhere.example/x' }]);
    expect((await post(address)).result).toEqual({
      kind: 'failed',
      reason:
        'the server sends us on to https://elsewhere.example: if that is right, use --url https://elsewhere.example',
    });
  });

  test('ends in a circle of redirects', async () => {
    expect((await post(await serve([308, { location: '/start' }]))).result).toMatchObject({ kind: 'failed' });
  });

  test('is not turned into a GET by 301 or 302', async () => {
    expect((await post(await serve([301, { location: '/x' }], [200]))).result).toMatchObject({
      kind: 'answer',
      status: 301,
    });
  });

  test('is repeated with its body after 500, 502, 503 and 504', async () => {
    const { result, pauses } = await post(await serve([500], [502], [503], [504], [200]));
    expect(result).toMatchObject({ status: 200, text: 'POST /start one two' });
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });

  test('keeps to Retry-After, at most a minute', async () => {
    const { pauses } = await post(await serve([503, { 'retry-after': '3' }], [429, { 'retry-after': '9999' }], [200]));
    expect(pauses).toEqual([3000, 60_000]);
  });

  test.each([400, 401, 403, 404, 409, 413, 422, 429, 507])('is not repeated after %d', async (status) => {
    const { result, pauses } = await post(await serve([status], [200]));
    expect(result).toMatchObject({ status });
    expect(pauses).toEqual([]);
  });

  test('tells a file that cannot be read from a broken connection', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      throw new Error('ENOENT: no such file');
    }
    const address = await serve([200]);
    const result = await send({ fetch, pause: async () => undefined }, { method: 'POST', address, headers: {}, body });
    expect(result).toEqual({ kind: 'failed', reason: 'cannot read a report: ENOENT: no such file' });
  });

  test('to a name that does not exist is not repeated', async () => {
    const { result, pauses } = await post(new URL('http://nowhere.invalid/'));
    expect(result).toMatchObject({ kind: 'failed', reason: expect.stringContaining('nowhere.invalid') });
    expect(pauses.length === 0 || (result.kind === 'failed' && result.reason.includes('EAI_AGAIN'))).toBe(true);
  });
});

test('an error is described by its causes, not by "fetch failed"', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:80'), { code: 'ECONNREFUSED' });
  const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused], '') });
  expect(describeError(error)).toBe('connect ECONNREFUSED ::1:80, connect ECONNREFUSED ::1:80');
});
