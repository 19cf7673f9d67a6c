import { expect, test } from 'vitest';
import { sparklinePath } from './sparkline-path.ts';

const SIZE = { width: 96, height: 20 };

test('the line goes from the left to the right edge, its greatest value at the top', () => {
  expect(sparklinePath([10, 20, 15], SIZE)).toEqual({
    path: 'M3 17h0L48 3L93 10',
    least: { x: 3, y: 17 },
    greatest: { x: 48, y: 3 },
    last: { x: 93, y: 10 },
  });
});

test('a missing value leaves a gap, and a value between two gaps is still a dot', () => {
  expect(sparklinePath([1, null, 2, null, null], SIZE)?.path).toBe('M3 17h0M48 3h0');
});

test('equal values are a line in the middle', () => {
  expect(sparklinePath([5, 5], SIZE)?.path).toBe('M3 10h0L93 10');
});

test('without a value there is no line', () => {
  expect(sparklinePath([], SIZE)).toBeNull();
  expect(sparklinePath([null, null], SIZE)).toBeNull();
});
