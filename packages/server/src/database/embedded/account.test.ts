import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Circumstances } from './account.ts';
import { chooseAccounts, commandUnder, firstClosedFolder } from './account.ts';

const own = process.geteuid?.() ?? -1;
const asRoot: Circumstances = { uid: 0, hasName: true, canUnshare: () => true };

let parent = '';
let cluster = '';
let program = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'thatch-account-'));
  chmodSync(parent, 0o755);
  cluster = join(parent, 'data', 'postgres');
  program = join(parent, 'bin', 'postgres');
  for (const folder of ['data', 'bin']) mkdirSync(join(parent, folder));
  writeFileSync(program, '');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

function choose(circumstances: Circumstances): unknown {
  return chooseAccounts(cluster, program, circumstances);
}

describe('the account of Postgres', () => {
  test('of an ordinary user is this user', () => {
    expect(choose({ uid: 1000, hasName: true, canUnshare: () => false })).toEqual({
      kind: 'ok',
      value: { forServer: { kind: 'self' }, forInitdb: { kind: 'self' } },
    });
  });

  test('of root is root under another name in a user namespace, where that is allowed', () => {
    const namespace = { kind: 'namespace', uid: expect.any(Number) };
    expect(choose(asRoot)).toEqual({ kind: 'ok', value: { forServer: namespace, forInitdb: namespace } });
  });

  test('of root without namespaces is nobody', () => {
    expect(choose({ ...asRoot, canUnshare: () => false })).toMatchObject({
      kind: 'ok',
      value: { forServer: { kind: 'user', uid: expect.any(Number) } },
    });
  });

  test('of root without namespaces under a folder closed to others is refused with the way out', () => {
    chmodSync(parent, 0o700);
    expect(choose({ ...asRoot, canUnshare: () => false })).toMatchObject({
      kind: 'refused',
      refusal: {
        sentence: expect.stringContaining(parent),
        fix: expect.stringContaining('/opt/thatch'),
        exitStatus: 78,
      },
    });
  });

  test('of a user without a name is this user, with a name in a namespace for initdb only', () => {
    expect(choose({ uid: 12345, hasName: false, canUnshare: () => true })).toMatchObject({
      kind: 'ok',
      value: { forServer: { kind: 'self' }, forInitdb: { kind: 'namespace' } },
    });
  });

  test('of a user without a name and without namespaces is refused with the line to add', () => {
    expect(choose({ uid: 12345, hasName: false, canUnshare: () => false })).toMatchObject({
      kind: 'refused',
      refusal: { fix: expect.stringContaining('thatch:x:12345:0::/:/bin/sh') },
    });
  });

  test('of a user who finds the cluster of another is refused', () => {
    mkdirSync(cluster);
    expect(choose({ uid: own + 1, hasName: true, canUnshare: () => true })).toMatchObject({
      kind: 'refused',
      refusal: { sentence: expect.stringContaining(`belongs to user ${own}`) },
    });
  });

  test('in a namespace keeps the process: unshare becomes Postgres', () => {
    expect(commandUnder({ kind: 'namespace', uid: 65534 }, '/p', ['-D', '/d'])).toMatchObject({
      command: 'unshare',
      commandArguments: ['--user', '--map-user=65534', '--', '/p', '-D', '/d'],
    });
  });

  test('may be kept out by the first closed folder on the way', () => {
    chmodSync(join(parent, 'bin'), 0o750);
    expect(firstClosedFolder(program, own + 1, 999_999)).toBe(join(parent, 'bin'));
    expect(firstClosedFolder(program, own, 999_999)).toBe(null);
  });
});
