import { expect, test } from 'vitest';
import { findMatches, matchesByLine, MOST_MATCHES } from './find.ts';

test('a text is found whatever its case, and taken literally', () => {
  const lines = ['a.b', 'A.B axb', '[x] \\ ^$-/'];
  expect(findMatches(lines, 'a.b')).toEqual([
    { index: 0, start: 0, end: 3 },
    { index: 1, start: 0, end: 3 },
  ]);
  for (const sign of ['[x]', '\\', '^$', '-', '/']) expect(findMatches(lines, sign)).toHaveLength(1);
  expect(findMatches(lines, '')).toEqual([]);
});

test('matches of a line are together, and there is an end to them', () => {
  expect(matchesByLine(findMatches(['xx', '', 'x'], 'x'))).toEqual(
    new Map([
      [
        0,
        [
          [0, 1],
          [1, 2],
        ],
      ],
      [2, [[0, 1]]],
    ]),
  );
  expect(findMatches(['x'.repeat(MOST_MATCHES + 5)], 'x')).toHaveLength(MOST_MATCHES);
});
