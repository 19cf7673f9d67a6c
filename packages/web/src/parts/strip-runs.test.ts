import { expect, test } from 'vitest';
import { stripGaps, stripRuns } from './strip-runs.ts';

test('neighbouring bins of one class are one run, and untracked ones none', () => {
  expect(stripRuns('hh.mmp')).toEqual([
    { kind: 'h', start: 0, length: 2 },
    { kind: 'm', start: 3, length: 2 },
    { kind: 'p', start: 5, length: 1 },
  ]);
  expect(stripRuns('....')).toEqual([]);
});

test('gaps are told in percent of the file', () => {
  expect(stripGaps('mmhhhhhhhm')).toEqual([
    [0, 20],
    [90, 100],
  ]);
  expect(stripGaps('hhpp')).toEqual([]);
});
