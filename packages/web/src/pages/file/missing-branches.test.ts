import { expect, test } from 'vitest';
import { describeMissing } from './missing-branches.ts';

test.each([
  ['0:1', 'lcov', '1/2', 'Branch 2 of block 0 never taken'],
  ['42', 'coveragepy', '1/2', 'Never went on to line 42'],
  ['exit', 'cobertura', '1/2', 'Never left from here'],
  ['0:jump', 'cobertura', '1/4', 'Condition 0 (jump) not covered both ways'],
  ['1', 'istanbul', '2/3', 'Branch 2 of 3 never taken'],
  ['1', 'istanbul', true, 'Branch 2 never taken'],
  ['1', 'lcov,cobertura', '1/2', 'Branch 1 never taken'],
  ['<b>', null, null, 'Branch <b> never taken'],
])('the id %s of %s at %s says: %4$s', (id, format, value, sentence) => {
  expect(describeMissing(id, format, value as string)).toBe(sentence);
});
