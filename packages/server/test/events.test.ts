import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantRole } from '../src/database/queries/grants.ts';
import { createUser } from '../src/database/queries/users.ts';
import type { Role } from '../src/database/tables.ts';
import { openStream } from './support/event-stream.ts';
import { LCOV, newSha, send, startTestServer, type TestServer } from './support/server.ts';
import { storeToken } from './support/upload-world.ts';

let server: TestServer;
let stream: (topics: string, token?: string, more?: Readonly<Record<string, string>>) => ReturnType<typeof openStream>;

beforeAll(async () => {
  server = await startTestServer();
  stream = (topics, token, more = {}) =>
    openStream(`${server.url}/api/ui/events?topics=${encodeURIComponent(topics)}`, {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...more,
    });
});
afterAll(() => server.stop());

function upload(token: string, sha = newSha()) {
  return send(`${server.url}/upload/coverage?commit=${sha}&wait=60`, { token, body: LCOV });
}

let people = 0;

/** A new person with an API token; with a role on the private repository, if any is named. */
async function person(
  role: Role | 'administrator' | null,
): Promise<{ readonly token: string; readonly userId: number }> {
  const { database, core } = server.world;
  const isAdmin = role === 'administrator';
  const { id: userId } = (await createUser(database, { name: `person-${++people}`, passwordHash: null, isAdmin }))!;
  if (role !== null && role !== 'administrator') {
    await grantRole(database, userId, { kind: 'repository', repositoryId: core.id }, role);
  }
  return { token: await storeToken(database, { kind: 'api', userId, scopes: ['read'] }), userId };
}

describe('the journal as a stream', () => {
  test('tells an upload on its way, by the name of its repository, to everybody when that is public', async () => {
    const sha = newSha();
    const events = await stream('repo:gh/acme/web');
    expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(events.headers.get('cache-control')).toBe('no-store');
    expect(events.headers.get('x-accel-buffering')).toBe('no');
    await upload(server.world.R, sha);
    const told = await events.until(({ event, data }) => event === 'commit.complete' && data['commit'] === sha);
    events.close();
    const ours = told.filter(({ data }) => data['commit'] === sha);
    expect(ours.map(({ event }) => event)).toEqual([
      'commit.created',
      'upload.received',
      'upload.parsed',
      'commit.merged',
      'commit.complete',
    ]);
    for (const { data } of ours) {
      expect(data).toMatchObject({
        repo: 'gh/acme/web',
        repo_id: server.world.web.id,
        commit_id: expect.any(Number),
        at: expect.any(String),
      });
    }
    const ids = told.map(({ id }) => id!);
    expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other));
  });

  test('tells of one commit only, also of one that nobody knows yet', async () => {
    const sha = newSha();
    const events = await stream(`commit:github/acme/web@${sha}`);
    await upload(server.world.R);
    await upload(server.world.R, sha);
    const told = await events.until(({ event }) => event === 'commit.complete');
    events.close();
    expect(new Set(told.map(({ data }) => data['commit']))).toEqual(new Set([sha]));
  });

  test('goes on after the event that a client saw last', async () => {
    const sha = newSha();
    const first = await stream('repo:gh/acme/web');
    await upload(server.world.R, sha);
    const seen = await first.until(({ event }) => event === 'upload.received');
    first.close();
    const second = await stream('repo:gh/acme/web', undefined, { 'last-event-id': String(seen.at(-1)!.id) });
    const missed = await second.until(({ event }) => event === 'commit.complete');
    second.close();
    expect(missed.map(({ event }) => event)).toEqual(['upload.parsed', 'commit.merged', 'commit.complete']);
    const place = `last_event_id=${seen.at(-1)!.id}`;
    const byQuery = await openStream(`${server.url}/api/ui/events?topics=repo:gh/acme/web&${place}`);
    expect((await byQuery.next())?.event).toBe('upload.parsed');
    byQuery.close();
  });

  test('says reset to a client that missed what is gone, or comes from another database', async () => {
    await upload(server.world.R);
    const newest = await server.app.events.lastId();
    const future = await stream('repo:gh/acme/web', undefined, { 'last-event-id': String(newest + 1000) });
    expect(await future.next()).toMatchObject({ event: 'reset', id: newest });
    future.close();
    await server.app.database.kysely
      .deleteFrom('events')
      .where('id', '<=', newest - 1)
      .execute();
    const past = await stream('repo:gh/acme/web', undefined, { 'last-event-id': String(newest - 3) });
    expect(await past.next()).toMatchObject({ event: 'reset', id: newest });
    await upload(server.world.R);
    expect((await past.next())?.event).toBe('commit.created');
    past.close();
  });

  test('for programs, of one repository, has the types of webhooks', async () => {
    const events = await openStream(`${server.url}/api/thatch/v1/repos/gh/acme/web/events`);
    await upload(server.world.R);
    const told = await events.until(({ event }) => event === 'commit.complete');
    events.close();
    expect(told.map(({ event }) => event)).toEqual(['upload.parsed', 'commit.merged', 'commit.complete']);
  });
});

describe('who may listen', () => {
  test('to a private repository those with a role on it; for others it is not there', async () => {
    const reader = await person('reader');
    const events = await stream('repo:gh/acme/core', reader.token);
    await upload(server.world.P);
    expect((await events.next())?.data).toMatchObject({ repo: 'gh/acme/core' });
    events.close();
    const stranger = await person(null);
    const refused = [
      'repo:gh/acme/core',
      `repo:${server.world.core.id}`,
      `commit:gh/acme/core@${newSha()}`,
      'repo:gh/acme/nothing',
    ];
    const answers = new Set<string>();
    for (const topic of refused) {
      for (const token of [stranger.token, undefined]) {
        answers.add(
          await stream(topic, token).then(
            () => 'open',
            (error: Error) => error.message,
          ),
        );
      }
    }
    expect([...answers]).toEqual(['404 {"detail":"Not found."}']);
  });

  test('a role that is taken away ends what is told, in the middle of a stream', async () => {
    const reader = await person('reader');
    const events = await stream(`repo:gh/acme/core,repo:gh/acme/web`, reader.token);
    await upload(server.world.P);
    await events.until(({ event }) => event === 'commit.complete');
    await server.app.database.kysely.deleteFrom('grants').where('user_id', '=', reader.userId).execute();
    await upload(server.world.P);
    await upload(server.world.R);
    const told = await events.until(({ event }) => event === 'commit.complete');
    events.close();
    expect(new Set(told.map(({ data }) => data['repo']))).toEqual(new Set(['gh/acme/web']));
  });

  test('a token that is revoked ends the stream', async () => {
    const reader = await person('reader');
    const events = await stream('repo:gh/acme/core', reader.token);
    await server.app.database.kysely
      .updateTable('tokens')
      .set({ revoked_at: new Date() })
      .where('user_id', '=', reader.userId)
      .execute();
    await upload(server.world.P);
    expect(await events.rest()).toEqual([]);
  });

  test('to an owner whoever sees one of its repositories, and is told only of those', async () => {
    const reader = await person('reader');
    const [toReader, toGuest] = [await stream('owner:gh/acme', reader.token), await stream('owner:github/ACME')];
    await upload(server.world.P);
    await upload(server.world.R);
    const isWeb = ({ event, data }: { event: string; data: Readonly<Record<string, unknown>> }): boolean =>
      event === 'commit.complete' && data['repo'] === 'gh/acme/web';
    const reposOf = (told: readonly { readonly data: Readonly<Record<string, unknown>> }[]) =>
      new Set(told.map(({ data }) => data['repo']));
    expect(reposOf(await toReader.until(isWeb))).toEqual(new Set(['gh/acme/core', 'gh/acme/web']));
    const toldGuest = await toGuest.until(isWeb);
    expect(reposOf(toldGuest)).toEqual(new Set(['gh/acme/web']));
    expect(toldGuest.at(-1)?.data['topics']).toEqual(['owner:github/ACME']);
    toReader.close();
    toGuest.close();
    await expect(stream('owner:gh/nobody')).rejects.toThrow('404');
  });

  test('what may not be heard is left out, and does not lose what may', async () => {
    const stranger = await person(null);
    const events = await stream('repo:gh/acme/core,repo:gh/acme/web', stranger.token);
    await upload(server.world.P);
    await upload(server.world.R);
    const told = await events.until(({ event }) => event === 'commit.complete');
    events.close();
    expect(new Set(told.map(({ data }) => data['repo']))).toEqual(new Set(['gh/acme/web']));
    expect(told.at(-1)?.data['topics']).toEqual(['repo:gh/acme/web']);
  });

  test('refused uploads are told to administrators and members, not to readers', async () => {
    const [administrator, member, reader] = [
      await person('administrator'),
      await person('member'),
      await person('reader'),
    ];
    const listening = await Promise.all([
      stream('setup,admin', administrator.token),
      stream('repo:gh/acme/core', member.token),
      stream('repo:gh/acme/core', reader.token),
    ]);
    await send(`${server.url}/upload/github/acme::::core/commits`, {
      token: server.world.X,
      json: { commitid: newSha() },
    });
    await upload(server.world.P);
    const [toAdministrator, toMember] = await Promise.all(
      listening.slice(0, 2).map((events) => events.until(({ event }) => event === 'upload.refused')),
    );
    expect(toAdministrator.at(-1)?.data).toMatchObject({
      code: 'token_wrong',
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect(toMember.at(-1)?.data).toMatchObject({ repo: 'gh/acme/core' });
    const toReader = await listening[2].until(({ event }) => event === 'commit.complete');
    expect(toReader.map(({ event }) => event)).not.toContain('upload.refused');
    for (const events of listening) events.close();
    await expect(stream('setup', member.token)).rejects.toThrow('403');
  });

  test('a wrong token is 401, no topic or an unknown one 400', async () => {
    await expect(stream('repo:gh/acme/web', 'nonsense')).rejects.toThrow('401');
    for (const topic of ['', 'everything', 'repo:', 'commit:gh/acme/web@xyz']) {
      await expect(stream(topic)).rejects.toThrow('400');
    }
  });

  test('at most twenty streams of one client are open at once', async () => {
    const reader = await person('reader');
    const open = await Promise.all(Array.from({ length: 20 }, () => stream('repo:gh/acme/web', reader.token)));
    await expect(stream('repo:gh/acme/web', reader.token)).rejects.toThrow('429');
    for (const events of open) events.close();
  });
});

test('administrators are told how much work there is, when it changes, and nobody else', async () => {
  const administrator = await person('administrator');
  const [admin, guest] = [await stream('admin', administrator.token), await stream('repo:gh/acme/web')];
  const first = await admin.until(({ event, data }) => event === 'job.counts' && data['queue'] === 'merge');
  expect(first.at(-1)).toMatchObject({ id: null, data: { waiting: expect.any(Number), running: expect.any(Number) } });
  const before = Number(first.findLast(({ data }) => data['queue'] === 'parse')?.data['per_min']);
  await upload(server.world.R);
  await admin.until(({ data }) => data['queue'] === 'parse' && Number(data['per_min']) > before);
  const told = await guest.until(({ event }) => event === 'commit.complete');
  expect(told.map(({ event }) => event)).not.toContain('job.counts');
  admin.close();
  guest.close();
});

test('pages are told at once that the database was lost, and of what happens when it is back', async () => {
  const [page, program] = [
    await stream('repo:gh/acme/web'),
    await openStream(`${server.url}/api/thatch/v1/repos/gh/acme/web/events`),
  ];
  await server.app.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'",
  );
  expect(await page.next()).toMatchObject({ event: 'server.away', id: null });
  await upload(server.world.R);
  await page.until(({ event }) => event === 'commit.complete');
  expect((await program.next())?.event).toBe('upload.parsed');
  page.close();
  program.close();
});

test('a client that does not read is dropped, and the others are told on', async () => {
  const { hostname, port } = new URL(server.url);
  const slow: Socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => slow.once('close', () => resolve()));
  slow.on('error', () => {});
  slow.write(`GET /api/ui/events?topics=repo:gh/acme/web HTTP/1.1\r\nHost: x\r\n\r\n`);
  // Read once, so that the stream is known to be open, and never again.
  await new Promise<void>((resolve) => slow.once('data', () => resolve()));
  slow.pause();
  const quick = await stream('repo:gh/acme/web');
  const shared = { type: 'commit.created', repositoryId: server.world.web.id, commitId: null } as const;
  // More than the buffers of both kernels and of the stream hold together.
  for (let round = 0; round < 40; round++) {
    for (let index = 0; index < 10; index++)
      server.app.events.publish({ ...shared, data: { round, filler: 'x'.repeat(50_000) } });
    await quick.until(({ data }) => data['round'] === round);
  }
  slow.resume();
  await closed;
  await upload(server.world.R);
  await quick.until(({ event }) => event === 'commit.complete');
  quick.close();
});

test('a server that drains says so and ends its streams at once', async () => {
  const other = await startTestServer();
  const upload = await send(`${other.url}/upload/v4?commit=${newSha()}&token=${other.world.R}`, { method: 'POST' });
  const id = new URL(upload.text.split('\n')[1]).pathname.split('/').at(-1)!;
  const events = await openStream(`${other.url}/api/ui/events?topics=repo:gh/acme/web`);
  const ofUpload = await openStream(`${other.url}/upload/status/${id}/events`, {
    authorization: `token ${other.world.R}`,
  });
  const waiting = send(`${other.url}/upload/status/${id}?wait=300`, { token: other.world.R });
  await ofUpload.next();
  other.app.lifecycle.phase = 'draining';
  expect((await events.rest()).at(-1)).toMatchObject({ event: 'server.draining' });
  expect((await ofUpload.rest()).at(-1)).toMatchObject({ event: 'server.draining' });
  expect(await waiting).toMatchObject({ status: 200, body: { state: 'started' } });
  await other.stop();
});
