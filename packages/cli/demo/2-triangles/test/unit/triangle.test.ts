import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triangleKind } from '../../src/triangle.ts';

test('three equal sides make an equilateral triangle', () => {
  assert.equal(triangleKind(2, 2, 2), 'equilateral');
});

test('sides of three lengths make a scalene triangle', () => {
  assert.equal(triangleKind(5, 3, 4), 'scalene');
});
