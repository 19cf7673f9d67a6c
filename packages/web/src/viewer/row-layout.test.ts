import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedLayout, MeasuredLayout } from './row-layout.ts';

describe('rows of one height', () => {
  test('a gap moves what is below it, and belongs to the row above it', () => {
    const layout = fixedLayout(5, 20, { row: 1, height: 100 });
    expect([0, 1, 2, 4].map(layout.topOf)).toEqual([0, 20, 140, 180]);
    expect([0, 39, 40, 139, 140, 199, 5000, -5].map(layout.rowAt)).toEqual([0, 1, 1, 1, 2, 4, 4, 0]);
    expect(layout.total).toBe(200);
    expect(fixedLayout(5, 20).total).toBe(100);
  });
});

test('measured rows stand where the sum of the heights before them says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.array(fc.tuple(fc.nat(69), fc.integer({ min: 1, max: 90 })), { maxLength: 60 }),
      fc.nat(4000),
      (rows, measured, asked) => {
        const heights: number[] = Array.from({ length: rows }, () => 20);
        const layout = new MeasuredLayout(rows, 20);
        for (const [row, height] of measured) {
          if (row >= rows) continue;
          expect(layout.measure(row, height)).toBe(height - heights[row]);
          heights[row] = height;
        }
        const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, height) => sum + height, 0));
        expect(tops.map((_, row) => layout.topOf(row))).toEqual(tops);
        expect(layout.total).toBe(heights.reduce((sum, height) => sum + height, 0));
        expect(layout.rowAt(asked)).toBe(tops.findLastIndex((top) => top <= asked));
      },
    ),
  );
});
