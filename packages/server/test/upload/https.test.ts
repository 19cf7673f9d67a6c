import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    configure: (config) => ({
      ...config,
      setup: { ...config.setup, http: { ...config.setup.http, forceHttps: true, trustedProxyDepth: 1 } },
    }),
  });
});
afterAll(() => server.stop());

test('row 54: plain HTTP is sent to HTTPS by 308, which keeps method and body, with its query', async () => {
  for (const [method, path] of [
    ['POST', '/upload/github/acme::::web/commits'],
    ['PUT', '/storage/u/x?e=1&s=y'],
    ['PUT', '/api/v1/github/acme/web/pulls/1'],
  ]) {
    const answer = await send(server.url + path, {
      method,
      headers: { 'x-forwarded-host': 'cov.example', 'x-forwarded-proto': 'http' },
      body: 'x',
    });
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe(`https://cov.example${path}`);
  }
});

test('row 54: what came by HTTPS to the proxy is served', async () => {
  const answer = await send(`${server.url}/upload/github/acme::::web/commits`, {
    token: server.world.R,
    json: { commitid: newSha() },
    headers: { 'x-forwarded-proto': 'https' },
  });
  expect(answer.status).toBe(201);
});
