import { describe, expect, test } from 'vitest';
import { nextOrder, readFilters, writeFilters } from './filters.ts';

describe('filters of the repositories in an address', () => {
  test('defaults are not written, other parameters stay', () => {
    const read = readFilters({ ordering: 'COMMIT_DATE', direction: 'DESC', other: 'x' });
    expect(writeFilters({ ordering: 'COMMIT_DATE', direction: 'DESC', other: 'x' }, read)).toEqual({ other: 'x' });
    expect(writeFilters({}, { ...read, search: 'api', stale: true, repoDisplay: 'Not Configured' })).toEqual({
      search: 'api',
      stale: '1',
      repoDisplay: 'Not Configured',
    });
  });

  test('words of old links are read in any case, bad ones fall back and disappear', () => {
    const old = { repoDisplay: 'not_configured', ordering: 'name', direction: 'up', stale: 'yes', search: ['a', 'b'] };
    const read = readFilters(old);
    expect(read).toEqual({
      search: '',
      ordering: 'NAME',
      direction: 'DESC',
      repoDisplay: 'Not Configured',
      stale: false,
    });
    expect(writeFilters(old, read)).toEqual({ ordering: 'NAME', repoDisplay: 'Not Configured' });
  });

  test('a head pressed anew sorts as is most telling, pressed again the other way', () => {
    const start = readFilters({});
    expect(nextOrder(start, 'NAME')).toEqual({ ordering: 'NAME', direction: 'ASC' });
    expect(nextOrder(start, 'COVERAGE')).toEqual({ ordering: 'COVERAGE', direction: 'DESC' });
    expect(nextOrder(start, 'COMMIT_DATE')).toEqual({ ordering: 'COMMIT_DATE', direction: 'ASC' });
  });
});
