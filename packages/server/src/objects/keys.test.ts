import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKey, metaKey, partKey, rawKey, reportKey, sourceKey } from './keys.ts';

const SHA = 'a'.repeat(40);
const ID = '0193a3c2-7000-7000-8000-00000000000a';
const BODY = '0193a3c2-7000-7000-8000-00000000000b';
const DIGEST = new Uint8Array(32).fill(0xab);
const upload = { repository_id: 7, external_id: ID, created_at: new Date('2026-11-25T23:59:59Z') };

test('keys follow the style of upload-protocol §3', () => {
  const digest = 'ab'.repeat(16);
  expect(rawKey(upload, BODY)).toBe(`v4/raw/2026-11-25/7/${ID}/${BODY}`);
  expect(partKey(ID, DIGEST)).toBe(`v4/parts/0193a3c2/${ID}/${digest}`);
  expect(reportKey(7, SHA, DIGEST)).toBe(`v4/reports/7/${SHA}/${digest}`);
  expect(sourceKey(7, SHA)).toBe(`v4/sources/7/aa/${SHA}`);
  expect(metaKey(7, SHA, 'diff', DIGEST)).toBe(`v4/meta/7/${SHA}/diff.${digest}`);
});

test('whatever a client calls a commit, the key is one, and different names have different keys', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom('..', '../../etc/passwd', 'a/b', '', '\0', 'CON', 'A'.repeat(40), '.incoming', 'x'.repeat(5000)),
  );
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const key = reportKey(7, one, DIGEST);
      expect(isKey(key)).toBe(true);
      expect(key.split('/')).toHaveLength(5);
      expect(reportKey(7, other, DIGEST) === key).toBe(one === other);
    }),
  );
});

test.each(['../up', 'a/b', '', '.', 'a.b', 'ü', 'x'.repeat(65)])('an upload id like %j makes no key', (id) => {
  expect(() => rawKey({ ...upload, external_id: id }, BODY)).toThrow('cannot be part of an object key');
  expect(() => rawKey(upload, id)).toThrow('cannot be part of an object key');
  expect(() => partKey(id, DIGEST)).toThrow('cannot be part of an object key');
});

test.each(['', 'zz', '../../../../x', 'ABCDEF0123'])('a blob name like %j makes no key', (blobSha) => {
  expect(() => sourceKey(7, blobSha)).toThrow('hexadecimal');
});

test.each([
  '',
  '/',
  'v4',
  '/v4/a',
  'v4/a/',
  'v4//a',
  'v4/../a',
  'v4/./a',
  'v4/.incoming/a',
  'v4/a\0',
  'v4/a b',
  'v4\\a/b',
  'v4/%2e%2e/a',
  `v4/${'a'.repeat(129)}`,
  `v4/${'a/'.repeat(300)}a`,
])('%j is no key', (text) => {
  expect(isKey(text)).toBe(false);
});
