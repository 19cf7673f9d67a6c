import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/cluster.ts';
import { makeRepository } from '../../test/support/upload-world.ts';
import type { App } from '../app.ts';
import type { JournalEvent } from '../events/journal.ts';
import { Lifecycle } from '../lifecycle.ts';
import { isSettled, waitUntilSettled } from './settled.ts';
import type { Watcher } from './watch.ts';

let database: TestDatabase;
let commitId: number;
let lifecycle: Lifecycle;
let listeners: ((events: readonly JournalEvent[]) => void)[];
let subscribed: PromiseWithResolvers<void>;
let app: Watcher & Pick<App, 'database'>;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  const { kysely } = database.connection;
  const repository = await makeRepository(kysely, 'acme', 'web');
  const commit = await kysely
    .insertInto('commits')
    .values({ repository_id: repository.id, sha: crypto.randomUUID().replaceAll('-', ''), wanted_generation: 1 })
    .returning('id')
    .executeTakeFirstOrThrow();
  commitId = commit.id;
  lifecycle = new Lifecycle();
  lifecycle.phase = 'ready';
  listeners = [];
  subscribed = Promise.withResolvers();
  app = {
    database: database.connection,
    lifecycle,
    events: {
      subscribe: (listener) => {
        listeners.push(listener);
        subscribed.resolve();
        return () => {
          listeners = listeners.filter((other) => other !== listener);
        };
      },
    },
  };
  // Time stands still: what resolves was pushed.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => vi.useRealTimers());

function publish(about: number): void {
  const event: JournalEvent = {
    id: 1,
    at: new Date(),
    type: 'commit.merged',
    repositoryId: null,
    commitId: about,
    topics: [],
    data: {},
  };
  for (const listener of listeners) listener([event]);
}

async function merge(): Promise<void> {
  await database.connection.kysely
    .updateTable('commits')
    .set({ merged_generation: 1 })
    .where('id', '=', commitId)
    .execute();
}

test('an event of the commit ends the wait, without any time passing', async () => {
  const waiting = waitUntilSettled(app, commitId, 300, new AbortController().signal);
  await subscribed.promise;
  await merge();
  publish(commitId);
  expect(isSettled(await waiting)).toBe(true);
  expect(listeners).toEqual([]);
});

test('events of other commits, and one that settles nothing, do not end it', async () => {
  const waiting = waitUntilSettled(app, commitId, 300, new AbortController().signal);
  const ended = vi.fn();
  void waiting.then(ended);
  await subscribed.promise;
  publish(commitId + 1);
  publish(commitId);
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  expect(ended).not.toHaveBeenCalled();
  await merge();
  publish(commitId);
  expect(isSettled(await waiting)).toBe(true);
});

test('it ends with what is known when the client goes, when the server drains, and when the time is over', async () => {
  const client = new AbortController();
  const left = waitUntilSettled(app, commitId, 300, client.signal);
  await subscribed.promise;
  client.abort();
  expect(isSettled(await left)).toBe(false);

  subscribed = Promise.withResolvers();
  const cut = waitUntilSettled(app, commitId, 300, new AbortController().signal);
  await subscribed.promise;
  lifecycle.phase = 'draining';
  expect(isSettled(await cut)).toBe(false);

  lifecycle.phase = 'ready';
  expect(isSettled(await waitUntilSettled(app, commitId, 0, new AbortController().signal))).toBe(false);
  expect(listeners).toEqual([]);
});
