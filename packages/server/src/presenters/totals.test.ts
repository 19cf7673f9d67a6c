import { emptyTotals, type Totals } from '@thatch/engine';
import { describe, expect, test } from 'vitest';
import {
  COMMIT_TOTALS,
  REPORT_TOTALS,
  presentCommitTotals,
  presentReportTotals,
  presentUploadTotals,
} from './totals.ts';

/** A row with totals of so many hits and lines. */
function rowOf(hits: number, lines: number) {
  const misses = lines - hits;
  const counts = { files: 1, lines, hits, misses, partials: 0, branches: 0, methods: 0 };
  return { ...counts, complexity: 0, complexity_total: 0, sessions: 1 };
}

function totalsOf(changes: Partial<Totals>): Totals {
  return { ...emptyTotals(), ...changes };
}

describe('coverage', () => {
  test.each([
    [19, 24, 79.16],
    [641, 1000, 64.1],
    [2, 3, 66.66],
    [1, 1, 100],
    [0, 7, 0],
    [99_999, 100_000, 99.99],
  ])('21: %i of %i lines is %f percent', (hits, lines, coverage) => {
    expect(presentCommitTotals(rowOf(hits, lines))?.coverage).toBe(coverage);
    expect(presentReportTotals(totalsOf({ hits, lines })).coverage).toBe(coverage);
    expect(presentUploadTotals(rowOf(hits, lines))?.coverage).toBe(coverage);
  });

  test('21: no value of two decimals loses a hundredth', () => {
    for (let hits = 0; hits <= 10_000; hits++) {
      expect(presentReportTotals(totalsOf({ hits, lines: 10_000 })).coverage).toBe(Number((hits / 100).toFixed(2)));
    }
  });

  test('21: without lines it is null for a commit and 0 for a report', () => {
    expect(presentCommitTotals(rowOf(0, 0))).toMatchObject({ lines: 0, coverage: null });
    expect(presentReportTotals(emptyTotals()).coverage).toBe(0);
  });

  test('a row before its first report has no totals', () => {
    const row = { ...rowOf(0, 0), lines: null, files: null, hits: null, misses: null, partials: null };
    expect(presentCommitTotals(row)).toBeNull();
    expect(presentUploadTotals(row)).toBeNull();
  });
});

describe('complexity', () => {
  test.each([
    [2, 3, 66.66],
    [3, 3, 100],
    [0, 3, 0],
    [3, 0, 0],
    [0, 0, 0],
  ])('%i of %i is %f percent', (complexity, complexityTotal, ratio) => {
    expect(presentReportTotals(totalsOf({ complexity, complexityTotal })).complexity_ratio).toBe(ratio);
  });
});

test('totals of commits and of reports have exactly the fields of their shapes', () => {
  expect(COMMIT_TOTALS.strict().parse(presentCommitTotals(rowOf(1, 2)))).toBeDefined();
  expect(REPORT_TOTALS.strict().parse(presentReportTotals(totalsOf({ lines: 2, hits: 1 }), 3))).toBeDefined();
});
