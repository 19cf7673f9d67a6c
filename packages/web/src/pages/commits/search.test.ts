import { expect, test } from 'vitest';
import { writeSearch } from '../../addresses/search.ts';
import { readCommitsSearch, writeCommitsSearch } from './search.ts';

const tidy = (raw: Readonly<Record<string, unknown>>): string =>
  writeSearch(writeCommitsSearch(raw, readCommitsSearch(raw)));

test('what the list knows is written again, and what it does not know stays', () => {
  expect(tidy({ other: '1', coverageStatus: ['ERROR', 'PENDING'], search: 'gzip', author: 'ada' })).toBe(
    '?other=1&coverageStatus=PENDING&coverageStatus=ERROR&search=gzip&author=ada',
  );
});

test('bad values are taken off', () => {
  expect(tidy({ coverageStatus: 'LOST', search: ' ', author: ['a', 'b'] })).toBe('');
  expect(tidy({ coverageStatus: ['error', 'LOST'] })).toBe('?coverageStatus=ERROR');
});
