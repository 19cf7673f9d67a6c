import { describe, expect, test } from 'vitest';
import { grantRole } from '../../src/database/queries/grants.ts';
import { createUser } from '../../src/database/queries/users.ts';
import { statusKey } from '../../src/objects/signing.ts';
import type { UploadStatus } from '../../src/presenters/upload-status.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually, LCOV, newSha, send, uploadRow, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { storeToken } from '../support/upload-world.ts';
import { commitOf, openUpload, put, statusOf, type WaitingUpload } from '../support/web.ts';

const server = useTestServer();

/** An upload whose bytes are not here yet. */
async function startedUpload(): Promise<WaitingUpload> {
  const upload = await openUpload(server);
  // Events are written a moment after the answer, this one last: a stream that is opened before would be told of it as news.
  const commit = await commitOf(server, upload.sha);
  await eventually(server, ({ type, commitId }) => type === 'branch.moved' && commitId === commit!.id);
  return upload;
}

async function finishedUpload(token = server.world.R): Promise<UploadStatus> {
  return statusOf(await send(`${server.url}/upload/coverage?commit=${newSha()}&wait=60`, { token, body: LCOV }));
}

function keyOf(id: string): string {
  return statusKey(server.app.dataFolder.secrets.signing_key, id, new Date(Date.now() + 60_000));
}

async function apiToken(name: string, grant: boolean): Promise<string> {
  const { database, core } = server.world;
  const { id } = (await createUser(database, { name, passwordHash: null, isAdmin: false }))!;
  if (grant) await grantRole(database, id, { kind: 'repository', repositoryId: core.id }, 'reader');
  return storeToken(database, { kind: 'api', userId: id, scopes: ['read'] });
}

describe('who may read about an upload', () => {
  test('its key, for 24 hours; row 60: a foreign, expired or bent key is 404', async () => {
    const mine = await finishedUpload();
    const other = await finishedUpload();
    const read = await send(mine.status_url);
    expect(read).toMatchObject({ status: 200, body: mine });
    const address = `${server.url}/upload/status/${mine.id}`;
    const { signing_key } = server.app.dataFolder.secrets;
    const bad = [
      new URL(other.status_url).searchParams.get('k')!,
      statusKey(signing_key, mine.id, new Date(Date.now() - 3_600_000)),
      statusKey('another key', mine.id, new Date(Date.now() + 60_000)),
      '',
      'x.y',
    ];
    for (const key of bad) {
      for (const path of ['', '/events']) {
        const foreign = `${address}${path}?k=${encodeURIComponent(key)}`;
        const answer = await leavingNothing(server, () => send(foreign, { token: server.world.R }));
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual({ detail: expect.any(String), code: 'upload_unknown', hint: expect.any(String) });
        expect(answer.text).not.toContain(mine.commit);
      }
    }
    expect(Number(new URL(mine.status_url).searchParams.get('k')!.split('.')[0]) * 1000 - Date.now()).toBeGreaterThan(
      86_000_000,
    );
  });

  test('any upload token of the repository, or of its owner, and no other', async () => {
    const mine = await finishedUpload(server.world.P);
    const address = `${server.url}/upload/status/${mine.id}`;
    for (const token of [server.world.P, server.world.O]) expect((await send(address, { token })).status).toBe(200);
    for (const token of [server.world.R, server.world.X, null])
      expect((await send(address, { token })).status).toBe(404);
  });

  test('an API token of somebody who may read the repository', async () => {
    const mine = await finishedUpload(server.world.P);
    const address = `${server.url}/upload/status/${mine.id}`;
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    expect((await send(address, bearer(await apiToken('ada', true)))).status).toBe(200);
    expect((await send(address, bearer(await apiToken('bob', false)))).status).toBe(404);
  });

  test('what is no id is unknown', async () => {
    for (const id of ['x', '%00', '0198', `${'a'.repeat(300)}`]) {
      expect((await send(`${server.url}/upload/status/${id}`, { token: server.world.R })).status).toBe(404);
    }
  });
});

describe('one upload', () => {
  test('an answer that the client has is 304', async () => {
    const mine = await finishedUpload();
    const first = await send(mine.status_url);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await send(mine.status_url, { headers: { 'if-none-match': known } });
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers.get('etag')).toBe(etag);
    }
    expect((await send(mine.status_url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('a long poll is answered when the state changes, by the event and not before', async () => {
    const { id, location } = await startedUpload();
    const address = `${server.url}/upload/status/${id}?k=${keyOf(id)}`;
    expect((await send(address)).body).toMatchObject({ state: 'started', bytes: null });
    let answered = false;
    const poll = send(`${address}&wait=60`).finally(() => (answered = true));
    await send(address);
    expect(answered).toBe(false);
    await put(location, LCOV);
    const changed = statusOf(await poll);
    expect(changed.state).not.toBe('started');
    for (let state = changed; state.state !== 'judged';) state = statusOf(await send(`${address}&wait=60`));
    // Nothing follows: nothing is waited for.
    expect((await send(`${address}&wait=300`)).body).toMatchObject({ state: 'judged' });
  });

  test('a long poll with a tag is answered as soon as anything is other than the client has it', async () => {
    const { id, location } = await startedUpload();
    const address = `${server.url}/upload/status/${id}?k=${keyOf(id)}`;
    const etag = (await send(address)).headers.get('etag')!;
    await put(location, LCOV);
    const answer = await send(`${address}&wait=60`, { headers: { 'if-none-match': etag } });
    expect(answer.status).toBe(200);
    expect(statusOf(answer).state).not.toBe('started');
  });

  test('a wait that is no number is refused', async () => {
    const mine = await finishedUpload();
    expect(await send(`${mine.status_url}&wait=soon`)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
  });
});

describe('the events of an upload', () => {
  test('tell changed keys from the first byte on, in the order of the states, and end with done', async () => {
    const { id, location } = await startedUpload();
    const stream = await openStream(`${server.url}/upload/status/${id}/events?k=${keyOf(id)}`);
    const first = await stream.next();
    expect(first).toMatchObject({ event: 'state', data: { state: 'started' }, id: expect.any(Number) });
    await put(location, LCOV);
    const events = await stream.rest();
    const states = events.filter(({ event }) => event === 'state').map(({ data }) => data['state']);
    const order = ['started', 'stored', 'processing', 'processed', 'merged', 'judged'];
    expect(states).toEqual(states.toSorted((one, other) => order.indexOf(String(one)) - order.indexOf(String(other))));
    expect(new Set(states).size).toBe(states.length);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { state: 'judged' } });
    expect(events.filter(({ event }) => event === 'totals').length).toBeGreaterThan(0);
  });

  test('a problem is told before the state that it led to', async () => {
    const { id, location } = await startedUpload();
    const stream = await openStream(`${server.url}/upload/status/${id}/events?k=${keyOf(id)}`);
    await stream.next();
    await put(location, 'what is this');
    const events = await stream.rest();
    // A look that falls between the two may tell the problem together with an earlier state.
    const problemAt = events.findIndex(({ event }) => event === 'problem');
    const errorAt = events.findIndex(({ event, data }) => event === 'state' && data['state'] === 'error');
    expect(problemAt).toBeGreaterThanOrEqual(0);
    expect(errorAt).toBeGreaterThan(problemAt);
    expect(events.slice(errorAt).map(({ event }) => event)).toEqual(['state', 'done']);
    expect(events.at(-1)?.data).toEqual({ state: 'error' });
    const { problems } = events[problemAt].data as unknown as UploadStatus;
    expect(problems[0]).toMatchObject({ severity: 'error', message: expect.any(String) });
  });

  test('a client that saw the last event is told nothing twice, one that missed some is told all', async () => {
    const { id, location } = await startedUpload();
    const address = `${server.url}/upload/status/${id}/events?k=${keyOf(id)}`;
    const cut = await openStream(address);
    const started = await cut.next();
    cut.close();
    const resumed = await openStream(address, { 'last-event-id': String(started!.id) });
    await put(location, LCOV);
    const events = await resumed.rest();
    expect(events.some(({ data }) => data['state'] === 'started')).toBe(false);
    const seen = await openStream(address, { 'last-event-id': String(resumed.lastId()) });
    expect((await seen.rest()).map(({ event }) => event)).toEqual(['done']);
    const late = await openStream(address, { 'last-event-id': String(started!.id) });
    expect((await late.rest()).map(({ event }) => event)).toEqual(['totals', 'state', 'done']);
  });

  test('are only for those who may read the upload', async () => {
    const mine = await finishedUpload(server.world.P);
    await expect(openStream(`${server.url}/upload/status/${mine.id}/events`)).rejects.toThrow('404');
  });
});

describe('a commit', () => {
  test('lists its uploads and their sum, for tokens and, when public, for everybody', async () => {
    const sha = newSha();
    const post = (flag: string) =>
      send(`${server.url}/upload/coverage?commit=${sha}&flags=${flag}&wait=60`, { token: server.world.R, body: LCOV });
    await post('a');
    await post('b');
    const address = `${server.url}/upload/status?repo=gh/acme/web&commit=${sha}`;
    for (const token of [server.world.R, server.world.O, null]) {
      const answer = await send(address, { token });
      expect(answer).toMatchObject({
        status: 200,
        body: {
          commit: sha,
          state: 'complete',
          commit_totals: { lines: 2, hits: 1, uploads: 2 },
          verdicts: [],
          base: null,
        },
      });
      const { uploads } = answer.body as { readonly uploads: readonly UploadStatus[] };
      expect(uploads.map(({ flags }) => flags)).toEqual([['a'], ['b']]);
      expect((await send(uploads[0].status_url)).status).toBe(200);
      expect((await send(address, { token, headers: { 'if-none-match': answer.headers.get('etag')! } })).status).toBe(
        304,
      );
    }
    expect((await send(`${server.url}/upload/status?commit=${sha}`, { token: server.world.R })).status).toBe(200);
  });

  test('unknown ones and private ones of others are 404 alike, and reading makes nothing', async () => {
    const mine = await finishedUpload(server.world.P);
    const count = () => server.app.database.kysely.selectFrom('repositories').select('id').execute();
    const before = await count();
    const queries = [
      `repo=gh/acme/core&commit=${mine.commit}`,
      `repo=gh/acme/never&commit=${mine.commit}`,
      `repo=gh/acme/web&commit=${newSha()}`,
      `commit=${mine.commit}`,
    ];
    const bodies = new Set<string>();
    for (const query of queries) {
      for (const token of [server.world.R, server.world.G, null]) {
        if (token === server.world.G && query.includes('core')) continue;
        const answer = await send(`${server.url}/upload/status?${query}`, { token });
        expect(answer.status).toBe(404);
        bodies.add(answer.text);
      }
    }
    expect(bodies.size).toBe(1);
    expect(await count()).toEqual(before);
    expect((await send(`${server.url}/upload/status?repo=gh/acme/web&commit=x`)).status).toBe(400);
  });
});

test('an address that ran out is shown as expired', async () => {
  const { id, sha } = await startedUpload();
  const { kysely } = server.app.database;
  await kysely
    .updateTable('uploads')
    .set({ put_until: new Date(Date.now() - 1000) })
    .where('external_id', '=', id)
    .execute();
  expect((await send(`${server.url}/upload/status/${id}?k=${keyOf(id)}&wait=60`)).body).toMatchObject({
    state: 'expired',
  });
  expect((await uploadRow(server, id)).state).toBe('started');
  expect(await commitOf(server, sha)).toMatchObject({ state: 'pending' });
});
