import { describe, expect, test } from 'vitest';
import { listOf, oneOf, readSearch, writeSearch } from './search.ts';

describe('parameters of an address', () => {
  test.each([
    ['?flags=a&flags=b', { flags: ['a', 'b'] }],
    ['?flags[]=a', { flags: ['a'] }],
    ['?flags%5B0%5D=a&flags%5B1%5D=b', { flags: ['a', 'b'] }],
    ['?flags=a', { flags: 'a' }],
    ['?search=a%20b%26c', { search: 'a b&c' }],
    ['?__proto__=x', Object.fromEntries([['__proto__', 'x']])],
  ])('%s is read', (text, values) => expect(readSearch(text)).toEqual(values));

  test('lists are written by repeating the name', () => {
    expect(writeSearch({ flags: ['a', 'b c'], search: undefined, sort: 'name' })).toBe('?flags=a&flags=b+c&sort=name');
    expect(writeSearch({})).toBe('');
  });

  test('a bad value falls back to the default', () => {
    expect(oneOf('not_configured', ['All', 'Configured', 'Not Configured'])).toBe('Not Configured');
    expect(oneOf('nope', ['All', 'Configured'])).toBe('All');
    expect(oneOf(undefined, ['All', 'Configured'])).toBe('All');
    expect(listOf('a')).toEqual(['a']);
    expect(listOf(undefined)).toEqual([]);
  });
});
