import assert from 'node:assert/strict';
import { test } from 'node:test';
import { round } from '../../src/round.ts';

test('rounds to the nearest', () => {
  assert.equal(round(2.345, 1), 2.3);
});
