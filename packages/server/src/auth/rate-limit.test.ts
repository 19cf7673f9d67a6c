import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

function limited(most: number, keys = 10) {
  const time = { now: 0 };
  return { time, limit: new RateLimit({ most, seconds: 3600, keys, clock: () => time.now }) };
}

test('after the most allowed the next one is told when to come again', () => {
  const { limit } = limited(60);
  for (let count = 0; count < 60; count++) expect(limit.take('a').kind).toBe('allowed');
  expect(limit.take('a')).toEqual({ kind: 'throttled', retryAfterSeconds: 60 });
});

test('coming again at the time told is allowed', () => {
  const { limit, time } = limited(60);
  for (let count = 0; count < 60; count++) limit.take('a');
  time.now += 59_000;
  expect(limit.take('a')).toEqual({ kind: 'throttled', retryAfterSeconds: 1 });
  time.now += 1_000;
  expect(limit.take('a').kind).toBe('allowed');
  expect(limit.take('a').kind).toBe('throttled');
});

test('keys do not disturb each other', () => {
  const { limit } = limited(1);
  expect(limit.take('a').kind).toBe('allowed');
  expect(limit.take('b').kind).toBe('allowed');
  expect(limit.take('a').kind).toBe('throttled');
});

test('only so many keys are remembered, the least recently seen is forgotten', () => {
  const { limit } = limited(1, 2);
  limit.take('a');
  limit.take('b');
  limit.take('a');
  limit.take('c');
  expect(limit.take('a').kind).toBe('throttled');
  expect(limit.take('b').kind).toBe('allowed');
});
