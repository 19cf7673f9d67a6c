import { expect, test } from 'vitest';
import { OnceInAWhile } from './once-in-a-while.ts';

test('the same news is told once a minute, other news at once', () => {
  const news = new OnceInAWhile();
  expect(news.isDue('refused', 0)).toBe(true);
  expect(news.isDue('refused', 59_999)).toBe(false);
  expect(news.isDue('time-out', 59_999)).toBe(true);
  expect(news.isDue('refused', 60_000)).toBe(true);
  expect(news.isDue('refused', 119_999)).toBe(false);
});

test('ever new texts do not fill the memory, and are all told', () => {
  const news = new OnceInAWhile();
  expect(Array.from({ length: 1000 }, (_, index) => news.isDue(`port ${index}`, 0)).every(Boolean)).toBe(true);
});
