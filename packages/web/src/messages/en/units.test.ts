import { expect, test } from 'vitest';
import { duration, size } from './units.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [840, '840 bytes'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [5 * 1024 * 1024, '5 MiB'],
])('%i bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));

test.each([
  [0, '0 ms'],
  [840, '840 ms'],
  [3210, '3.2 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
])('%i milliseconds are %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
