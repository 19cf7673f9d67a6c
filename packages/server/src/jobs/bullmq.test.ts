import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestStore } from '../../test/support/job-stores.ts';
import { openPostgresStore, openRedisStore } from '../../test/support/job-stores.ts';
import { redisServer } from '../../test/support/redis.ts';
import { openJobs } from './bullmq.ts';
import type { JobKind, Jobs, JobsProblem } from './jobs.ts';

interface Numbered {
  readonly number: number;
}

function kind(name: string): JobKind<Numbered> {
  return {
    name,
    read: (data) => (typeof data === 'object' && data !== null && 'number' in data ? (data as Numbered) : null),
  };
}

/** Collects what handlers got and lets a test wait for the n-th. */
class Seen {
  readonly numbers: number[] = [];
  private readonly waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  add(number: number): void {
    this.numbers.push(number);
    for (const { count, resolve } of this.waiting) if (this.numbers.length >= count) resolve();
  }

  reaches(count: number): Promise<void> {
    if (this.numbers.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ count, resolve }));
  }
}

const STORES = [
  { name: 'Postgres', open: openPostgresStore, missing: null },
  {
    name: 'Redis',
    open: openRedisStore,
    missing: redisServer === null ? 'there is no redis-server on this machine' : null,
  },
] as const;

describe.each(STORES)('jobs in $name', ({ open, missing }) => {
  let store: TestStore;
  let problems: JobsProblem[];
  let opened: Jobs[];

  async function jobsOf(leaseMs = 10_000): Promise<Jobs> {
    const jobs = await openJobs({
      store: store.store,
      leaseMs,
      pollMs: 1000,
      firstPauseMs: 50,
      onProblem: (problem) => problems.push(problem),
    });
    opened.push(jobs);
    return jobs;
  }

  beforeEach(async (context) => {
    if (missing !== null) context.skip(missing);
    problems = [];
    opened = [];
    store = await open();
  });

  afterEach(async () => {
    if (missing !== null) return;
    await Promise.all(opened.map((jobs) => jobs.close(1000)));
    await store.close();
  });

  test('a message reaches its handler with its data, also when it was handed over before anybody worked', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    expect(await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }])).toBe('queued');
    jobs.work(kind('parse'), async ({ number }) => seen.add(number), 1);
    await jobs.enqueue(kind('parse'), [{ id: '2', data: { number: 2 } }]);
    await seen.reaches(2);
    expect(seen.numbers).toEqual([1, 2]);
  });

  test('two messages with one id are one job while it waits, and another job after it ran', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    await jobs.enqueue(kind('parse'), [{ id: 'same', data: { number: 1 } }]);
    await jobs.enqueue(kind('parse'), [
      { id: 'same', data: { number: 2 } },
      { id: 'last', data: { number: 3 } },
    ]);
    jobs.work(kind('parse'), async ({ number }) => seen.add(number), 1);
    await seen.reaches(2);
    await jobs.enqueue(kind('parse'), [{ id: 'same', data: { number: 4 } }]);
    await seen.reaches(3);
    expect(seen.numbers).toEqual([1, 3, 4]);
  });

  test('a large set is handed over whole', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    await jobs.enqueue(
      kind('parse'),
      Array.from({ length: 1203 }, (_, number) => ({ id: `u${number}`, data: { number } })),
    );
    expect(await jobs.counts(kind('parse'))).toEqual({ waiting: 1203, delayed: 0, running: 0 });
    jobs.work(kind('parse'), async ({ number }) => seen.add(number), 8);
    await seen.reaches(1203);
    expect(new Set(seen.numbers).size).toBe(1203);
  });

  test('calls before a debounced run are one run', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    for (let number = 0; number < 20; number++) await jobs.debounce(kind('merge'), { id: 'c1', data: { number } }, 50);
    await jobs.debounce(kind('merge'), { id: 'c2', data: { number: 100 } }, 100);
    jobs.work(kind('merge'), async ({ number }) => seen.add(number), 4);
    await seen.reaches(2);
    expect(seen.numbers).toEqual([0, 100]);
    expect(await jobs.counts(kind('merge'))).toMatchObject({ waiting: 0, delayed: 0 });
  });

  test('calls during a debounced run make exactly one more run after it, never beside it', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    const release = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    jobs.work(
      kind('merge'),
      async ({ number }) => {
        most = Math.max(most, ++running);
        seen.add(number);
        if (number === 1) await release.promise;
        running--;
      },
      4,
    );
    await jobs.debounce(kind('merge'), { id: 'c1', data: { number: 1 } }, 0);
    await seen.reaches(1);
    for (let number = 2; number <= 5; number++) await jobs.debounce(kind('merge'), { id: 'c1', data: { number } }, 0);
    release.resolve();
    await seen.reaches(2);
    await jobs.debounce(kind('merge'), { id: 'c2', data: { number: 6 } }, 0);
    await seen.reaches(3);
    expect(seen.numbers).toEqual([1, 5, 6]);
    expect(most).toBe(1);
  });

  test('a job that fails is reported and comes back after a pause, and holds up no other meanwhile', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    jobs.work(
      kind('parse'),
      async ({ number }) => {
        seen.add(number);
        if (number === 1 && seen.numbers.length < 5) throw new Error('the storage is away');
      },
      1,
    );
    await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }]);
    await seen.reaches(1);
    // While it waits for its next try it is the same job: offering it again changes nothing.
    await jobs.enqueue(kind('parse'), [
      { id: '1', data: { number: 1 } },
      { id: '2', data: { number: 2 } },
    ]);
    await seen.reaches(5);
    // The other waits for no pause; how many tries of the first it sees go by is up to the machine.
    expect(seen.numbers.toSorted()).toEqual([1, 1, 1, 1, 2]);
    const shared = { kind: 'job_failed', queue: 'parse', id: '1', error: new Error('the storage is away') };
    expect(problems).toEqual([1, 2, 3].map((attempt) => ({ ...shared, attempt })));
  });

  test('after five tries a message is dropped, and may come again', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    jobs.work(
      kind('parse'),
      async ({ number }) => {
        seen.add(number);
        if (number === 1) throw new Error('never');
      },
      1,
    );
    await jobs.enqueue(kind('parse'), [{ id: 'same', data: { number: 1 } }]);
    await seen.reaches(5);
    await vi.waitUntil(async () => {
      await jobs.enqueue(kind('parse'), [{ id: 'same', data: { number: 2 } }]);
      return seen.numbers.length > 5;
    });
    expect(seen.numbers.slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
    // Asked for again and again, it may have come, gone and come before that was seen.
    expect(new Set(seen.numbers.slice(5))).toEqual(new Set([2]));
  });

  test('a debounced run that fails comes back, and what was asked for meanwhile is part of that or of the next', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    const release = Promise.withResolvers<void>();
    jobs.work(
      kind('merge'),
      async ({ number }) => {
        seen.add(number);
        if (seen.numbers.length > 1) return;
        await release.promise;
        throw new Error('the storage is away');
      },
      2,
    );
    await jobs.debounce(kind('merge'), { id: 'c1', data: { number: 1 } }, 0);
    await seen.reaches(1);
    await jobs.debounce(kind('merge'), { id: 'c1', data: { number: 2 } }, 0);
    release.resolve();
    await seen.reaches(3);
    expect(seen.numbers).toEqual([1, 1, 2]);
    await jobs.debounce(kind('merge'), { id: 'c1', data: { number: 3 } }, 0);
    await seen.reaches(4);
  });

  test('what a queue keeps of a failure is not its reason, which may hold a password', async () => {
    const jobs = await jobsOf();
    const kept = Promise.withResolvers<string>();
    let tries = 0;
    jobs.work(
      kind('parse'),
      async () => {
        if (++tries === 1) throw new Error('postgres://app:hunter2@db');
        kept.resolve(await store.dump());
      },
      1,
    );
    await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }]);
    expect(await kept.promise).toContain('m-1');
    expect(await kept.promise).toContain('tried again');
    expect(await kept.promise).not.toContain('hunter2');
  });

  test('a message that its kind cannot read is dropped and reported', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    await jobs.enqueue({ name: 'parse', read: () => null }, [{ id: 'old', data: { upload: 5 } }]);
    await jobs.enqueue(kind('parse'), [{ id: 'new', data: { number: 1 } }]);
    jobs.work(kind('parse'), async ({ number }) => seen.add(number), 1);
    await seen.reaches(1);
    expect(problems).toEqual([{ kind: 'job_unreadable', queue: 'parse', id: 'old' }]);
  });

  test('the job of a worker that was killed goes to another', async () => {
    const jobs = await jobsOf(1000);
    const seen = new Seen();
    await jobs.enqueue(kind('hang'), [{ id: '1', data: { number: 1 } }]);
    const program = fileURLToPath(new URL('../../test/support/hanging-worker.ts', import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(store.store)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [taken] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(taken)).toBe('taken\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    jobs.work(kind('hang'), async ({ number }) => seen.add(number), 1);
    await seen.reaches(1);
    expect(seen.numbers).toEqual([1]);
  });

  test('a scheduled job runs at once and again, once for all processes that ask for it', async () => {
    const [one, other] = [await jobsOf(), await jobsOf()];
    const seen = new Seen();
    one.work(kind('sweep'), async ({ number }) => seen.add(number), 1);
    one.schedule(kind('sweep'), { id: 'sweep', data: { number: 1 } }, 300);
    await seen.reaches(2);
    other.schedule(kind('sweep'), { id: 'sweep', data: { number: 2 } }, 3_600_000);
    await seen.reaches(4);
    expect(seen.numbers.filter((number) => number === 2)).toEqual([2]);
  });

  test('when a message could not be handed over, scheduled jobs run again before their time', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    jobs.work(kind('sweep'), async ({ number }) => seen.add(number), 1);
    jobs.schedule(kind('sweep'), { id: 'sweep', data: { number: 1 } }, 3_600_000);
    await seen.reaches(1);
    const release = await store.hold();
    expect(await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }])).toBe('unavailable');
    await release();
    await seen.reaches(2);
    expect(problems).toContainEqual({ kind: 'queue_trouble', queue: 'parse', error: expect.any(Error) });
  });

  test('an outage in which nothing is handed over is noticed, and work is done without the queue until it is over', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    jobs.work(kind('sweep'), async ({ number }) => seen.add(number), 1);
    jobs.schedule(kind('sweep'), { id: 'sweep', data: { number: 1 } }, 3_600_000);
    await seen.reaches(1);
    const begun = new Seen();
    const over = Promise.withResolvers<void>();
    jobs.whileAway(async (outage) => {
      begun.add(1);
      outage.over.addEventListener('abort', () => over.resolve());
    });
    const release = await store.hold();
    await begun.reaches(2);
    expect(await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }])).toBe('unavailable');
    await release();
    await over.promise;
    await seen.reaches(2);
    expect(await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }])).toBe('queued');
  });

  test('closing waits for work that is done without the queue, which is told at once', async () => {
    const jobs = await jobsOf();
    const begun = Promise.withResolvers<void>();
    let ended = false;
    jobs.whileAway(async ({ over }) => {
      begun.resolve();
      await new Promise((resolve) => over.addEventListener('abort', resolve));
      ended = true;
    });
    const release = await store.hold();
    await begun.promise;
    await jobs.close(60_000);
    await release();
    expect(ended).toBe(true);
  });

  test('closing waits for the running job', async () => {
    const jobs = await jobsOf();
    const started = new Seen();
    const release = Promise.withResolvers<void>();
    const ended = new Seen();
    jobs.work(
      kind('parse'),
      async ({ number }) => {
        started.add(number);
        await release.promise;
        ended.add(number);
      },
      1,
    );
    await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }]);
    await started.reaches(1);
    const closed = jobs.close(60_000);
    release.resolve();
    await closed;
    expect(ended.numbers).toEqual([1]);
    expect(await jobs.enqueue(kind('parse'), [{ id: '2', data: { number: 2 } }])).toBe('unavailable');
    expect(await jobs.counts(kind('parse'))).toBeNull();
  });

  test('closing tells a job that takes too long, and comes to an end although it goes on', async () => {
    const jobs = await jobsOf();
    const aborted = Promise.withResolvers<void>();
    const started = new Seen();
    jobs.work(
      kind('parse'),
      ({ number }, signal) => {
        started.add(number);
        signal.addEventListener('abort', () => aborted.resolve());
        return new Promise(() => {});
      },
      1,
    );
    await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }]);
    await started.reaches(1);
    await jobs.close(0);
    await aborted.promise;
  });

  test('connections that are cut are made again', async () => {
    const jobs = await jobsOf();
    const seen = new Seen();
    jobs.work(kind('parse'), async ({ number }) => seen.add(number), 1);
    await jobs.enqueue(kind('parse'), [{ id: '1', data: { number: 1 } }]);
    await seen.reaches(1);
    await store.cutConnections();
    await vi.waitUntil(
      async () => (await jobs.enqueue(kind('parse'), [{ id: '2', data: { number: 2 } }])) === 'queued',
      20_000,
    );
    await seen.reaches(2);
    expect(seen.numbers).toEqual([1, 2]);
  });

  test('an id that could be mistaken for something else is a mistake of the caller', async () => {
    const jobs = await jobsOf();
    await expect(jobs.enqueue(kind('parse'), [{ id: 'a:b', data: { number: 1 } }])).rejects.toThrow(
      'cannot be the id of a job',
    );
  });
});

test('opening queues in a database that does not answer fails with its reason', async () => {
  const connection: pg.PoolConfig = { host: '127.0.0.1', port: 1, user: 'nobody', connectionTimeoutMillis: 1000 };
  await expect(
    openJobs({ store: { kind: 'postgres', connection }, leaseMs: 1000, pollMs: 1000, onProblem: () => {} }),
  ).rejects.toThrow();
});
