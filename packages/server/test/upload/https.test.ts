import { expect, test } from 'vitest';
import { newSha, send, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf } from '../support/web.ts';

const server = useTestServer({
  configure: (config) => ({
    ...config,
    setup: { ...config.setup, http: { ...config.setup.http, forceHttps: true, trustedProxyDepth: 1 } },
  }),
});

test('row 54: plain HTTP is sent to HTTPS by 308, which keeps method and body, with its query; nothing is done', async () => {
  const json = { commitid: newSha(), branch: 'main' };
  for (const [method, path] of [
    ['POST', '/upload/github/acme::::web/commits'],
    ['POST', '/upload/github/acme::::web/upload-coverage'],
    ['POST', `/upload/v4?commit=${newSha()}&service=x`],
    ['POST', `/upload/coverage?commit=${newSha()}`],
    ['PUT', '/storage/u/x?e=1&s=y'],
    ['PUT', '/api/v1/github/acme/web/pulls/1'],
  ]) {
    const headers = { 'x-forwarded-host': 'cov.example', 'x-forwarded-proto': 'http' };
    const sending = { method, headers, token: server.world.R, json };
    const answer = await leavingNothing(server, () => send(server.url + path, sending));
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe(`https://cov.example${path}`);
    expect(answer.text).toBe('');
  }
});

test('row 54: what came by HTTPS to the proxy is served', async () => {
  const sha = newSha();
  const answer = await send(`${server.url}/upload/github/acme::::web/commits`, {
    token: server.world.R,
    json: { commitid: sha },
    headers: { 'x-forwarded-proto': 'https' },
  });
  expect(answer).toMatchObject({ status: 201, body: { commitid: sha } });
  expect(await commitOf(server, sha)).toMatchObject({ state: 'pending' });
});
