import { expect, test } from 'vitest';
import { readTreeSearch, writeOrder } from './tree-search.ts';

test('a tree is by name, a list by missed lines, unless the address says otherwise', () => {
  expect(readTreeSearch({})).toEqual({ displayType: 'tree', search: '', order: { sort: 'name', direction: 'ASC' } });
  expect(readTreeSearch({ displayType: 'list' }).order).toEqual({ sort: 'misses', direction: 'DESC' });
  expect(readTreeSearch({ displayType: 'list', sort: 'name' }).order).toEqual({ sort: 'name', direction: 'ASC' });
  expect(readTreeSearch({ sort: 'nonsense', direction: 'desc' }).order).toEqual({ sort: 'name', direction: 'DESC' });
});

test('the usual order is not written', () => {
  expect(writeOrder({ sort: 'misses', direction: 'DESC' }, 'list')).toEqual({ sort: undefined, direction: undefined });
  expect(writeOrder({ sort: 'name', direction: 'ASC' }, 'list')).toEqual({ sort: 'name', direction: 'ASC' });
});
