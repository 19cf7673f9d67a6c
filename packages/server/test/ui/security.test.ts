import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiScope } from '../../src/auth/api-scopes.ts';
import { HEAD, makeApiWorld, makePerson, REPORTS, upload, type ApiWorld } from '../support/api-world.ts';
import { openBrowser } from '../support/browser.ts';
import { newSha, send, startTestServer, useTestServer, type TestServer } from '../support/server.ts';
import { makeRepository } from '../support/upload-world.ts';

/*
 * What strangers, and tokens that leaked, must not get from the addresses of the pages.
 */

const server = useTestServer();
let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld(server);
});

const R = '/api/ui/repos/gh/acme/lumen';
const below = (path: string) => `/repos/gh/acme/lumen${path}`;

describe('an API token reaches as far as its scopes, whatever its person may do', () => {
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    for (const scope of ['read', 'read:report', 'repo:write', 'repo:secrets', 'org:admin'] as const) {
      const name = `owner-of-${scope.replace(':', '-')}`;
      tokens.set(scope, await makePerson(server, name, { isAdmin: true, scopes: [scope] }));
    }
  });

  const ask = (scope: ApiScope, method: string, path: string, json?: unknown) =>
    send(server.url + path, { method, json, headers: { authorization: `Bearer ${tokens.get(scope)}` } });

  test.each<[ApiScope, string, string, unknown]>([
    ['read:report', 'GET', `${R}/commits`, undefined],
    ['repo:write', 'GET', R, undefined],
    ['org:admin', 'GET', '/api/ui/owners', undefined],
    ['read', 'POST', `${R}/tokens`, { name: 'mine' }],
    ['repo:write', 'POST', `${R}/tokens/1/rotate`, { grace_days: 0 }],
    ['read', 'DELETE', `${R}/tokens/1`, undefined],
    ['read', 'POST', `${R}/commits/${HEAD}/reprocess`, {}],
    ['repo:secrets', 'DELETE', `${R}/uploads/${crypto.randomUUID()}`, undefined],
  ])('%s does not open %s %s', async (scope, method, path, json) => {
    const { status, body } = await ask(scope, method, path, json);
    expect([status, body]).toEqual([403, expect.objectContaining({ code: 'not_allowed' })]);
  });

  test.each(['read', 'repo:secrets', 'org:admin'] as const)('%s takes no step of the first run', async (scope) => {
    for (const [method, path] of [
      ['POST', 'token'],
      ['POST', 'demo'],
      ['POST', 'finish'],
      ['PUT', 'address'],
    ]) {
      const json = method === 'PUT' ? { address: 'https://evil.example' } : undefined;
      const { status, body } = await ask(scope, method, `/api/ui/setup/${path}`, json);
      expect([status, body]).toEqual([403, expect.objectContaining({ code: 'session_needed' })]);
    }
    const made = await server.app.database.kysely.selectFrom('tokens').where('name', '=', 'first run').select('id');
    expect(await made.execute()).toEqual([]);
  });

  test('the upload token is shown with the scope for secrets only', async () => {
    const reaching = await makePerson(server, 'reaching', { isAdmin: true, scopes: ['read', 'repo:secrets'] });
    const shown = await send(`${server.url}${R}/connect`, { headers: { authorization: `Bearer ${reaching}` } });
    expect(shown.body).toMatchObject({ token: { kind: 'shown', text: world.uploadToken } });
    expect((await ask('read', 'GET', `${R}/connect`)).body).toMatchObject({ token: { kind: 'not_allowed' } });
  });
});

describe('what is private', () => {
  test('row 30: is answered as what is not there: the same body after the same reads', async () => {
    const { kysely } = server.app.database;
    await makeRepository(kysely, 'hidden', 'vault');
    const asked = (owner: string, repo: string) => [
      `/api/ui/repos/gh/${owner}/${repo}/overview`,
      `/api/ui/owners/gh/${owner}`,
      `/api/ui/owners/gh/${owner}/repositories`,
      `/api/ui/jump?search=${repo}&repository=gh/${owner}/${repo}`,
      `/api/ui/addresses?address=/gh/${owner.toUpperCase()}/${repo}`,
      `/api/ui/events?topics=repo:gh/${owner}/${repo}`,
      `/api/ui/events?topics=owner:gh/${owner}`,
      `/gh/${owner.toUpperCase()}/${repo}`,
    ];
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const strangers: Record<string, string>[] = [{}, { authorization: `Bearer ${world.otto}` }];
    for (const headers of strangers) {
      const told: object[][] = [];
      for (const paths of [asked('hidden', 'vault'), asked('nobody', 'thing')]) {
        const answers: object[] = [];
        for (const path of paths) {
          queries.mockClear();
          const { status, text } = await send(server.url + path, { headers: { accept: 'text/html', ...headers } });
          const reads = queries.mock.calls
            .map(([query]) => textOf(query))
            .filter((sql) => /owners|repositories|grants/.test(sql));
          expect(reads, path).not.toEqual([]);
          answers.push({ status, text: text.replace(/"request_id":"[^"]+"/, ''), reads });
        }
        told.push(answers);
      }
      expect(told[0]).toEqual(told[1]);
    }
    queries.mockRestore();
  });

  function textOf(query: unknown): string {
    return typeof query === 'string' ? query : String((query as { readonly text?: string }).text);
  }

  test('no cache between shows one person what another may see', async () => {
    const headers = { authorization: `Bearer ${world.mira}` };
    for (const path of [R, '/api/v2/gh/acme/repos/lumen/']) {
      const answered = await send(server.url + path, { headers });
      expect(answered.status).toBe(200);
      expect(answered.headers.get('cache-control')).toMatch(/^private/);
      expect(answered.headers.get('vary')).toMatch(/Authorization, Cookie/);
    }
  });
});

test('what operators see and do is not there for anybody else, and no token takes their place for a change', async () => {
  const admin = await makePerson(server, 'admin-of-owner', { ownerId: world.lumen.owner_id, role: 'admin' });
  const id = randomUUID();
  const addresses = [
    ['GET', '/admin/health'],
    ['GET', '/admin/health/database'],
    ['GET', '/admin/jobs'],
    ['POST', `/admin/jobs/${id}/retry`],
    ['DELETE', `/admin/jobs/${id}`],
  ] as const;
  const ask = (method: string, path: string, headers: Readonly<Record<string, string>>) =>
    send(`${server.url}/api/ui${path}`, { method, headers });
  for (const [method, path] of addresses) {
    expect((await ask(method, path, {})).status, `${method} ${path}`).toBe(404);
    const isRead = method === 'GET';
    for (const token of [world.otto, world.mira, admin]) {
      const { status } = await ask(method, path, { authorization: `Bearer ${token}` });
      expect(status, `${method} ${path}`).toBe(isRead ? 404 : 403);
    }
    const { status, body } = await ask(method, path, { authorization: `Bearer ${world.ada}` });
    expect(status, `${method} ${path}`).toBe(isRead ? 200 : 403);
    if (!isRead) expect(body).toMatchObject({ code: 'session_needed' });
  }
});

describe('hostile values', () => {
  const VALUES = [
    '%00',
    '%FF',
    '%ED%A0%80',
    '__proto__',
    'constructor',
    '..%2F..%2Fetc%2Fpasswd',
    '%2F%2Fevil.example',
    '%5Cevil.example',
    '-1',
    '99999999999999999999',
    "'%22%3E%3Cscript%3E",
    '%25',
    'a'.repeat(3000),
  ];

  const addressesWith = (value: string): string[] => [
    ...[`/owners/gh/${value}`, `/owners/gh/acme/repositories?search=${value}&from=${value}&ordering=${value}`],
    ...[`/jump?search=${value}&repository=gh/acme/lumen`, `/jump?search=lumen&repository=${value}`],
    ...[`/addresses?address=/gl/a/b/c/${value}/d`, `/addresses?address=/gh/acme/lumen/commit/${HEAD}/src/${value}`],
    ...[`/ref?ref=${value}`, `/ref?ref=main&path=${value}`, `/overview?ref=${value}&path=${value}`].map(below),
    ...[`/trend?branch=${value}`, `/trend?period=${value}`, `/branches?search=${value}&cursor=${value}`].map(below),
    ...[`/tree?sha=${HEAD}&path=${value}&search=${value}`, `/tree?sha=${HEAD}&flags=${value}`].map(below),
    ...[`/files?sha=${HEAD}&uploads=${value}`, `/files?sha=${HEAD}&sort=${value}&cursor=${value}`].map(below),
    ...[`/map?sha=${HEAD}&path=${value}`, `/strips?sha=${HEAD}&files=${value}`, `/path-search?search=${value}`].map(
      below,
    ),
    ...[`/commits?search=${value}`, `/commits?branch=${value}&author=${value}`, `/commits/${value}`].map(below),
    ...[`/commits/${HEAD}?upload=${value}`, `/uploads/${value}`, `/uploads/${value}/inspection`].map(below),
    ...[`/file?ref=main&path=${value}`, `/file?ref=${HEAD}&path=src/a.ts&flags=${value}`].map(below),
    ...[`/file/uploads?sha=${HEAD}&path=${value}`, `/file/line?sha=${HEAD}&path=src/a.ts&line=${value}`].map(below),
    ...[`/source/${value}`, `/tokens/${value}`].map(below),
  ];

  test.each(VALUES)('%s in an address is answered, and is no error of the server', async (value) => {
    for (const path of addressesWith(value)) {
      const { status } = await send(`${server.url}/api/ui${path}`, {
        headers: { authorization: `Bearer ${world.ada}` },
      });
      expect(status, path).toBeLessThan(500);
    }
  });

  test.each(VALUES)('%s in the address of a page leads nowhere else', async (value) => {
    for (const path of [
      `/${value}`,
      `//${value}`,
      `/${value}/${value}/${value}`,
      `/gh/acme/lumen/commit/${HEAD}/src/${value}`,
    ]) {
      const { status, headers } = await send(server.url + path, {
        headers: { accept: 'text/html', authorization: `Bearer ${world.ada}` },
      });
      expect(status, path).toBeLessThan(500);
      expect(headers.get('location') ?? '/gh/', path).toMatch(/^\/gh\//);
    }
  });

  test.each([{ name: 'a\u0000', password: 'x' }, { name: '\ud800', password: '\ud800\u0000' }, [], null, 'x'])(
    'signing in with %j is refused',
    async (json) => {
      const { status } = await openBrowser(server).post('/session', json);
      expect([400, 401, 422]).toContain(status);
    },
  );
});

describe('work that readers ask for', () => {
  test('waits its turn beside the merges of commits, and is sent away when too many wait', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { forPages } = server.app.workers;
    const running: Promise<void>[] = [];
    const refused: unknown[] = [];
    // As many as there is room for, and a few more.
    for (let count = 0; count < 100; count++)
      running.push(forPages(() => held).catch((error) => void refused.push(error)));
    try {
      const asked = `${server.url}${R}/tree?sha=${HEAD}&flags=unit`;
      const answered = await send(asked, { headers: { authorization: `Bearer ${world.mira}` } });
      expect([answered.status, answered.body]).toEqual([503, expect.objectContaining({ code: 'busy' })]);
      expect(answered.headers.get('retry-after')).toBe('5');
      await upload(server, { sha: newSha(), report: REPORTS.first });
    } finally {
      release();
    }
    await Promise.all(running);
    expect(refused.length).toBeGreaterThan(0);
    const again = `${server.url}${R}/tree?sha=${HEAD}&flags=unit`;
    expect((await send(again, { headers: { authorization: `Bearer ${world.mira}` } })).status).toBe(200);
  });
});

describe('strangers who ask too often', () => {
  let slow: TestServer;
  beforeAll(async () => {
    slow = await startTestServer({
      configure: ({ limits, setup, ...config }) => ({
        ...config,
        limits: { ...limits, apiRpm: 6 },
        setup: { ...setup, http: { ...setup.http, trustedProxyDepth: 1 } },
      }),
    });
  });
  afterAll(() => slow.stop());

  const from = async (ip: string, path: string) =>
    (await send(slow.url + path, { headers: { 'x-forwarded-for': ip } })).status;

  test('are one by all addresses of their IPv6 network', async () => {
    const ask = (ip: string) => from(ip, '/api/v2/gh/acme');
    const statuses = [await ask('2001:db8::1'), await ask('2001:db8::2'), await ask('2001:db8::ffff:3')];
    expect(statuses).toEqual([200, 200, 429]);
    expect(await ask('2001:db8:0:1::1')).toBe(200);
  });

  test('get a page without its address being looked up any more', async () => {
    const ask = (ip: string) =>
      send(`${slow.url}/gh/ACME/web`, { headers: { accept: 'text/html', 'x-forwarded-for': ip } });
    const statuses = [await ask('192.0.2.7'), await ask('192.0.2.7'), await ask('192.0.2.7')].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([302, 302, 200]);
    expect((await ask('192.0.2.8')).headers.get('location')).toBe('/gh/acme/web');
  });

  test('are turned away from streams too, before anything is looked up', async () => {
    const ask = () => from('192.0.2.1', '/api/ui/events?topics=repo:gh/acme/none');
    expect([await ask(), await ask(), await ask()]).toEqual([404, 404, 429]);
  });
});

test.each(['../../../../evil/repo', 'src/../../x', './a.ts'])(
  'the address of %s at the forge is told to nobody',
  async (path) => {
    const query = new URLSearchParams({ ref: HEAD, path });
    const { body } = await send(`${server.url}${R}/file?${query}`, {
      headers: { authorization: `Bearer ${world.mira}` },
    });
    expect(body).toMatchObject({ path, forge_url: null });
  },
);

test('a file of a flag with more uploads than are opened for it is read from one report, which is kept', async () => {
  const { kysely } = server.app.database;
  const sha = newSha();
  await upload(server, { sha, flags: ['matrix'], report: REPORTS.endToEnd });
  const {
    id: _,
    external_id: __,
    ...row
  } = await kysely
    .selectFrom('uploads')
    .innerJoin('commits', 'commits.id', 'uploads.commit_id')
    .selectAll('uploads')
    .where('commits.sha', '=', sha)
    .executeTakeFirstOrThrow();
  const copies = Array.from({ length: 600 }, () => ({
    ...row,
    external_id: randomUUID(),
    notices: JSON.stringify(row.notices),
    options: JSON.stringify(row.options),
    env: row.env === null ? null : JSON.stringify(row.env),
  }));
  for (let at = 0; at < copies.length; at += 200) {
    await kysely
      .insertInto('uploads')
      .values(copies.slice(at, at + 200))
      .execute();
  }
  const opened = vi.spyOn(server.app.objects, 'openLocal');
  const ask = async () => {
    const path = `${R}/file?ref=${sha}&path=cli.ts&flags=matrix`;
    opened.mockClear();
    const { body } = await send(server.url + path, { headers: { authorization: `Bearer ${world.mira}` } });
    expect(body).toMatchObject({ report: { filtered: { lines: 2, hits: 1 }, lines: { classes: 'hm' } } });
    return opened.mock.calls.length;
  };
  expect(await ask()).toBeGreaterThan(600);
  expect(await ask()).toBeLessThan(5);
  opened.mockRestore();
});
