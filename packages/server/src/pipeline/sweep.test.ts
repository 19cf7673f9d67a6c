import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/cluster.ts';
import { makeUploadWorld, type UploadWorld } from '../../test/support/upload-world.ts';
import { saveCommit } from '../database/queries/commits.ts';
import { insertUpload } from '../database/queries/uploads.ts';
import type { Commit } from '../database/tables.ts';
import { FilesystemObjects } from '../objects/filesystem.ts';
import { rawKey } from '../objects/keys.ts';
import { Sweeper } from './sweep.ts';

const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
let world: UploadWorld;
let commit: Commit;
let folder: string;
let objects: FilesystemObjects;
let sweeper: Sweeper;

beforeEach(async () => {
  database = await createTestDatabase();
  const { kysely } = database.connection;
  world = await makeUploadWorld(kysely);
  commit = await saveCommit(kysely, world.web.id, { sha: '9f'.repeat(20) }, { branch: false, parentAndPull: false });
  folder = mkdtempSync(join(tmpdir(), 'thatch-sweep-'));
  objects = new FilesystemObjects(folder);
  sweeper = new Sweeper({ database: database.connection, objects });
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Stores raw bytes as an upload does, and gives their key. */
async function store(externalId: string): Promise<string> {
  const key = rawKey({ repository_id: world.web.id, external_id: externalId, created_at: new Date() }, randomUUIDv7());
  await objects.put(key, Buffer.from('TN:\n'));
  return key;
}

async function makeRow(externalId: string, key: string | null): Promise<void> {
  await insertUpload(database.connection.kysely, {
    external_id: externalId,
    repository_id: world.web.id,
    commit_id: commit.id,
    kind: 'coverage',
    state: 'stored',
    flags: [],
    via: 'own',
    raw_key: key,
    notices: '[]',
    options: '{}',
  });
}

async function keys(): Promise<string[]> {
  return (await Array.fromAsync(objects.list('v4/'))).map(({ key }) => key).toSorted();
}

const later = (days: number): number => Date.now() + days * DAY_MS;

describe('Sweeper', () => {
  test('removes raw bytes that no row has named for a day, and nothing else', async () => {
    const [named, other, replaced] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const kept = await store(named);
    await makeRow(named, kept);
    // The bytes of an upload that another one took over, whose own row is gone.
    const shared = await store(other);
    await makeRow(randomUUIDv7(), shared);
    // A repeated PUT: the row names the second body.
    const first = await store(replaced);
    const second = await store(replaced);
    await makeRow(replaced, second);
    const orphan = await store(randomUUIDv7());
    await objects.put('v4/parts/0198aaaa/x/y', Buffer.from('part'));
    await objects.put('v4/raw/2026-11-25/1/not-of-ours/x', Buffer.from('?'));
    expect(await sweeper.step(later(0.9))).toBe(0);
    expect(await sweeper.step(later(2))).toBe(2);
    expect(await keys()).toEqual(
      [kept, shared, second, 'v4/parts/0198aaaa/x/y', 'v4/raw/2026-11-25/1/not-of-ours/x'].toSorted(),
    );
    expect(await keys()).not.toContain(orphan);
    expect(await keys()).not.toContain(first);
  });

  test('looks at a bounded number of objects in one step, goes on where it was, and rests a day behind the last', async () => {
    for (let count = 0; count < 7; count++) await store(randomUUIDv7());
    const list = vi.spyOn(objects, 'list');
    const steps: number[] = [];
    for (let step = 0; step < 3; step++) steps.push(await sweeper.step(later(2), 3));
    expect(steps).toEqual([3, 3, 1]);
    expect(list).toHaveBeenCalledTimes(1);
    await store(randomUUIDv7());
    expect(await sweeper.step(later(2.9))).toBe(0);
    expect(list).toHaveBeenCalledTimes(1);
    expect(await sweeper.step(later(3.1))).toBe(1);
    expect(list).toHaveBeenCalledTimes(2);
  });

  test('begins anew when the storage failed in the middle of a walk', async () => {
    await store(randomUUIDv7());
    vi.spyOn(objects, 'list').mockImplementationOnce(async function* () {
      yield* [];
      throw new Error('EIO');
    });
    await expect(sweeper.step(later(2))).rejects.toThrow('EIO');
    expect(await sweeper.step(later(2))).toBe(1);
  });
});
