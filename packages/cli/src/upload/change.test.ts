import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from './change.ts';

test.each([
  [{ hits: 810, lines: 900 }, { hits: 899, lines: 1000 }, '+0.10'],
  [{ hits: 1, lines: 3 }, { hits: 1, lines: 3 }, '±0.00'],
  [{ hits: 0, lines: 10 }, { hits: 10, lines: 10 }, '-100.00'],
  [{ hits: 2, lines: 3 }, { hits: 1, lines: 3 }, '+33.33'],
  // Half a hundredth, away from zero on both sides.
  [{ hits: 1, lines: 20_000 }, { hits: 0, lines: 1 }, '+0.01'],
  [{ hits: 0, lines: 1 }, { hits: 1, lines: 20_000 }, '-0.01'],
  // Something changed, though less than can be shown.
  [{ hits: 999_999, lines: 1_000_000 }, { hits: 1, lines: 1 }, '-0.00'],
])('from %j against %j the change is %s', (head, base, expected) => {
  expect(difference(head, base)).toBe(expected);
});

const ratio = fc
  .tuple(fc.nat(2 ** 31), fc.nat(2 ** 31))
  .map(([a, b]) => ({ hits: Math.min(a, b), lines: Math.max(a, b, 1) }));

test('the change the other way round has the other sign', () => {
  fc.assert(
    fc.property(ratio, ratio, (head, base) => {
      const there = difference(head, base);
      const back = difference(base, head);
      expect(back).toBe(there.replace(/[+-]/, (sign) => (sign === '+' ? '-' : '+')));
    }),
  );
});

test('the change is within half a hundredth of the difference', () => {
  fc.assert(
    fc.property(ratio, ratio, (head, base) => {
      const exact = (head.hits / head.lines - base.hits / base.lines) * 100;
      expect(Math.abs(Number(difference(head, base).replace('±', '')) - exact)).toBeLessThan(0.0050001);
    }),
  );
});
