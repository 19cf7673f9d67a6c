import { expect, test } from 'vitest';
import { Busy, turns } from './turns.ts';

/** A task that runs until it is ended. */
function task() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const state = { hasBegun: false };
  const run = async () => {
    state.hasBegun = true;
    started.resolve();
    await promise;
  };
  return { state, run, started: started.promise, end: resolve };
}

test('so many run at once, the next when one has ended, in the order in which they came', async () => {
  const take = turns(2);
  const tasks = [task(), task(), task(), task()];
  const all = tasks.map(({ run }) => take(run));
  expect(tasks.map(({ state }) => state.hasBegun)).toEqual([true, true, false, false]);
  tasks[1].end();
  await tasks[2].started;
  expect(tasks[3].state.hasBegun).toBe(false);
  for (const each of tasks) each.end();
  await Promise.all(all);
});

test('who comes when too many wait is sent away, and comes in when there is room again', async () => {
  const take = turns(1, 1);
  const [first, second] = [task(), task()];
  const all = [take(first.run), take(second.run)];
  await expect(take(async () => 'late')).rejects.toBeInstanceOf(Busy);
  for (const each of [first, second]) each.end();
  await Promise.all(all);
  expect(await take(async () => 'again')).toBe('again');
});

test('one that fails gives its place to the next', async () => {
  const take = turns(1);
  const failing = take(async () => {
    throw new Error('no');
  });
  const next = take(async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});
