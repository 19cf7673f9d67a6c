import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test.each(['/', '/gh/acme/web', '/gh/acme/web/blob/main/a%2Fb.ts?flags=unit#L3', '/thatch/gh', '/a//b', '/a/../b'])(
  '%s is gone on to',
  (path) => expect(localPath(path)).toBe(path),
);

test.each([
  ...[
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    'gh/acme',
  ],
  ...['/.//evil.test', '/..//evil.test', '/a/..//evil.test', '/%2e//evil.test', '/\t/evil.test', '/\n/evil.test', ''],
  ...[undefined, null, 1, ['/gh'], {}],
])('%j is not', (path) => expect(localPath(path)).toBeNull());
