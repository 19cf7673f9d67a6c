import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

function shapes(...words: string[]): string {
  return spawnSync(process.execPath, ['src/main.ts', ...words], { encoding: 'utf8' }).stdout.trim();
}

test('prints the area of a square', () => {
  assert.equal(shapes('square', '3'), '9');
});
