import { beforeAll, describe, expect, test } from 'vitest';
import { createAdministrator } from '../../src/administration/accounts.ts';
import { makePerson } from '../support/api-world.ts';
import { makeAccount, openBrowser } from '../support/browser.ts';
import { send, startTestServer, useTestServer } from '../support/server.ts';

const server = useTestServer();
const PASSWORD = 'a password of ada';
let signedIn: (name?: string, password?: string) => Promise<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  await makeAccount(server, { name: 'ada', password: PASSWORD, isAdmin: true });
  signedIn = async (name = 'ada', password = PASSWORD) => {
    const browser = openBrowser(server);
    expect((await browser.post('/session', { name, password })).status).toBe(204);
    return browser;
  };
});

const person = async (browser: ReturnType<typeof openBrowser>) =>
  ((await browser.get('/session')).body as { readonly person: object | null }).person;

describe('signing in', () => {
  test('begins a session whose cookie scripts cannot read and other pages do not send, and the REST API takes it too', async () => {
    const browser = openBrowser(server);
    expect(await person(browser)).toBeNull();
    const answered = await browser.post('/session', { name: 'Ada', password: PASSWORD });
    expect(answered.status).toBe(204);
    const [cookie] = answered.headers.getSetCookie();
    expect(cookie).toMatch(/^thatch_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect(await person(browser)).toEqual({ name: 'ada', is_operator: true });
    const user = await send(`${server.url}/api/v2/github/acme`, { headers: { cookie: browser.cookie() } });
    expect(user.status).toBe(200);
  });

  test('over https the cookie is sent over https only, also when a proxy does not say that it ended TLS', async () => {
    const browser = openBrowser(server, { origin: server.url.replace('http:', 'https:') });
    const answered = await browser.post('/session', { name: 'ada', password: PASSWORD });
    expect(answered.headers.getSetCookie()[0]).toContain('; Secure;');
  });

  test('row 4: a wrong password and an unknown account get the same answer, but for the request id', async () => {
    const browser = openBrowser(server);
    const answers = [
      await browser.post('/session', { name: 'ada', password: 'not the password' }),
      await browser.post('/session', { name: 'nobody', password: 'not the password' }),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers.getSetCookie()).toEqual([]);
      expect(body).toEqual({
        code: 'sign_in_wrong',
        detail: 'Name or password is not right.',
        hint: null,
        field: null,
        request_id: expect.any(String),
      });
    }
  });

  test('an account without a password cannot be signed in to', async () => {
    await makePerson(server, 'token-only');
    expect((await openBrowser(server).post('/session', { name: 'token-only', password: '' })).status).toBe(401);
  });

  test('ten failures lock an account at an address, known or not, say how long, and do not lock others', async () => {
    await makeAccount(server, { name: 'lena', password: 'a password of lena' });
    const browser = openBrowser(server);
    for (const name of ['lena', 'nobody-at-all']) {
      // The first nine without the work of a hash each.
      for (let count = 0; count < 9; count++) server.app.signInTries.take(name, '127.0.0.1');
      const tries = [1, 2].map(async () => (await browser.post('/session', { name, password: 'not it' })).status);
      expect((await Promise.all(tries)).toSorted()).toEqual([401, 429]);
    }
    const locked = await browser.post('/session', { name: 'LENA', password: 'a password of lena' });
    expect(locked.status).toBe(429);
    const seconds = Number(locked.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(locked.body).toMatchObject({
      code: 'sign_in_locked',
      detail: `Too many tries for this account from this address. Try again in ${seconds} seconds.`,
    });
    await signedIn();
  });

  test('a request from another origin changes nothing', async () => {
    const browser = openBrowser(server, { origin: 'https://evil.example' });
    const answered = await browser.post('/session', { name: 'ada', password: PASSWORD });
    expect(answered.status).toBe(403);
    expect(answered.body).toMatchObject({ code: 'origin_foreign' });
    expect(answered.headers.getSetCookie()).toEqual([]);
    const own = await signedIn();
    const foreign = openBrowser(server, { origin: 'null', cookie: own.cookie() });
    expect((await foreign.delete('/session')).status).toBe(403);
    expect(await person(own)).not.toBeNull();
  });

  test('signing in again ends the session that the browser had', async () => {
    const browser = await signedIn();
    const before = browser.cookie();
    await browser.post('/session', { name: 'ada', password: PASSWORD });
    expect(browser.cookie()).not.toBe(before);
    expect(await person(openBrowser(server, { cookie: before }))).toBeNull();
  });
});

describe('signing out', () => {
  test('ends the session on the server, not only the cookie', async () => {
    const browser = await signedIn();
    const stolen = openBrowser(server, { cookie: browser.cookie() });
    expect(await person(stolen)).not.toBeNull();
    const answered = await browser.delete('/session');
    expect(answered.status).toBe(204);
    expect(answered.headers.getSetCookie()[0]).toMatch(/^thatch_session=; .*Expires=Thu, 01 Jan 1970/);
    expect(await person(stolen)).toBeNull();
  });

  test('is no act of a link: reading the address changes nothing', async () => {
    const browser = await signedIn();
    await browser.get('/session');
    await send(`${server.url}/logout`, { headers: { cookie: browser.cookie(), accept: 'text/html' } });
    expect(await person(browser)).not.toBeNull();
  });
});

describe('the own password', () => {
  const NEXT = 'another password of bea';

  test('is changed by who knows the present one; other sessions end, this one stays', async () => {
    await makeAccount(server, { name: 'bea', password: 'a password of bea' });
    const [here, elsewhere] = [await signedIn('bea', 'a password of bea'), await signedIn('bea', 'a password of bea')];
    expect((await here.post('/password', { current: 'a password of bea', next: NEXT })).status).toBe(204);
    expect(await person(here)).toEqual({ name: 'bea', is_operator: false });
    expect(await person(elsewhere)).toBeNull();
    await signedIn('bea', NEXT);
    const old = await openBrowser(server).post('/session', { name: 'bea', password: 'a password of bea' });
    expect(old.status).toBe(401);
  });

  test('stays when the present one is wrong or the next one too short: the field is named', async () => {
    await makeAccount(server, { name: 'cleo', password: 'a password of cleo' });
    const browser = await signedIn('cleo', 'a password of cleo');
    const wrong = await browser.post('/password', { current: 'not it', next: NEXT });
    expect([wrong.status, wrong.body]).toEqual([422, expect.objectContaining({ field: 'current' })]);
    const short = await browser.post('/password', { current: 'a password of cleo', next: 'elevenchars' });
    expect([short.status, short.body]).toEqual([
      422,
      expect.objectContaining({ field: 'next', detail: 'The password has fewer than 12 characters.' }),
    ]);
    await signedIn('cleo', 'a password of cleo');
  });

  test('is nothing for who is not signed in, nor for a token', async () => {
    const body = { current: PASSWORD, next: NEXT };
    expect((await openBrowser(server).post('/password', body)).status).toBe(401);
    const token = await makePerson(server, 'dora');
    const byToken = await openBrowser(server, { authorization: `Bearer ${token}` }).post('/password', body);
    expect([byToken.status, byToken.body]).toEqual([403, expect.objectContaining({ code: 'session_needed' })]);
  });
});

test('a password that an administrator sets by a command ends all sessions of the account', async () => {
  await makeAccount(server, { name: 'fay', password: 'a password of fay' });
  const browser = await signedIn('fay', 'a password of fay');
  const order = { name: 'fay', password: 'another password of fay' };
  expect((await createAdministrator({ database: server.app.database.kysely }, order)).kind).toBe('ok');
  expect(await person(browser)).toBeNull();
});

test('below a path the cookie is sent to that path only', async () => {
  const below = await startTestServer({
    configure: (config) => ({ ...config, setup: { ...config.setup, codecovUrl: 'https://ci.example/thatch' } }),
  });
  try {
    await makeAccount(below, { name: 'ada', password: PASSWORD });
    const answered = await openBrowser(below).post('/session', { name: 'ada', password: PASSWORD });
    expect(answered.headers.getSetCookie()[0]).toContain('; Path=/thatch; ');
  } finally {
    await below.stop();
  }
});

test('sessions that ended by their age are removed', async () => {
  const browser = await signedIn();
  const { kysely } = server.app.database;
  const count = async () => (await kysely.selectFrom('sessions').select('id').execute()).length;
  await kysely
    .updateTable('sessions')
    .set({ expires_at: new Date(0) })
    .execute();
  expect(await person(browser)).toBeNull();
  expect(await count()).toBeGreaterThan(0);
  await server.app.sessions.prune();
  expect(await count()).toBe(0);
});
