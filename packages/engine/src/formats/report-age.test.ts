import { expect, test } from 'vitest';
import { readReportTime } from './report-age.ts';

test('digits are milliseconds from 13 on and seconds below', () => {
  expect(readReportTime('1700000000000')).toBe(1_700_000_000);
  expect(readReportTime(' 1700000000 ')).toBe(1_700_000_000);
  expect(readReportTime('1700000000.25')).toBe(1_700_000_000);
  expect(readReportTime('0')).toBe(0);
});

test('dates are year first, or day first when the year stands last', () => {
  const date = Date.UTC(2024, 2, 5) / 1000;
  expect(readReportTime('2024-03-05')).toBe(date);
  expect(readReportTime('5-3-2024')).toBe(date);
  expect(readReportTime('05-03-2024 10:20')).toBe(date + 37_200);
  expect(readReportTime('2024-03-05T10:20:30.5Z')).toBe(date + 37_230);
  expect(readReportTime('2024-03-05T10:20:30+02:30')).toBe(date + 28_230);
  expect(readReportTime('2024-03-05 10:20:30 -0130')).toBe(date + 42_630);
});

test('what cannot be read is no time', () => {
  for (const text of ['', 'yesterday', '2024-13-05', '5-3-2024 at noon', '0-0-0000'])
    expect(readReportTime(text)).toBeNull();
});
