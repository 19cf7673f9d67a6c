import { expect, test } from 'vitest';
import { readRef, slashRewrite, writeRef } from './refs.ts';

const inside = (address: string) => slashRewrite.input({ url: new URL(address, 'http://host') });
const outside = (path: string) => slashRewrite.output({ url: new URL(path, 'http://host') });

test('a slash that is encoded in an address stays apart from those between segments', () => {
  const { pathname } = inside('/gh/o/r/tree/feature%2fx/src');
  const [ref, ...path] = decodeURIComponent(pathname).split('/').slice(5);
  expect(readRef(ref)).toBe('feature/x');
  expect(path).toEqual(['src']);
});

test('a name with slashes is written as one segment', () => {
  expect(outside(`/gh/o/r/tree/${encodeURIComponent(writeRef('feature/x'))}/src`).pathname).toBe(
    '/gh/o/r/tree/feature%2Fx/src',
  );
});

test('what an address reads as is written as the same address', () => {
  for (const address of ['/gh/o/r/tree/a%2Fb%2Fc/d/e', '/gh/o/r/blob/main/100%25/a%252Fb', '/gh/o/r/tree/%F0%9F%8C%BE'])
    expect(outside(inside(address).pathname).pathname).toBe(address);
});
