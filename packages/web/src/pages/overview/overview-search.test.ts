import { expect, test } from 'vitest';
import { readOverviewSearch, writeOverviewSearch } from './overview-search.ts';

test('without parameters the tree is sorted by name, the list by missed lines', () => {
  expect(readOverviewSearch({})).toEqual({
    display: 'tree',
    search: '',
    sort: 'name',
    direction: 'ASC',
    flags: [],
    trend: '3 months',
  });
  expect(readOverviewSearch({ displayType: 'list' })).toMatchObject({ sort: 'misses', direction: 'DESC' });
});

test('bad values are defaults', () => {
  const bad = { displayType: 'x', sort: ['name'], direction: 'UP', trend: '4 years', search: ['a', 'b'] };
  expect(readOverviewSearch(bad)).toEqual(readOverviewSearch({}));
});

test('a bad value in the list is the default of the list', () => {
  expect(readOverviewSearch({ displayType: 'list', sort: 'zz', direction: 'up' })).toMatchObject({
    sort: 'misses',
    direction: 'DESC',
  });
});

test('what is read is written again, without defaults, and unknown parameters stay', () => {
  const raw = {
    displayType: 'list',
    sort: 'lines',
    direction: 'DESC',
    flags: ['unit', 'e2e'],
    trend: '7 days',
    other: '1',
  };
  const written = writeOverviewSearch(raw, readOverviewSearch(raw));
  expect(Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined))).toEqual(raw);
  expect(Object.values(writeOverviewSearch({}, readOverviewSearch({}))).filter((value) => value !== undefined)).toEqual(
    [],
  );
});
