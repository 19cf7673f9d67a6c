import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { readExclusions } from './exclusions.ts';
import { PathResolver } from './resolver.ts';

type Written = Record<string, { eof: number | null; lines: number[] }>;

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/report-fixes.json'), 'utf8'),
) as [string, Written][];

const anywhere = new PathResolver({ network: null, settings: DEFAULT_SETTINGS });

function read(text: string, resolver = anywhere): Written {
  return written(readExclusions({ kind: 'text', text }, resolver));
}

function written(exclusions: ReturnType<typeof readExclusions>): Written {
  const entries = [...exclusions].map(([path, { lines, endOfFile }]) => {
    const sorted = [...lines].sort((left, right) => left - right);
    return [path, { eof: endOfFile, lines: sorted }] as const;
  });
  return Object.fromEntries(entries);
}

describe('excluded lines', () => {
  test.each(cases)('the section %j is read as observed', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('paths are resolved like those of reports', () => {
    const resolver = new PathResolver({ network: ['src/a.go'], settings: DEFAULT_SETTINGS });
    expect(read('./a.go:1\n/ci/src/a.go:2\nother.go:3', resolver)).toEqual({
      'src/a.go': { eof: null, lines: [1, 2] },
    });
  });

  test('the first opening belongs to the first closing, in the order of lines', () => {
    expect(read('a.c:10:/*\na.c:2:/*\na.c:12: */\na.c:4: */')['a.c'].lines).toEqual([2, 3, 4, 10, 11, 12]);
  });

  test('Windows paths keep their drive', () => {
    expect(read('C:\\src\\a.kt:3:}')).toEqual({ 'src/a.kt': { eof: null, lines: [3] } });
  });

  test('a range that spans a hostile distance is cut off', () => {
    const text = Array.from({ length: 5 }, (_, index) => `f${index}.c:1:/*\nf${index}.c:9999999:*/`).join('\n');
    const all = readExclusions({ kind: 'text', text }, anywhere);
    const total = [...all.values()].reduce((sum, { lines }) => sum + lines.size, 0);
    expect(total).toBeLessThan(2_000_100);
  });

  test('the JSON value is used as it is', () => {
    const value = {
      'a.go': { eof: 10, lines: [1, 2, 'x', -1, 1.5] },
      b: 3,
      'c.go': { lines: null },
      'd.go': { eof: null, lines: [7] },
    };
    expect(written(readExclusions({ kind: 'value', value }, anywhere))).toEqual({
      'a.go': { eof: 10, lines: [1, 2] },
      'd.go': { eof: null, lines: [7] },
    });
  });

  test('no text and no value make it fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a:1,/*\\ \nEOF. x*/') }), fc.jsonValue(), (text, value) => {
        readExclusions({ kind: 'text', text }, anywhere);
        readExclusions({ kind: 'value', value }, anywhere);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
