import { expect, test } from 'vitest';
import { commitAddress } from './address.ts';

test.each([
  [{ service: 'github', owner: 'acme', name: 'web' }, 'https://x/gh/acme/web/commit/9f'],
  [{ service: 'gitlab', owner: 'group:sub', name: 'app' }, 'https://x/gl/group:sub/app/commit/9f'],
  [{ service: 'git', owner: 'jörg', name: 'a b' }, 'https://x/git/j%C3%B6rg/a%20b/commit/9f'],
] as const)('the page of a commit of %j', (repository, expected) => {
  expect(commitAddress('https://x', repository, '9f')).toBe(expected);
  expect(expected).toMatch(/^[\x21-\x7e]+$/);
});
