import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isRunning, ownIdentity, stateOf } from './process-identity.ts';

test('this process runs under its own identity', () => {
  expect(stateOf(ownIdentity())).toBe('running');
});

test('a process with the same number and another start is another process', () => {
  expect(stateOf({ ...ownIdentity(), started: 'earlier' })).toBe('gone');
});

test('nothing is known of a number in another boot or container', () => {
  expect(stateOf({ ...ownIdentity(), world: 'another' })).toBe('elsewhere');
});

test('a process runs until it ended', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  expect(isRunning(child.pid as number)).toBe(true);
  child.stdin.end();
  await once(child, 'exit');
  expect(isRunning(child.pid as number)).toBe(false);
  expect(isRunning(spawnSync('true').pid)).toBe(false);
});
