import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outage } from './jobs.ts';
import { StoreWatch } from './store-watch.ts';

const POLL_MS = 5000;
const RETRY_MS = 1000;

let answers: { read: boolean; write: boolean };
let asked: string[];
let whenAsked: () => Promise<void>;
let watch: StoreWatch;

beforeEach(() => {
  vi.useFakeTimers();
  answers = { read: true, write: true };
  asked = [];
  whenAsked = async () => {};
  watch = new StoreWatch(
    {
      isThere: async () => {
        asked.push('read');
        return answers.read;
      },
      isBack: async () => {
        asked.push('write');
        await whenAsked();
        return answers.write;
      },
    },
    { pollMs: POLL_MS, retryMs: RETRY_MS },
  );
});
afterEach(async () => {
  await watch.stop();
  vi.useRealTimers();
});

/** Work that lasts until it is let go. */
function lastingWork() {
  const begun: Outage[] = [];
  const ends: (() => void)[] = [];
  const work = (outage: Outage): Promise<void> => {
    begun.push(outage);
    return new Promise((resolve) => ends.push(resolve));
  };
  return { begun, ends, work };
}

test('a store that answers is asked once in a poll, and nothing is done without it', async () => {
  const { begun, work } = lastingWork();
  watch.whileAway(work);
  await vi.advanceTimersByTimeAsync(3 * POLL_MS);
  expect(asked).toEqual(['read', 'read', 'read']);
  expect(begun).toEqual([]);
  expect(watch.turnsAway()).toBe(false);
});

test('an outage is noticed at the next poll although nobody hands anything over', async () => {
  answers = { read: false, write: false };
  await vi.advanceTimersByTimeAsync(POLL_MS);
  expect(watch.turnsAway()).toBe(true);
});

test('an outage that is shorter than a poll is left to the queue', async () => {
  const { begun, work } = lastingWork();
  watch.whileAway(work);
  answers.write = false;
  watch.lost();
  await vi.advanceTimersByTimeAsync(POLL_MS - RETRY_MS);
  answers.write = true;
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(watch.turnsAway()).toBe(false);
  expect(begun).toEqual([]);
});

test('work begins after a poll and is repeated each poll, never twice at once', async () => {
  const { begun, ends, work } = lastingWork();
  watch.whileAway(work);
  answers.write = false;
  watch.lost();
  await vi.advanceTimersByTimeAsync(POLL_MS);
  expect(begun).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3 * POLL_MS);
  expect(begun).toHaveLength(1);
  ends[0]();
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(begun).toHaveLength(2);
  ends[1]();
  await vi.advanceTimersByTimeAsync(POLL_MS - RETRY_MS);
  expect(begun).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(begun).toHaveLength(3);
  ends[2]();
});

test('a store that can be read but takes nothing is away', async () => {
  const { begun, ends, work } = lastingWork();
  watch.whileAway(work);
  answers = { read: true, write: false };
  watch.lost();
  await vi.advanceTimersByTimeAsync(POLL_MS);
  expect(watch.turnsAway()).toBe(true);
  expect(begun).toHaveLength(1);
  ends[0]();
});

test('work is told when the store is back; what still runs then is not begun again in the next outage', async () => {
  const { begun, ends, work } = lastingWork();
  watch.whileAway(work);
  answers.write = false;
  watch.lost();
  await vi.advanceTimersByTimeAsync(POLL_MS);
  answers.write = true;
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(begun[0].over.aborted).toBe(true);
  expect(begun[0].signal.aborted).toBe(false);
  answers.write = false;
  watch.lost();
  await vi.advanceTimersByTimeAsync(2 * POLL_MS);
  expect(begun).toHaveLength(1);
  ends[0]();
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(begun).toHaveLength(2);
  expect(begun[1].over.aborted).toBe(false);
  ends[1]();
});

test('who is turned away while the store is found to be back is looked after once more', async () => {
  watch.lost();
  // Before the question, which finds what was left until then.
  expect(watch.turnsAway()).toBe(true);
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(asked).toEqual(['write']);
  expect(watch.turnsAway()).toBe(false);

  const answer = Promise.withResolvers<void>();
  whenAsked = () => answer.promise;
  watch.lost();
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  expect(watch.turnsAway()).toBe(true);
  answer.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['write', 'write', 'write']);
  expect(watch.turnsAway()).toBe(false);
});

test('stopping tells what runs and waits for it, and cuts it only when told to', async () => {
  const { begun, ends, work } = lastingWork();
  watch.whileAway(work);
  answers.write = false;
  watch.lost();
  await vi.advanceTimersByTimeAsync(POLL_MS);
  let isStopped = false;
  const stopped = watch.stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(2 * POLL_MS);
  expect(begun[0].over.aborted).toBe(true);
  expect(isStopped).toBe(false);
  expect(begun[0].signal.aborted).toBe(false);
  watch.cut();
  expect(begun[0].signal.aborted).toBe(true);
  ends[0]();
  await stopped;
});
