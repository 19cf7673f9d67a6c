import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownIdentity } from '../process-identity.ts';
import { takeLock } from './lock.ts';

const TIMES = { heartbeatMs: 20, silenceMs: 500 };

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thatch-lock-'));
  path = join(folder, 'server.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  test('is held by one and refused to the next, who learns the number of the holder', async () => {
    const first = await takeLock(path, TIMES);
    const second = await takeLock(path, TIMES);
    expect(first.kind).toBe('held');
    expect(second).toMatchObject({ kind: 'taken', holder: { pid: process.pid } });
  });

  test('can be taken again after it was given back, and leaves nothing behind', async () => {
    const first = await takeLock(path, TIMES);
    if (first.kind === 'held') first.release();
    expect(readdirSync(folder)).toEqual([]);
    expect((await takeLock(path, TIMES)).kind).toBe('held');
    expect(readdirSync(folder)).toEqual(['server.lock']);
  });

  test('is taken over from a process that is gone', async () => {
    const gone = spawnSync('true').pid;
    writeLock({ ...ownIdentity(), pid: gone, started: '12345' });
    expect((await takeLock(path, TIMES)).kind).toBe('held');
    expect(readdirSync(folder)).toEqual(['server.lock']);
  });

  test('is taken over when another process now has the number of its holder', async () => {
    writeLock({ ...ownIdentity(), pid: process.ppid, started: 'earlier' });
    expect((await takeLock(path, TIMES)).kind).toBe('held');
  });

  test('goes to exactly one of many that find it left behind', async () => {
    writeLock({ ...ownIdentity(), pid: spawnSync('true').pid, started: '1' });
    const results = await Promise.all(Array.from({ length: 20 }, () => takeLock(path, TIMES)));
    expect(results.filter((result) => result.kind === 'held')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['server.lock']);
  });

  test('is taken over when the one who was taking it over died as well', async () => {
    const gone = { ...ownIdentity(), pid: spawnSync('true').pid, started: '1' };
    writeLock(gone);
    writeFileSync(`${path}.nonce-1`, JSON.stringify({ ...gone, nonce: 'nonce-2' }));
    expect((await takeLock(path, TIMES)).kind).toBe('held');
    expect(readdirSync(folder)).toEqual(['server.lock']);
  });

  test('of another container is taken over when nobody touches it', async () => {
    writeLock({ pid: 1, started: '1', world: 'another boot' });
    expect((await takeLock(path, TIMES)).kind).toBe('held');
  });

  test('of another container is respected while somebody touches it', async () => {
    writeLock({ pid: 1, started: '1', world: 'another boot' });
    let beats = 0;
    const heart = setInterval(() => utimesSync(path, new Date(), new Date(Date.now() + beats++ * 1000)), 50);
    const result = await takeLock(path, TIMES);
    clearInterval(heart);
    expect(result.kind).toBe('taken');
  });

  test('that is damaged is replaced', async () => {
    writeFileSync(path, '{"pid":');
    expect((await takeLock(path, TIMES)).kind).toBe('held');
  });

  test('is not removed by a holder who lost it', async () => {
    const first = await takeLock(path, TIMES);
    writeLock({ pid: 1, started: '1', world: 'another boot' });
    if (first.kind === 'held') first.release();
    expect(existsSync(path)).toBe(true);
  });
});

function writeLock(identity: { pid: number; started: string; world: string }): void {
  writeFileSync(path, JSON.stringify({ ...identity, nonce: 'nonce-1' }));
}
