import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locateDataFolder, workspaceRoot } from './location.ts';

test('the clone is the folder with the workspaces', () => {
  expect(existsSync(join(workspaceRoot(), 'package-lock.json'))).toBe(true);
});

test('without a wish the data folder is "data" in the clone, wherever the caller stands', () => {
  expect(locateDataFolder(undefined, '/somewhere')).toBe(join(workspaceRoot(), 'data'));
  expect(locateDataFolder('', '/somewhere')).toBe(join(workspaceRoot(), 'data'));
});

test('an absolute path is taken as it is, a relative one counts from the caller', () => {
  expect(locateDataFolder('/var/lib/thatch/', '/somewhere')).toBe('/var/lib/thatch');
  expect(locateDataFolder('mine', '/somewhere')).toBe('/somewhere/mine');
});
