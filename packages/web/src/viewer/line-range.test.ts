import { expect, test } from 'vitest';
import { placeOf, rangeOf, readRange, writeRange } from './line-range.ts';

test.each([
  ['#L40', { from: 40, to: 40 }],
  ['L40-L52', { from: 40, to: 52 }],
  ['#L52-L40', { from: 40, to: 52 }],
  ['#L40-52', { from: 40, to: 52 }],
  ['#L0', null],
  ['#L', null],
  ['#diff-abc', null],
  ['#L1x', null],
  ['', null],
])('%j means %j', (hash, range) => expect(readRange(hash)).toEqual(range));

test('a range is written as it is read, and as tools print places', () => {
  expect(writeRange({ from: 4, to: 4 })).toBe('L4');
  expect(writeRange(rangeOf(9, 4))).toBe('L4-L9');
  expect(placeOf('src/a.ts', { from: 4, to: 9 })).toBe('src/a.ts:4-9');
});
