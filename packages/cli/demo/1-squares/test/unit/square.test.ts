import assert from 'node:assert/strict';
import { test } from 'node:test';
import { squareArea } from '../../src/square.ts';

test('the area of a square is its side times itself', () => {
  assert.equal(squareArea(3), 9);
});
