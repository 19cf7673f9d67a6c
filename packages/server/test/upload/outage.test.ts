import { request } from 'node:http';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let authorize: App['authorize'];

beforeAll(async () => {
  server = await startTestServer();
  authorize = server.app.authorize;
});
afterEach(() => setAuthorize(authorize));
afterAll(() => server.stop());

// The one way in for every address: what fails there fails as the database does.
function setAuthorize(replacement: App['authorize']): void {
  (server.app as { authorize: App['authorize'] }).authorize = replacement;
}

function starting(): Error {
  return Object.assign(new Error('the database system is starting up'), { code: '57P03' });
}

function create(sha: string) {
  return send(`${server.url}/upload/github/acme::::web/commits`, {
    token: server.world.R,
    json: { commitid: sha, branch: 'main' },
  });
}

test('connections that are cut under requests are not seen by clients', async () => {
  const shas = Array.from({ length: 60 }, newSha);
  const answers = Promise.all(shas.map(create));
  for (let round = 0; round < 5; round++) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
      .execute(server.app.database.kysely)
      .catch(() => {});
  }
  expect((await answers).map(({ status }) => status)).toEqual(shas.map(() => 201));
  const { count } = await server.app.database.kysely
    .selectFrom('commits')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('sha', 'in', shas)
    .executeTakeFirstOrThrow();
  expect(count).toBe(shas.length);
});

test('a database that is back within seconds only makes the answer later; the body is not lost', async () => {
  let failures = 3;
  setAuthorize(async (request) => {
    if (failures-- > 0) throw starting();
    return authorize(request);
  });
  const sha = newSha();
  expect(await create(sha)).toMatchObject({ status: 201, body: { commitid: sha, branch: 'main' } });
});

test('a database that stays away is 503, says when to come again, and tells nothing of itself', async () => {
  setAuthorize(async () => {
    throw starting();
  });
  const answer = await create(newSha());
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.text).not.toContain('starting up');
});

test('a client that goes in the middle of its body is not taken for a database that is away', async () => {
  const lines: string[] = [];
  const noticed = Promise.withResolvers<void>();
  const write = (line: string): void => {
    lines.push(line);
    if (line.includes('request aborted by the client')) noticed.resolve();
  };
  const destination = pino({ level: 'info' }, { write });
  const quiet = await startTestServer({ log: destination });
  const outgoing = request(`${quiet.url}/upload/github/acme::::web/commits`, {
    method: 'POST',
    headers: { 'content-length': '1000' },
  });
  outgoing.on('error', () => {});
  outgoing.write('{"commitid":');
  // The first bytes are there when a later request on another connection was answered.
  await send(`${quiet.url}/upload/github/acme::::web/commits`);
  outgoing.destroy();
  await noticed.promise;
  await quiet.stop();
  expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});

test('a fault of ours is 500 at once, without its words', async () => {
  let calls = 0;
  setAuthorize(async () => {
    calls++;
    throw new Error('secret detail');
  });
  const answer = await create(newSha());
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  expect(answer.text).not.toContain('secret detail');
  expect(calls).toBe(1);
});
