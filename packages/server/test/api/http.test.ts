import { readdirSync, readlinkSync } from 'node:fs';
import { get } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { setUpApi } from '../support/api.ts';
import { HEAD, makeApiWorld, upload } from '../support/api-world.ts';
import { startTestServer } from '../support/server.ts';

const R = '/api/v2/gh/acme/repos/lumen';
const OWN_PAGES = 'https://cov.example.test';

const api = setUpApi();
const { server, ask } = api;

const asMira = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(path, { token: api.world.mira, headers });

/** The bytes of an answer as they come, which fetch would unpack. */
function rawBody(
  path: string,
  encoding: string,
): Promise<{ readonly encoding: string | undefined; readonly bytes: Buffer }> {
  const headers = { authorization: `Bearer ${api.world.mira}`, 'accept-encoding': encoding };
  return new Promise((resolve, reject) => {
    get(server.url + path, { headers }, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      resolve({ encoding: response.headers['content-encoding'], bytes });
    }).once('error', reject);
  });
}

describe('what need not be sent again', () => {
  test.each([`${R}`, `${R}/commits`, `${R}/commits/${HEAD}`, `${R}/report`, `${R}/branches/main`, '/api/openapi.json'])(
    '%s has a tag, and 304 for who has it',
    async (path) => {
      const first = await asMira(path);
      const tag = first.headers.get('etag')!;
      expect(tag).toMatch(/^W\/"/);
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      const again = await asMira(path, { 'if-none-match': `"other", ${tag}` });
      expect(again).toMatchObject({ status: 304, body: '' });
      expect(again.headers.get('etag')).toBe(tag);
      expect((await asMira(path, { 'if-none-match': '"other"' })).status).toBe(200);
    },
  );

  test('another selection of one report has another tag', async () => {
    const tags = ['', '?path=src/', '?flag=unit', '?flag=e2e'].map(async (query) =>
      (await asMira(`${R}/report${query}`)).headers.get('etag'),
    );
    expect(new Set(await Promise.all(tags)).size).toBe(4);
    expect((await asMira(`${R}/totals`)).headers.get('etag')).not.toBe(
      (await asMira(`${R}/report`)).headers.get('etag'),
    );
  });

  test('a new upload changes the tag of its commit', async () => {
    const sha = '55'.repeat(20);
    const report = (hits: number) => `SF:a.c\nDA:1,${hits}\nDA:2,0\nend_of_record\n`;
    await upload(server, { sha, branch: 'tags', report: report(0) });
    const before = await asMira(`${R}/commits/${sha}`);
    await upload(server, { sha, branch: 'tags', report: report(1) });
    const after = await asMira(`${R}/commits/${sha}`, { 'if-none-match': before.headers.get('etag')! });
    expect(after.status).toBe(200);
    expect(after.body.totals.hits).toBe(1);
  });

  test('HEAD has the headers and no body', async () => {
    for (const path of [`${R}/commits`, `${R}/commits/${HEAD}`]) {
      const head = await ask(path, { token: api.world.mira, method: 'HEAD' });
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(head.headers.get('etag')).toBe((await asMira(path)).headers.get('etag'));
    }
  });
});

describe('packing', () => {
  const unpack = { gzip: gunzipSync, zstd: zstdDecompressSync } as const;

  test.each(['gzip', 'zstd'] as const)('answers are packed by %s where the client wishes', async (packing) => {
    for (const path of [`${R}/commits`, `${R}/report`, `${R}/commits/${HEAD}`]) {
      const packed = await rawBody(path, packing);
      expect(packed.encoding, path).toBe(packing);
      const plain = await rawBody(path, 'identity');
      expect(plain.encoding).toBeUndefined();
      expect(unpack[packing](packed.bytes).equals(plain.bytes)).toBe(true);
    }
  });

  test('the better packing is taken, and what the client forbids is not', async () => {
    expect((await rawBody(`${R}/report`, 'gzip, br, zstd')).encoding).toBe('zstd');
    expect((await rawBody(`${R}/report`, 'gzip, zstd;q=0')).encoding).toBe('gzip');
    expect((await rawBody(`${R}/report`, 'br')).encoding).toBeUndefined();
    // A small answer gains nothing.
    expect((await rawBody('/api/v2/gh/acme', 'gzip')).encoding).toBeUndefined();
  });
});

describe('methods and addresses', () => {
  test('a method that changes something is 404 on a repository and 405 elsewhere', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await ask(`${R}/commits`, { token: api.world.mira, method })).status).toBe(404);
      const refused = await ask('/api/v2/gh/acme', { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
      expect(refused.body).toEqual({ detail: `Method "${method}" not allowed.` });
    }
  });

  test('a wrong token goes before an unknown method', async () => {
    expect((await ask(`${R}/commits`, { token: 'wrong', method: 'DELETE' })).status).toBe(401);
  });

  test.each(['/api/v2/gh/acme/nothing', '/api/v2/', `${R}/nothing`, '/api/v2/gh/acme/repos/a/b/c/d'])(
    '%s is no address',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404, body: { error: 'Page Not Found (404)' } });
    },
  );

  test('a failure is a problem document for who asks for one', async () => {
    const { headers, body } = await ask('/api/v2/gh/nobody/repos', {
      headers: { accept: 'application/problem+json' },
    });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
      detail: 'Not found.',
    });
  });

  test('texts that no database takes are answered, not failed', async () => {
    expect((await asMira(`${R}/branches/a%00b`)).status).toBe(404);
    expect((await asMira(`${R}/commits?branch=a%00b`)).status).toBe(400);
    expect((await asMira(`${R}/file_report/a%00b`)).status).toBe(404);
    expect((await asMira(`${R}/report?path=${'x'.repeat(5000)}`)).status).toBe(400);
    expect((await asMira('/api/v2/gh/acme/repos?search=%25')).body.count).toBe(0);
  });
});

describe('browsers of other origins', () => {
  test('every origin may read, without credentials', async () => {
    const { headers } = await ask('/api/v2/gh/acme', { headers: { origin: 'https://elsewhere.test' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('a preflight is told which headers may be sent', async () => {
    const headers = { origin: 'https://elsewhere.test', 'access-control-request-method': 'GET' };
    const answered = await ask(`${R}/commits`, { method: 'OPTIONS', headers });
    expect(answered.status).toBe(204);
    const allowed = answered.headers.get('access-control-allow-headers')!.split(', ');
    for (const name of ['authorization', 'token-type', 'baggage', 'thatch-extend']) expect(allowed).toContain(name);
  });

  test('the pages of the installation may send credentials', async () => {
    const own = await startTestServer({
      configure: (config) => ({ ...config, setup: { ...config.setup, codecovUrl: OWN_PAGES } }),
    });
    try {
      const from = async (origin: string) =>
        (await fetch(`${own.url}/api/v2/gh/acme`, { headers: { origin } })).headers;
      expect((await from(OWN_PAGES)).get('access-control-allow-origin')).toBe(OWN_PAGES);
      expect((await from(OWN_PAGES)).get('access-control-allow-credentials')).toBe('true');
      expect((await from(`${OWN_PAGES}.evil.test`)).get('access-control-allow-origin')).toBe('*');
    } finally {
      await own.stop();
    }
  });
});

test('who asks too often is told when to come again; others are not', async () => {
  const slow = await startTestServer({
    configure: (config) => ({ ...config, limits: { ...config.limits, apiRpm: 6 } }),
  });
  try {
    const statuses: number[] = [];
    // A third of a minute's worth at once: two.
    for (let request = 0; request < 3; request++) {
      const response = await fetch(`${slow.url}/api/v2/gh/acme`);
      statuses.push(response.status);
      if (response.status !== 429) continue;
      const seconds = Number(response.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(10);
    }
    expect(statuses).toEqual([200, 200, 429]);
    // The document is for everybody, always.
    expect((await fetch(`${slow.url}/api/openapi.json`)).status).toBe(200);
  } finally {
    await slow.stop();
  }
});

describe('the documents', () => {
  test('v2 is described in YAML, or in JSON where asked', async () => {
    const yaml = await ask('/api/v2/schema/');
    expect(yaml.headers.get('content-type')).toMatch(/^application\/yaml/);
    const document = parse(yaml.body);
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '2.0.0' } });
    expect((await ask('/api/v2/schema?format=json')).body).toEqual(document);
    expect((await ask('/api/v2/schema/', { headers: { accept: 'application/json' } })).body).toEqual(document);
  });
});

test('addresses in answers are those of the installation where it names them', async () => {
  const named = await startTestServer({
    configure: (config) => ({
      ...config,
      setup: { ...config.setup, codecovApiUrl: 'https://api.example.test', codecovDashboardUrl: OWN_PAGES },
    }),
  });
  try {
    const response = await fetch(`${named.url}/api/v2/gh/acme/repos?page_size=1`);
    const { next, total_pages: pages } = (await response.json()) as { next: string | null; total_pages: number };
    expect(pages).toBe(1);
    expect(next).toBeNull();
    const { kysely } = named.app.database;
    await kysely
      .insertInto('repositories')
      .values({ owner_id: named.world.web.owner_id, name: 'second', is_private: false })
      .execute();
    const more = (await (await fetch(`${named.url}/api/v2/gh/acme/repos?page_size=1`)).json()) as { next: string };
    expect(more.next).toBe('https://api.example.test/api/v2/gh/acme/repos?page_size=1&page=2');
  } finally {
    await named.stop();
  }
});

test.runIf(process.platform === 'linux')('a client that goes away in the middle leaves no report open', async () => {
  const one = await startTestServer();
  const people = await makeApiWorld(one);
  const sha = '44'.repeat(20);
  const lines = Array.from({ length: 300 }, (_, line) => `DA:${line + 1},1`).join('\n');
  const report = Array.from({ length: 1500 }, (_, file) => `SF:src/file-${file}.c\n${lines}\nend_of_record\n`).join('');
  await upload(one, { sha, branch: 'large', report });
  const headers = { authorization: `Bearer ${people.mira}`, 'accept-encoding': 'identity' };
  await new Promise<void>((resolve) => {
    get(`${one.url}${R}/commits/${sha}`, { headers }, (response) => {
      response.once('data', () => response.destroy());
      response.once('close', resolve);
    });
  });
  const folder = one.app.dataFolder.path;
  await one.stop();
  const open = readdirSync('/proc/self/fd').filter((descriptor) => isBelow(descriptor, folder));
  expect(open).toEqual([]);
});

function isBelow(descriptor: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
  } catch {
    // The descriptor of the listing itself is gone by now.
    return false;
  }
}
