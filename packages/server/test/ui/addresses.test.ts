import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOUND, MOVED } from '../../../web/test/old-addresses.ts';
import { findOrCreateRepository } from '../../src/database/queries/repositories.ts';
import { HEAD, makeApiWorld, type ApiWorld } from '../support/api-world.ts';
import { send, startTestServer, type TestServer } from '../support/server.ts';

/* Web-ui §1.1 to §1.3 as a program or a browser meets them at the server. */

let server: TestServer;
let world: ApiWorld;
beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
});
afterAll(() => server.stop());

interface Asking {
  readonly token?: string;
  readonly accept?: string;
  readonly method?: string;
}

async function ask(address: string, { token, accept = '*/*', method = 'GET' }: Asking = {}) {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { status, headers, text } = await send(server.url + address, { method, headers: { accept, ...authorization } });
  return { status, to: headers.get('location'), text };
}

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';

describe('row 28: old forms of addresses, by curl', () => {
  test.each(MOVED)('%s has moved to %s', async (old, now) => {
    expect(await ask(old)).toMatchObject({ status: 308, to: now });
  });

  test.each(FOUND)('%s leads to %s', async (old, now) => {
    expect(await ask(old)).toMatchObject({ status: 302, to: now });
  });

  test('HEAD is answered as GET, other methods and types are not', async () => {
    expect(await ask('/github/acme/lumen', { method: 'HEAD' })).toMatchObject({ status: 308, to: '/gh/acme/lumen' });
    expect(await ask('/github/acme/lumen', { method: 'POST' })).toMatchObject({ status: 404, to: null });
    expect(await ask('/github/acme/lumen', { accept: 'application/json' })).toMatchObject({ status: 404, to: null });
  });
});

describe('row 28: what data tells', () => {
  const commit = `/gh/acme/lumen/commit/${HEAD}`;

  test.each([
    [`${commit}/src/src/core/merge.ts`, `${commit}/blob/src/core/merge.ts`],
    [`${commit}/src/core/merge.ts`, `${commit}/blob/src/core/merge.ts`],
    [`${commit}/src/core`, `${commit}/tree/src/core`],
    [`${commit}/src`, `${commit}/tree/src`],
    [`/github/acme/lumen/commit/${HEAD}/src/src/a.ts?flags=unit`, `${commit}/blob/src/a.ts?flags=unit`],
    [`${commit}/nowhere/a.ts`, commit],
    ['/gh/acme/lumen/commit/0123456/src/a.ts', '/gh/acme/lumen/commit/0123456'],
    ['/gh/ACME/Lumen/commits', '/gh/acme/lumen/commits'],
    ['/gh/Acme/lumen/tree/feature%2Fx/src?flags=e2e', '/gh/acme/lumen/tree/feature%2Fx/src?flags=e2e'],
  ])('%s leads who may read it to %s, and nobody else', async (old, now) => {
    expect(await ask(old, { token: world.mira })).toMatchObject({ status: 302, to: now });
    for (const token of [world.otto, undefined]) {
      expect((await ask(old, { token, accept: HTML })).status).not.toBe(302);
    }
  });

  test('a repository in groups is found where it is written with slashes', async () => {
    const { kysely } = server.app.database;
    const name = { service: 'gitlab', owner: 'group:sub', name: 'deep' } as const;
    await findOrCreateRepository(kysely, name, { isPrivate: true });
    expect(await ask('/gitlab/group/sub/deep/commits/main?search=a', { token: world.ada })).toMatchObject({
      status: 302,
      to: '/gl/group:sub/deep/commits/main?search=a',
    });
    expect(await ask('/gl/Group/Sub/Deep', { token: world.ada })).toMatchObject({
      status: 302,
      to: '/gl/group:sub/deep',
    });
    expect(await ask('/gl/group/sub/deep', { token: world.otto, accept: HTML })).toMatchObject({ status: 200 });
    expect(await ask('/gl/group/sub/other', { token: world.ada, accept: HTML })).toMatchObject({ status: 200 });
  });

  test('the interface is told the same', async () => {
    const address = encodeURIComponent(`${commit}/src/core?flags=unit`);
    const asked = (token?: string) =>
      send(`${server.url}/api/ui/addresses?address=${address}`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    expect((await asked(world.mira)).body).toEqual({ to: `${commit}/tree/src/core?flags=unit` });
    expect((await asked(world.otto)).body).toEqual({ to: null });
    expect((await asked()).body).toEqual({ to: null });
    expect((await send(`${server.url}/api/ui/addresses?address=gh`)).status).toBe(400);
  });
});

describe('addresses that are no pages', () => {
  test.each([
    '/api/nothing',
    '/graphql/gh',
    '/upload/nothing',
    '/webhooks/github',
    '/validate/yaml',
    '/storage/nothing',
    '/schema/x',
    '/mcp',
    '/internal/x',
    '/assets/nothing.js',
    '/metrics/x',
    '/gh/acme/lumen/graphs/nothing.svg',
    '/gh/acme/lumen/branch/main/graph/badge.svg',
    '/github/acme/lumen/branch/main/graphs/sunburst.svg',
    '/gh/acme/lumen/commit/abc1234/graph/x.svg',
    '/gh/acme/lumen/badge.svg',
    '/gh/acme/lumen/coverage.svg',
  ])('%s is never answered with the document', async (address) => {
    const { status, text } = await ask(address, { accept: HTML });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain('id="root"');
  });

  test('what is unknown is 404 in JSON for programs', async () => {
    const { status, text } = await ask('/gh/acme/lumen/commits');
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'address_unknown' });
  });
});

test('row 30: a private repository, as a document and as an answer, is the same as an unknown one', async () => {
  for (const token of [undefined, world.otto]) {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const [secret, unknown] = await Promise.all(
      ['/gh/acme/lumen', '/gh/acme/unknown'].map((address) => ask(address, { token, accept: HTML })),
    );
    expect(secret).toEqual(unknown);
    const [secretApi, unknownApi] = await Promise.all(
      ['lumen', 'unknown'].map((name) => send(`${server.url}/api/ui/repos/gh/acme/${name}/commits`, { headers })),
    );
    expect(secretApi.status).toBe(404);
    expect(unknownApi.status).toBe(404);
    const withoutId = (body: unknown) => ({ ...(body as object), request_id: '' });
    expect(withoutId(secretApi.body)).toEqual(withoutId(unknownApi.body));
  }
});

describe('below a path', () => {
  let below: TestServer;
  beforeAll(async () => {
    below = await startTestServer({
      configure: (config) => ({ ...config, setup: { ...config.setup, codecovUrl: 'https://host.example/thatch' } }),
    });
  });
  afterAll(() => below.stop());

  test.each(['', '/thatch'])('a request that begins with %j is answered, whatever the proxy does', async (prefix) => {
    const api = await send(`${below.url}${prefix}/api/ui/session`);
    expect(api.status).toBe(200);
    const document = await send(`${below.url}${prefix}/api/openapi.json`);
    expect(document.status).toBe(200);
    const moved = await send(`${below.url}${prefix}/github/acme/web`);
    expect(moved.status).toBe(308);
    expect(moved.headers.get('location')).toBe('/thatch/gh/acme/web');
  });
});
