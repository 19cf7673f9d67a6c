import { expect, test } from 'vitest';
import { parseUuid } from './token-hash.ts';
import { isApiToken, makeApiToken, makeUploadToken, visiblePrefix } from './token-make.ts';

test('upload tokens are UUIDs and never repeat', () => {
  const tokens = Array.from({ length: 100 }, makeUploadToken);
  expect(tokens.every((token) => parseUuid(token) !== null)).toBe(true);
  expect(new Set(tokens).size).toBe(100);
});

test('API tokens have the published form and a right checksum', () => {
  const token = makeApiToken();
  expect(token).toMatch(/^thatch_pat_[0-9A-Za-z]{46}$/);
  expect(isApiToken(token)).toBe(true);
});

test('a mistyped API token is told by its checksum', () => {
  const token = makeApiToken();
  const mistyped = `thatch_pat_${token[11] === 'A' ? 'B' : 'A'}${token.slice(12)}`;
  expect(isApiToken(mistyped)).toBe(false);
  expect(isApiToken(token.slice(0, -1))).toBe(false);
});

test('eight characters of the secret stay visible', () => {
  expect(visiblePrefix('6f1c2a3b-4d5e-4f60-8a7b-9c0d1e2f3a4b')).toBe('6f1c2a3b');
  expect(visiblePrefix(makeApiToken())).toMatch(/^thatch_pat_.{8}$/);
});
