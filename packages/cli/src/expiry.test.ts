import { expect, test } from 'vitest';
import { parseExpiry } from './expiry.ts';

const NOW = new Date('2026-11-25T12:00:00Z');

test.each([
  ['12h', '2026-11-26T00:00:00.000Z'],
  ['90d', '2027-02-23T12:00:00.000Z'],
  ['2w', '2026-12-09T12:00:00.000Z'],
  ['1y', '2027-11-25T12:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['2027-01-31T12:00:00+01:00', '2027-01-31T11:00:00.000Z'],
  ['2020-01-01', '2020-01-01T00:00:00.000Z'],
])('%s is the moment %s', (text, moment) => {
  expect(parseExpiry(text, NOW)?.toISOString()).toBe(moment);
});

test('never is no end', () => {
  expect(parseExpiry('never', NOW)).toBeNull();
});

test.each(['', '90', 'd', '-5d', '1m', '2027-02-30', '2027-13-01', 'tomorrow', '2027-01-31T12:00', '1.5d'])(
  '%j is refused',
  (text) => {
    expect(parseExpiry(text, NOW)).toBeUndefined();
  },
);
