import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkDownloadSignature,
  checkStatusKey,
  checkUploadSignature,
  signedDownloadPath,
  signedUploadPath,
  statusKey,
} from './signing.ts';

const SECRET = 'c'.repeat(43);
const ID = '01939f5e-2b1c-7000-8000-000000000001';
const MADE = new Date('2026-11-25T12:00:00Z');
const EXPIRES = new Date(MADE.getTime() + 900_000);

function parametersOf(path: string): { e: string; s: string } {
  const { e, s } = Object.fromEntries(new URL(path, 'http://localhost').searchParams);
  return { e, s };
}

function later(seconds: number): Date {
  return new Date(EXPIRES.getTime() + seconds * 1000);
}

test('an address that was handed out is valid until it expires, with room for clocks that differ', () => {
  const path = signedUploadPath(SECRET, ID, EXPIRES);
  expect(path).toMatch(/^\/storage\/u\/01939f5e-2b1c-7000-8000-000000000001\?e=1795608900&s=[\w-]{43}$/);
  expect(checkUploadSignature(SECRET, ID, parametersOf(path), MADE)).toBe('valid');
  expect(checkUploadSignature(SECRET, ID, parametersOf(path), later(300))).toBe('valid');
  expect(checkUploadSignature(SECRET, ID, parametersOf(path), later(301))).toBe('expired');
});

test('an address counts for one upload and one secret only', () => {
  const parameters = parametersOf(signedUploadPath(SECRET, ID, EXPIRES));
  expect(checkUploadSignature(SECRET, `${ID}0`, parameters, MADE)).toBe('wrong');
  expect(checkUploadSignature('d'.repeat(43), ID, parameters, MADE)).toBe('wrong');
});

test('a later expiry cannot be written into an address', () => {
  const { e, s } = parametersOf(signedUploadPath(SECRET, ID, EXPIRES));
  expect(checkUploadSignature(SECRET, ID, { e: String(Number(e) + 1), s }, MADE)).toBe('wrong');
});

test.each([
  {},
  { e: '1795608900' },
  { s: 'x' },
  { e: ['1795608900'], s: ['x'] },
  { e: '', s: '' },
  { e: '1e12', s: 'x' },
  { e: '-1', s: 'x' },
  { e: '99999999999999999999', s: 'x' },
  { e: '1795608900', s: 'é'.repeat(43) },
])('parameters like %j are wrong', (parameters) => {
  expect(checkUploadSignature(SECRET, ID, parameters, MADE)).toBe('wrong');
});

test('any change of a signature makes it wrong', () => {
  const { e, s } = parametersOf(signedUploadPath(SECRET, ID, EXPIRES));
  fc.assert(
    fc.property(fc.nat(s.length - 1), fc.constantFrom(...'ABCabc019-_ '), (at, letter) => {
      const changed = s.slice(0, at) + letter + s.slice(at + 1);
      expect(checkUploadSignature(SECRET, ID, { e, s: changed }, MADE)).toBe(changed === s ? 'valid' : 'wrong');
    }),
  );
});

test('a status key reads the state of its upload for its time and does not permit an upload', () => {
  const key = statusKey(SECRET, ID, EXPIRES);
  expect(checkStatusKey(SECRET, ID, key, MADE)).toBe('valid');
  expect(checkStatusKey(SECRET, ID, key, later(301))).toBe('expired');
  expect(checkStatusKey(SECRET, `${ID}0`, key, MADE)).toBe('wrong');
  const [e, s] = key.split('.');
  expect(checkUploadSignature(SECRET, ID, { e, s }, MADE)).toBe('wrong');
  const upload = parametersOf(signedUploadPath(SECRET, ID, EXPIRES));
  expect(checkStatusKey(SECRET, ID, `${upload.e}.${upload.s}`, MADE)).toBe('wrong');
});

test.each([undefined, '', '.', 'x', '1795608900', '1795608900.', 'a.b.c', ['x']])(
  'a status key like %j is wrong',
  (key) => {
    expect(checkStatusKey(SECRET, ID, key, MADE)).toBe('wrong');
  },
);

test('an address for fetching serves for nothing else, and the other way round', () => {
  const download = parametersOf(signedDownloadPath(SECRET, ID, EXPIRES));
  const upload = parametersOf(signedUploadPath(SECRET, ID, EXPIRES));
  expect(checkDownloadSignature(SECRET, ID, download, MADE)).toBe('valid');
  expect(checkDownloadSignature(SECRET, ID, download, later(301))).toBe('expired');
  expect(checkDownloadSignature(SECRET, ID, upload, MADE)).toBe('wrong');
  expect(checkUploadSignature(SECRET, ID, download, MADE)).toBe('wrong');
});
