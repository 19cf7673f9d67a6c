import { describe, expect, test } from 'vitest';
import { showChange, showCoverage } from './shown-numbers.ts';

describe('row 29: percentages', () => {
  test.each([
    [9999, 10_000, '99.99'],
    [99_999, 100_000, '99.99'],
    [1, 100_000, '0.01'],
    [1, 3, '33.33'],
    [2, 3, '66.66'],
    [5, 5, '100'],
    [0, 5, '0'],
    [76_413, 81_204, '94.10'],
  ])('%i of %i is %s', (hits, lines, text) => {
    expect(showCoverage({ hits, lines })).toBe(text);
  });

  test('no lines have no percentage', () => expect(showCoverage({ hits: 0, lines: 0 })).toBeNull());

  test('a repository may show other precisions', () => {
    expect(showCoverage({ hits: 2, lines: 3 }, 0)).toBe('66');
    expect(showCoverage({ hits: 2, lines: 3 }, 5)).toBe('66.66666');
  });
});

describe('row 29: changes come from integers', () => {
  test.each([
    [1, 3, 2, 3, '+33.33', 'up'],
    [2, 3, 1, 3, '\u221233.33', 'down'],
    [1, 2, 2, 4, '±0', 'equal'],
    [999_999, 1_000_000, 1_000_000, 1_000_000, '+<0.01', 'up'],
    [1_000_000, 1_000_000, 999_999, 1_000_000, '\u2212<0.01', 'down'],
    // Each rounds to 33.33, the change is not nothing.
    [3333, 10_000, 33_339, 100_000, '+<0.01', 'up'],
  ] as const)('from %i/%i to %i/%i', (hits, lines, toHits, toLines, text, direction) => {
    expect(showChange({ hits, lines }, { hits: toHits, lines: toLines })).toMatchObject({ text, direction });
  });

  test('a change of less than 0.05 points is slight', () => {
    expect(showChange({ hits: 5000, lines: 10_000 }, { hits: 5004, lines: 10_000 })?.isSlight).toBe(true);
    expect(showChange({ hits: 5000, lines: 10_000 }, { hits: 5005, lines: 10_000 })?.isSlight).toBe(false);
  });

  test('nothing is compared with nothing', () => {
    expect(showChange({ hits: 0, lines: 0 }, { hits: 1, lines: 1 })).toBeNull();
  });
});
