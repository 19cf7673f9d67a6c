import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverageText, ratio, roundText, type Rounding } from './totals.ts';
import {
  ABSENT,
  classOf,
  fraction,
  mergeValues,
  readValue,
  takenOf,
  totalOf,
  wholeFraction,
  writeValue,
} from './value.ts';
import { anyValue } from '../../test/support/arbitraries.ts';

const cases = join(import.meta.dirname, '..', '..', 'test', 'corpus', '_cases');
const load = <Shape>(name: string): Shape => JSON.parse(readFileSync(join(cases, name), 'utf8')) as Shape;

describe('values as the corpus has them', () => {
  const table = load<Record<string, [unknown, unknown, unknown][]>>('merge-values.json');

  test('every pair of values merges as observed', () => {
    for (const [first, second, expected] of table.pairs_ab_result) {
      expect([first, second, writeValue(mergeValues(readValue(first)!, readValue(second)!))]).toEqual([
        first,
        second,
        expected,
      ]);
    }
  });

  test('every list of values folds from left to right as observed', () => {
    for (const [values, expected] of table.list_result as unknown as [unknown[], unknown][]) {
      const folded = values.map((value) => readValue(value)!).reduce(mergeValues);
      expect([values, writeValue(folded)]).toEqual([values, expected]);
    }
  });

  test('every class is as observed', () => {
    const names = new Map<unknown, string>([
      [0, 'hit'],
      [1, 'miss'],
      [2, 'partial'],
      [-1, 'skipped'],
    ]);
    for (const [value, expected] of table.line_type as unknown as [unknown, number | null][]) {
      expect([value, classOf(readValue(value)!)]).toEqual([value, names.get(expected) ?? null]);
    }
  });

  test('ratios are the observed texts', () => {
    for (const [hits, lines, text] of load<[number, number, string][]>('ratio.json'))
      expect([hits, lines, ratio(hits, lines)]).toEqual([hits, lines, text]);
  });

  test('rounding gives the observed texts', () => {
    for (const [text, precision, mode, shown] of load<[string, number, Rounding, string][]>('rounding.json')) {
      expect([text, precision, mode, roundText(text, precision, mode)]).toEqual([text, precision, mode, shown]);
    }
  });
});

describe('value codes', () => {
  test('fractions keep both numbers, whole fractions are written without a slash', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 26 - 3), fc.nat(2 ** 26 - 3), (taken, total) => {
        expect([takenOf(fraction(taken, total)), totalOf(fraction(taken, total))]).toEqual([taken, total]);
      }),
    );
    expect(writeValue(wholeFraction(1))).toBe('1');
    expect(writeValue(fraction(1, 1))).toBe('1/1');
  });

  test('writing and reading a value gives it back', () => {
    fc.assert(fc.property(anyValue(), (value) => void expect(readValue(writeValue(value))).toBe(value)));
  });

  test('nothing merged with a value is the value', () => {
    fc.assert(
      fc.property(anyValue(), (value) => {
        expect(mergeValues(ABSENT, value)).toBe(value);
        expect(mergeValues(value, ABSENT)).toBe(value);
      }),
    );
  });

  test('a value merged with itself stays', () => {
    fc.assert(fc.property(anyValue(), (value) => void expect(mergeValues(value, value)).toBe(value)));
  });

  test('coverage is 100 only when every line is hit, and 0 only when none is, for up to 100,000 lines', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (first, second) => {
        const [hits, lines] = first < second ? [first, second] : [second, first];
        if (lines === 0) return void expect(coverageText(hits, lines)).toBeNull();
        expect(coverageText(hits, lines) === '100').toBe(hits === lines);
        expect(coverageText(hits, lines) === '0').toBe(hits === 0 && lines > 0);
      }),
    );
  });

  test('rounding down, nearest and up never change places', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(5), (units, precision) => {
        const text = (units / 100_000).toFixed(5);
        const [down, nearest, up] = (['down', 'nearest', 'up'] as const).map((mode) =>
          Number(roundText(text, precision, mode)),
        );
        expect(down <= nearest && nearest <= up).toBe(true);
      }),
    );
  });
});
