import { expect, test } from 'vitest';
import { groupByDay } from './days.ts';
import { readCommitsSearch, toggleStatus } from './search.ts';

test('commits stand under their day, in their order', () => {
  const at = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString();
  const commits = [
    { sha: 'c', at: at(3, 9) },
    { sha: 'b', at: at(2, 23) },
    { sha: 'a', at: at(2, 1) },
  ];
  const now = new Date(2026, 2, 4, 12);
  const rows = groupByDay(commits, now).map((row) => (row.kind === 'day' ? [row.name, row.count] : row.commit.sha));
  expect(rows).toEqual([['Yesterday', 1], 'c', ['Mon 2 Mar', 2], 'b', 'a']);
  expect(groupByDay([], now)).toEqual([]);
});

test('days of another year say which', () => {
  const old = [{ sha: 'a', at: new Date(2025, 11, 31, 9).toISOString() }];
  expect(groupByDay(old, new Date(2026, 0, 2, 9))[0]).toMatchObject({ name: 'Wed, 31 Dec 2025' });
});

test('what the address says badly is as if it were not there', () => {
  expect(readCommitsSearch({ coverageStatus: ['error', 'x'], search: ' a ', author: ['b'] })).toEqual({
    coverageStatus: ['ERROR'],
    search: 'a',
  });
  expect(readCommitsSearch({})).toEqual({});
});

test('a state is switched on and off', () => {
  expect(toggleStatus({ search: 'a' }, 'ERROR')).toEqual({ search: 'a', coverageStatus: ['ERROR'] });
  expect(toggleStatus({ coverageStatus: ['ERROR'] }, 'ERROR')).toEqual({});
});
