import { expect, test } from 'vitest';
import { prefixOf, withoutPrefix } from './prefix.ts';

test.each([
  ['/thatch/gh/acme?a=b', '/gh/acme?a=b'],
  ['/thatch', '/'],
  ['/thatch?a=b', '/?a=b'],
  ['/thatch/', '/'],
  ['/thatcher/gh', '/thatcher/gh'],
  ['/gh/thatch/web', '/gh/thatch/web'],
])('below /thatch, %s is %s', (asked, meant) => expect(withoutPrefix(asked, '/thatch')).toBe(meant));

test('without a prefix nothing is taken off', () => expect(withoutPrefix('/gh/acme', '')).toBe('/gh/acme'));

test('the prefix is the path of the public address', () => {
  expect(prefixOf('https://host/thatch/')).toBe('/thatch');
  expect(prefixOf('https://host')).toBe('');
  expect(prefixOf(null)).toBe('');
});
