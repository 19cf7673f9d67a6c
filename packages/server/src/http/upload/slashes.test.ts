import { expect, test } from 'vitest';
import { withoutRepeatedSlashes } from './slashes.ts';

test.each([
  ['//upload/github/a::::b/commits', '/upload/github/a::::b/commits'],
  ['////api/v1/gh/a/b/pulls/1?x=//y', '/api/v1/gh/a/b/pulls/1?x=//y'],
  ['//upload', '/upload'],
  ['/upload//x', '/upload//x'],
  ['//uploads/x', '//uploads/x'],
  ['//evil.example/upload', '//evil.example/upload'],
  ['/', '/'],
])('%s becomes %s', (url, expected) => {
  expect(withoutRepeatedSlashes(url)).toBe(expected);
});
