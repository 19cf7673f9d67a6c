import { describe, expect, test } from 'vitest';
import { csvOf, layLine, nearestPoint, valueRange } from './scale.ts';

describe('the range of values', () => {
  test('is round, holds all values and has a round middle', () => {
    expect(valueRange([94.02, 94.1, 93.4])).toEqual([93.25, 94.25]);
    expect(valueRange([61, 97])).toEqual([60, 100]);
    expect(valueRange([0.2, 41])).toEqual([0, 80]);
  });

  test('stays within 0 and 100', () => {
    expect(valueRange([100, 100])).toEqual([99.5, 100]);
    expect(valueRange([0, 0])[0]).toBe(0);
    expect(valueRange([])).toEqual([0, 100]);
  });
});

describe('a line', () => {
  const box = { width: 100, height: 50 };

  test('goes over the whole width by time, high values up', () => {
    const { path, places } = layLine(
      [
        { at: 0, value: 0 },
        { at: 25, value: 100 },
        { at: 100, value: 50 },
      ],
      [0, 100],
      box,
    );
    expect(path).toBe('M0 50h0L25 0L100 25');
    expect(places).toEqual([
      { x: 0, y: 50 },
      { x: 25, y: 0 },
      { x: 100, y: 25 },
    ]);
  });

  test('is broken where a report is missing, between and at the ends', () => {
    const { path, gaps } = layLine(
      [
        { at: 0, value: null },
        { at: 25, value: 50 },
        { at: 50, value: null },
        { at: 75, value: 50 },
        { at: 100, value: null },
      ],
      [0, 100],
      box,
    );
    expect(path).toBe('M25 25h0M75 25h0');
    expect(gaps).toEqual([
      [0, 25],
      [25, 75],
      [75, 100],
    ]);
  });

  test('of one point is a dot in the middle', () => {
    expect(layLine([{ at: 7, value: 50 }], [0, 100], box).places).toEqual([{ x: 50, y: 25 }]);
  });

  test('is found by its nearest point', () => {
    const places = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 5 },
    ];
    expect(nearestPoint(places, 3)).toBe(0);
    expect(nearestPoint(places, 90)).toBe(2);
    expect(nearestPoint([], 3)).toBe(-1);
  });
});

test('a table is written with quotes where needed, and no cell is a formula', () => {
  expect(
    csvOf([
      ['a', 'say "hi", you'],
      ['=1+1', '-2'],
    ]),
  ).toBe('a,"say ""hi"", you"\r\n\'=1+1,\'-2\r\n');
});
