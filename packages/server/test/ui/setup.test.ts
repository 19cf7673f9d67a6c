import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { DemoLoader } from '../../src/demo/demo-loader.ts';
import { readRecording } from '../../src/demo/recording.ts';
import type { SetupAnswer, SetupTokenAnswer, SetupUpload } from '../../src/http/ui/contract/setup.ts';
import { makeAccount, openBrowser, type TestBrowser } from '../support/browser.ts';
import { eventually, LCOV, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

const ADA = { name: 'ada', password: 'a password of ada' };
/** What a request carries that came through a proxy: not from this machine, as far as the server can tell. */
const ELSEWHERE = { 'x-forwarded-for': '192.0.2.7' };

let server: TestServer;
afterEach(() => server.stop());

async function start(change: (config: Config) => Config = (config) => config): Promise<void> {
  server = await startTestServer({
    configure: (config) => change({ ...config, uploads: { ...config.uploads, createRepositories: true } }),
  });
}

async function operator(): Promise<TestBrowser> {
  const browser = openBrowser(server);
  const { secret } = server.app.firstRun.link;
  expect((await browser.post('/setup/administrator', { ...ADA, secret })).status).toBe(204);
  return browser;
}

const setup = async (browser: TestBrowser) => (await browser.get('/setup')).body as SetupAnswer;

async function uploadWith(token: string): Promise<number> {
  const query = `repo=git/acme/first&commit=${newSha()}&branch=main&wait=60`;
  return (await send(`${server.url}/upload/coverage?${query}`, { token, body: LCOV })).status;
}

describe('the administrator', () => {
  beforeEach(() => start());

  test('is made from a browser on this machine, is signed in at once and an operator; then step 1 is gone for everybody', async () => {
    const browser = openBrowser(server);
    expect(await setup(browser)).toEqual({
      step: 'administrator',
      is_open: true,
      link: 'generated',
      is_open_locally: true,
    });
    expect((await browser.post('/setup/administrator', ADA)).status).toBe(204);
    const session = (await browser.get('/session')).body;
    expect(session).toMatchObject({ person: { name: 'ada', is_operator: true }, setup: 'upload' });
    for (const late of [browser, openBrowser(server)]) {
      const again = await late.post('/setup/administrator', { name: 'eve', password: 'a password of eve' });
      expect(again.status).toBe(404);
    }
    expect((await openBrowser(server).get('/setup')).status).toBe(404);
  });

  test('is made from elsewhere only with the secret of the link, which the answer does not hold', async () => {
    const browser = openBrowser(server, ELSEWHERE);
    expect(await setup(browser)).toEqual({
      step: 'administrator',
      is_open: false,
      link: 'generated',
      is_open_locally: true,
    });
    for (const secret of [undefined, '', 'guessed']) {
      const refused = await browser.post('/setup/administrator', { ...ADA, secret });
      expect([refused.status, refused.body]).toEqual([403, expect.objectContaining({ code: 'setup_link_wrong' })]);
    }
    expect(await setup(browser)).toMatchObject({ step: 'administrator' });
    const { secret } = server.app.firstRun.link;
    expect((await browser.post('/setup/administrator', { ...ADA, secret })).status).toBe(204);
  });

  test.each<[string, (config: Config['setup']) => Config['setup']]>([
    ['says where others come', (config) => ({ ...config, codecovUrl: 'https://thatch.example' })],
    ['names a proxy in front', (config) => ({ ...config, http: { ...config.http, trustedProxyDepth: 1 } })],
  ])('is not made without the secret where the configuration %s', async (_, change) => {
    await server.stop();
    await start((config) => ({ ...config, setup: change(config.setup) }));
    const browser = openBrowser(server);
    expect(await setup(browser)).toMatchObject({ is_open: false, is_open_locally: false });
    expect((await browser.post('/setup/administrator', ADA)).status).toBe(403);
  });

  test('who guesses the secret is locked out', async () => {
    const browser = openBrowser(server, ELSEWHERE);
    for (let count = 0; count < 10; count++) await browser.post('/setup/administrator', { ...ADA, secret: 'guessed' });
    const { secret } = server.app.firstRun.link;
    expect((await browser.post('/setup/administrator', { ...ADA, secret })).status).toBe(429);
  });

  test('is one, however many come at the same moment', async () => {
    const names = ['ada', 'bea', 'cleo', 'dora'];
    const statuses = await Promise.all(
      names.map(async (name) => (await openBrowser(server).post('/setup/administrator', { ...ADA, name })).status),
    );
    expect(statuses.toSorted()).toEqual([204, 404, 404, 404]);
    expect(await server.app.database.kysely.selectFrom('users').select('name').execute()).toHaveLength(1);
  });

  test.each([
    [{ name: '-x' }, 'name'],
    [{ password: 'elevenchars' }, 'password'],
  ])('is not made of %j: the field is named', async (fault, field) => {
    const answered = await openBrowser(server).post('/setup/administrator', { ...ADA, ...fault });
    expect([answered.status, answered.body]).toEqual([422, expect.objectContaining({ field })]);
    expect(await server.app.database.kysely.selectFrom('users').select('name').execute()).toEqual([]);
  });

  test('that a command made ends the first step too', async () => {
    await makeAccount(server, { ...ADA, isAdmin: true });
    expect((await openBrowser(server).post('/setup/administrator', ADA)).status).toBe(404);
  });
});

describe('steps 2 and 3', () => {
  test('the address is detected, can be changed to another one, and what is no address is refused', async () => {
    await start();
    const browser = await operator();
    expect(((await setup(browser)) as SetupUpload).address).toEqual({
      current: server.url,
      detected: server.url,
      is_configured: false,
    });
    const changed = await browser.put('/setup/address', { address: ' https://Thatch.example.com:8443/ ' });
    expect(changed.body).toMatchObject({ address: { current: 'https://thatch.example.com:8443' } });
    expect((await browser.get('/session')).body).toMatchObject({
      instance: { address: 'https://thatch.example.com:8443' },
    });
    const { token } = (await browser.post('/setup/token')).body as SetupTokenAnswer;
    const sha = newSha();
    const sent = await send(`${server.url}/upload/coverage?repo=git/acme/first&commit=${sha}`, { token, body: LCOV });
    // People open pages there; programs go on where they came.
    expect(sent.body).toMatchObject({
      result_url: `https://thatch.example.com:8443/git/acme/first/commit/${sha}`,
      status_url: expect.stringMatching(`^${server.url}/`),
    });
    for (const address of [
      '',
      'thatch.example',
      'ftp://thatch.example',
      'https://a@b',
      'https://x/path',
      'javascript:1',
    ]) {
      const refused = await browser.put('/setup/address', { address });
      expect([refused.status, refused.body], address).toEqual([422, expect.objectContaining({ field: 'address' })]);
    }
  });

  test('an address of the configuration wins and cannot be changed', async () => {
    await start((config) => ({ ...config, setup: { ...config.setup, codecovUrl: 'https://thatch.example' } }));
    const browser = await operator();
    expect(((await setup(browser)) as SetupUpload).address).toMatchObject({
      current: 'https://thatch.example',
      is_configured: true,
    });
    const refused = await browser.put('/setup/address', { address: 'https://other.example' });
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'address_configured' })]);
  });

  test('the token is shown once, creates repositories, and the first merged upload ends the first run', async () => {
    await start();
    const browser = await operator();
    expect(((await setup(browser)) as SetupUpload).token).toBeNull();
    const made = await browser.post('/setup/token');
    const { token } = made.body as SetupTokenAnswer;
    const later = (await browser.get('/setup')).text;
    expect(later).not.toContain(token);
    expect((JSON.parse(later) as SetupUpload).token).toEqual({
      prefix: token.slice(0, 8),
      created_at: expect.stringMatching(/Z$/),
    });
    expect(await uploadWith(token)).toBe(200);
    expect((await browser.get('/setup')).status).toBe(404);
    expect((await browser.post('/setup/token')).status).toBe(404);
    expect((await browser.get('/session')).body).toMatchObject({ setup: 'done' });
  });

  test('how the first report comes in is told under the topic setup, refusals too', async () => {
    await start();
    const browser = await operator();
    const { token } = (await browser.post('/setup/token')).body as SetupTokenAnswer;
    expect(await uploadWith('not-a-token')).toBe(401);
    expect(await uploadWith(token)).toBe(200);
    await eventually(server, ({ type }) => type === 'commit.merged');
    const told = server.events.filter(({ topics }) => topics.includes('setup')).map(({ type }) => type);
    expect(told).toEqual(['upload.refused', 'repo.created', 'upload.received', 'upload.parsed', 'commit.merged']);
  });

  test('Finish ends the first run without an upload', async () => {
    await start();
    const browser = await operator();
    expect((await browser.post('/setup/finish')).status).toBe(204);
    expect((await browser.get('/setup')).status).toBe(404);
    expect((await browser.get('/session')).body).toMatchObject({ setup: 'done' });
  });

  test('who is no operator finds nothing of it', async () => {
    await start();
    await operator();
    await makeAccount(server, { name: 'rita', password: 'a password of rita' });
    const reader = openBrowser(server);
    await reader.post('/session', { name: 'rita', password: 'a password of rita' });
    for (const browser of [reader, openBrowser(server)]) {
      expect((await browser.get('/setup')).status).toBe(404);
      expect((await browser.put('/setup/address', { address: 'https://x.example' })).status).toBe(404);
      for (const path of ['token', 'demo', 'finish']) expect((await browser.post(`/setup/${path}`)).status).toBe(404);
    }
  });
});

describe('the demo repository', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'thatch-demo-'));
    path = join(folder, 'demo.ndjson.zst');
    const meta = (sha: string, time: string) => ({
      schema: 'thatch-meta/1',
      commit: { sha, parents: [], message: 'Lay straw', committer: { name: 'A', email: 'a@x', time } },
    });
    const upload = (sha: string, time: string) => ({
      query: { repo: 'git/demo/roof', commit: sha, branch: 'main' },
      meta: meta(sha, time),
      reports: [{ name: 'lcov.info', text: LCOV }],
    });
    const lines = [
      { format: 'thatch-demo/1', recorded_at: '2026-01-31T12:00:00Z' },
      upload('a1'.repeat(20), '2026-01-01T10:00:00+01:00'),
      upload('b2'.repeat(20), '2026-01-31T11:00:00Z'),
    ];
    writeFileSync(path, zstdCompressSync(lines.map((line) => JSON.stringify(line)).join('\n')));
    await start();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is moved to the present by whole days', async () => {
    const uploads = await readRecording(new Date('2026-03-02T13:00:00Z'), path);
    const times = uploads.map(({ meta }) => meta?.commit.committer?.time);
    expect(times).toEqual(['2026-01-31T09:00:00.000Z', '2026-03-02T11:00:00.000Z']);
  });

  test('comes in as every upload does, with a token that is gone afterwards', async () => {
    const { app } = server;
    const { kysely } = app.database;
    const demo = new DemoLoader({ database: kysely, secrets: app.tokenSecrets, log: app.log, path });
    expect(await demo.start(server.url)).toEqual({ kind: 'started', uploads: 2 });
    expect(await demo.start(server.url)).toEqual({ kind: 'loading' });
    const seen = new Set<unknown>();
    await eventually(server, ({ type, data }) => type === 'commit.merged' && seen.add(data['commit']).size === 2);
    await demo.settled();
    const tokens = kysely.selectFrom('tokens').select('revoked_at').where('name', '=', 'demo repository');
    expect((await tokens.executeTakeFirstOrThrow()).revoked_at).not.toBeNull();
  });

  test('is not there without its recording', async () => {
    const { app } = server;
    const options = { database: app.database.kysely, secrets: app.tokenSecrets, log: app.log };
    expect(await new DemoLoader({ ...options, path: join(folder, 'none') }).start(server.url)).toEqual({
      kind: 'absent',
    });
  });
});
