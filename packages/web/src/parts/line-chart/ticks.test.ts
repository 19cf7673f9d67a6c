import { expect, test } from 'vitest';
import { tickTexts } from './ticks.ts';

const HOUR = 3_600_000;
/** Local midnight, so that the days are those of the machine. */
const start = new Date(2026, 10, 3).getTime();
const every = (step: number, count = 4): number[] => Array.from({ length: count }, (_, index) => start + index * step);

test('moments of months are told by days', () => {
  expect(tickTexts(every(14 * 24 * HOUR))).toEqual(['3 Nov', '17 Nov', '1 Dec', '15 Dec']);
});

test('moments of several years are told by month and year', () => {
  expect(tickTexts(every(200 * 24 * HOUR, 3))).toEqual(['Nov 2026', 'May 2027', 'Dec 2027']);
});

test('moments of one day are told by time', () => {
  expect(tickTexts(every(6 * HOUR))).toEqual(['00:00', '06:00', '12:00', '18:00']);
});

test('moments of a few days are told by day and time', () => {
  expect(tickTexts(every(8 * HOUR))).toEqual(['3 Nov, 00:00', '3 Nov, 08:00', '3 Nov, 16:00', '4 Nov, 00:00']);
});

test('what is of the same minute is told once, a single moment by its day', () => {
  expect(tickTexts(every(100))).toEqual(['00:00', '', '', '']);
  expect(tickTexts([start])).toEqual(['3 Nov']);
  expect(tickTexts([])).toEqual([]);
});
