import { expect, test } from 'vitest';
import { compareVersions } from './version.ts';

test.each([
  ['1.2.3', '1.2.3', 0],
  ['1.2.3', '1.10.0', -1],
  ['2.0.0', '1.99.99', 1],
  ['1.2.4', '1.2.3', 1],
  ['1.2.3-beta.1', '1.2.3', 0],
  ['nonsense', '0.0.1', -1],
])('%s compared with %s', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});
