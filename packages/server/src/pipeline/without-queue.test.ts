import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeRedis, redisServer, type TestRedis } from '../../test/support/redis.ts';
import { eventually, newSha, send, startTestServer, type TestServer } from '../../test/support/server.ts';
import type { App } from '../app.ts';
import { InHand } from './in-hand.ts';
import { MERGE, PARSE, RECONCILE } from './kinds.ts';
import { WithoutQueue } from './without-queue.ts';

let redis: TestRedis;
let server: TestServer;
let logged: { readonly kind?: string; readonly msg: string }[];

beforeEach((context) => {
  if (redisServer === null) context.skip('there is no redis-server on this machine');
  logged = [];
  redis = makeRedis();
});
afterEach(async () => {
  if (redisServer === null) return;
  await server.stop();
  await redis.close();
});

/** A server whose queues are in that Redis. */
async function start(): Promise<void> {
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  server = await startTestServer({
    log,
    configure: (config) => ({
      ...config,
      services: { ...config.services, redisUrl: redis.url },
      worker: { ...config.worker, pollSeconds: 1 },
    }),
  });
}

/** Sends a report that differs from all others. With `wait` it is merged when this returns. */
async function upload(sha: string, line: number, wait = 0): Promise<void> {
  const query = new URLSearchParams({ repo: 'github/acme/web', commit: sha, branch: 'main', wait: `${wait}` });
  const answer = await send(`${server.url}/upload/coverage?${query}`, {
    token: server.world.R,
    body: `TN:\nSF:src/a.c\nDA:${line},1\nend_of_record\n`,
  });
  expect(answer.status, answer.text).toBeLessThan(300);
}

async function rows() {
  const { kysely } = server.app.database;
  return kysely.selectFrom('uploads').select(['external_id', 'state', 'attempts']).orderBy('id').execute();
}

function merged(sha: string, lines: number): Promise<unknown> {
  return eventually(server, ({ type, data }) => {
    const { commit, totals } = data as { commit?: string; totals?: { lines: number } };
    return type === 'commit.merged' && commit === sha && totals?.lines === lines;
  });
}

/** Waits until the queues have nothing left, as after an outage they may hold messages of work that is done. */
async function untilQueuesAreEmpty(): Promise<void> {
  await vi.waitUntil(
    async () => {
      const counts = await Promise.all([PARSE, MERGE, RECONCILE].map((kind) => server.app.jobs.counts(kind)));
      return counts.every((each) => each !== null && each.waiting + each.delayed + each.running === 0);
    },
    { timeout: 30_000, interval: 100 },
  );
}

function expectNothingDoubledOrFailed(uploads: number): void {
  const parsed = server.events.filter(({ type }) => type === 'upload.parsed').map(({ data }) => data['upload']);
  expect(parsed).toHaveLength(uploads);
  expect(new Set(parsed).size).toBe(uploads);
  expect(
    logged.filter(({ kind, msg }) => kind === 'job_failed' || msg.startsWith('work from the journal failed')),
  ).toEqual([]);
}

describe.each([
  { name: 'ends and comes back empty', take: () => redis.kill(), giveBack: () => redis.start() },
  { name: 'hangs and goes on later', take: async () => redis.hold(), giveBack: async () => redis.release() },
  { name: 'has no memory left and gets some later', take: () => redis.fill(), giveBack: () => redis.makeRoom() },
])('when Redis $name', ({ take, giveBack }) => {
  test('uploads are merged meanwhile, and afterwards nothing is doubled and no job failed', async () => {
    await redis.start();
    await start();
    const [one, other, after] = [newSha(), newSha(), newSha()];
    await upload(one, 1, 60);

    // In the middle of uploads: some were handed over, some are read or merged at this moment.
    await Promise.all([2, 3, 4, 5].map((line) => upload(one, line)));
    await take();
    await Promise.all([6, 7, 8].map((line) => upload(one, line)));
    await upload(other, 1);
    await merged(one, 8);
    await merged(other, 1);
    expect(await server.app.jobs.counts(PARSE)).toBeNull();
    expect((await rows()).map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => 'merged'));

    await giveBack();
    await vi.waitUntil(async () => (await server.app.jobs.counts(PARSE)) !== null, { timeout: 20_000 });
    await upload(after, 1, 60);
    await untilQueuesAreEmpty();
    const all = await rows();
    expect(all).toHaveLength(10);
    expect(all.every(({ state, attempts }) => state === 'merged' && attempts === 1)).toBe(true);
    expectNothingDoubledOrFailed(10);
    expect(logged.map(({ msg }) => msg)).toContain('no longer taking work from the journal');
  });
});

test('a server that starts while Redis is away takes uploads and merges them, and hands over when it comes', async () => {
  await start();
  const [during, after] = [newSha(), newSha()];
  await upload(during, 1, 60);
  await merged(during, 1);
  await redis.start();
  await vi.waitUntil(async () => (await server.app.jobs.counts(PARSE)) !== null, { timeout: 20_000 });
  await upload(after, 1, 60);
  await untilQueuesAreEmpty();
  expectNothingDoubledOrFailed(2);
  expect((await rows()).map(({ state }) => state)).toEqual(['merged', 'merged']);
});

describe('a run without the queue', () => {
  const outage = () => ({ over: new AbortController(), signal: new AbortController().signal });

  function workerOn(app: App, parsing = new InHand()): WithoutQueue {
    return new WithoutQueue({
      app,
      most: { parse: 2, merge: 1 },
      inHand: { parse: parsing, merge: new InHand() },
    });
  }

  beforeEach(async () => {
    // Away, and with the server's own work without it far in the future: only what a test begins runs.
    const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    server = await startTestServer({
      log,
      configure: (config) => ({
        ...config,
        services: { ...config.services, redisUrl: redis.url },
        worker: { ...config.worker, pollSeconds: 3600 },
      }),
    });
  });

  test('goes on past an upload that fails, leaves it as it was, and reads it in the next run', async () => {
    const sha = newSha();
    await upload(sha, 1);
    const [{ raw_key }] = await server.app.database.kysely.selectFrom('uploads').select('raw_key').execute();
    await upload(sha, 2);
    const objects = Object.create(server.app.objects) as App['objects'];
    objects.openLocal = async (key) => {
      if (key === raw_key) throw new Error('the storage is away');
      return server.app.objects.openLocal(key);
    };
    const { over, signal } = outage();
    await workerOn({ ...server.app, objects }).run({ over: over.signal, signal });
    expect(await rows()).toMatchObject([
      { state: 'stored', attempts: 0 },
      { state: 'merged', attempts: 1 },
    ]);
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'work from the journal failed', step: 'parse' }));
    await workerOn(server.app).run({ over: over.signal, signal });
    expect((await rows()).map(({ state }) => state)).toEqual(['merged', 'merged']);
  });

  test('leaves alone what a handler of the queue still works on', async () => {
    await upload(newSha(), 1);
    const [{ id }] = await server.app.database.kysely.selectFrom('uploads').select('id').execute();
    const inHand = new InHand();
    const { over, signal } = outage();
    await inHand.during(id, () => workerOn(server.app, inHand).run({ over: over.signal, signal }));
    expect((await rows()).map(({ state }) => state)).toEqual(['stored']);
    await workerOn(server.app, inHand).run({ over: over.signal, signal });
    expect((await rows()).map(({ state }) => state)).toEqual(['merged']);
  });

  test('of two processes at once each upload is read by one', async () => {
    const sha = newSha();
    await Promise.all(Array.from({ length: 40 }, (_, line) => upload(sha, line + 1)));
    const { over, signal } = outage();
    await Promise.all([1, 2].map(() => workerOn(server.app).run({ over: over.signal, signal })));
    await merged(sha, 40);
    expect(new Set((await rows()).map(({ state, attempts }) => `${state} ${attempts}`))).toEqual(new Set(['merged 1']));
    expectNothingDoubledOrFailed(40);
  });

  test('begins nothing more when the outage is over', async () => {
    await upload(newSha(), 1);
    const { over, signal } = outage();
    over.abort();
    await workerOn(server.app).run({ over: over.signal, signal });
    expect((await rows()).map(({ state }) => state)).toEqual(['stored']);
  });
});
