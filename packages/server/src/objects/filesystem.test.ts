import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FilesystemObjects, openFilesystemObjects } from './filesystem.ts';
import { isFull, keepReserve, releaseReserve } from './free-space.ts';

const KEY = 'v4/raw/2026-11-25/ABC/abc/1.x';
const PLENTY = async () => ({ free: 1e12, total: 2e12 });

let root: string;
let objects: FilesystemObjects;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'thatch-objects-')), 'objects');
  objects = new FilesystemObjects(root, PLENTY);
});

afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

async function textOf(key: string): Promise<string | null> {
  const found = await objects.read(key);
  return found === null ? null : new TextDecoder().decode(found);
}

function incoming(): string[] {
  return existsSync(join(root, '.incoming')) ? readdirSync(join(root, '.incoming')) : [];
}

describe('put', () => {
  test('what was stored is read again, with its size and digests', async () => {
    const outcome = await objects.put(KEY, pieces('TN:\n', 'SF:a.c\n'));
    expect(outcome).toEqual({
      kind: 'stored',
      size: 11,
      sha256: new Uint8Array(createHash('sha256').update('TN:\nSF:a.c\n').digest()),
      md5: new Uint8Array(createHash('md5').update('TN:\nSF:a.c\n').digest()),
    });
    expect(await textOf(KEY)).toBe('TN:\nSF:a.c\n');
    expect(incoming()).toEqual([]);
  });

  test('however a body is cut into pieces, the object is the same', async () => {
    const body = fc.array(fc.uint8Array({ maxLength: 100_000, size: 'max' }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(body, async (parts) => {
        const whole = new Uint8Array(Buffer.concat(parts));
        async function* stream() {
          yield* parts;
        }
        const streamed = await objects.put('v4/a/streamed', stream());
        expect(streamed).toEqual(await objects.put('v4/a/whole', whole));
        expect(await objects.read('v4/a/streamed')).toEqual(Buffer.from(whole));
      }),
      { numRuns: 30 },
    );
  });

  test('an object may be replaced, and is never seen half-written', async () => {
    await objects.put(KEY, bytes('old'));
    async function* slow() {
      yield bytes('new, ');
      expect(await textOf(KEY)).toBe('old');
      yield bytes('whole');
    }
    await objects.put(KEY, slow());
    expect(await textOf(KEY)).toBe('new, whole');
  });

  test('a body over the limit is refused before it is read to its end, and leaves nothing', async () => {
    let asked = 0;
    let stopped = false;
    async function* endless() {
      try {
        for (;;) {
          asked++;
          yield new Uint8Array(1000);
        }
      } finally {
        stopped = true;
      }
    }
    expect(await objects.put(KEY, endless(), { maxBytes: 2500 })).toEqual({
      kind: 'too_large',
      maxBytes: 2500,
    });
    expect(asked).toBe(3);
    expect(stopped).toBe(true);
    expect(await objects.stat(KEY)).toBeNull();
    expect(incoming()).toEqual([]);
  });

  test('a body of exactly the limit is stored', async () => {
    expect(await objects.put(KEY, bytes('12345'), { maxBytes: 5 })).toMatchObject({ kind: 'stored', size: 5 });
  });

  test('a body that breaks off leaves nothing, and an older object as it was', async () => {
    await objects.put(KEY, bytes('old'));
    async function* broken() {
      yield bytes('ne');
      throw new Error('aborted');
    }
    expect(await objects.put(KEY, broken())).toEqual({ kind: 'cut', reason: new Error('aborted') });
    expect(await textOf(KEY)).toBe('old');
    expect(incoming()).toEqual([]);
  });

  test('an empty body is stored, or refused where asked', async () => {
    expect(await objects.put(KEY, pieces(), { refuseEmpty: true })).toEqual({ kind: 'empty' });
    expect(await objects.stat(KEY)).toBeNull();
    expect(await objects.put(KEY, pieces())).toMatchObject({ kind: 'stored', size: 0 });
    expect(await textOf(KEY)).toBe('');
  });

  test('many objects of one folder are stored at once', async () => {
    const keys = Array.from({ length: 40 }, (_, number) => `v4/raw/2026-11-25/ABC/abc/${number}.x`);
    const outcomes = await Promise.all(keys.map((key) => objects.put(key, bytes(key))));
    expect(outcomes.every((outcome) => outcome.kind === 'stored')).toBe(true);
    expect(await Promise.all(keys.map(textOf))).toEqual(keys);
  });

  test('a folder that was removed behind its back is made again', async () => {
    await objects.put(KEY, bytes('1'));
    rmSync(join(root, 'v4'), { recursive: true });
    expect(await objects.put(KEY, bytes('2'))).toMatchObject({ kind: 'stored' });
    expect(await textOf(KEY)).toBe('2');
  });

  test('two stores on one folder see the same objects', async () => {
    await objects.put(KEY, bytes('1'));
    expect(await new FilesystemObjects(root, PLENTY).stat(KEY)).toMatchObject({ key: KEY, size: 1 });
  });

  test('nothing is written when the disk is nearly full', async () => {
    const nearlyFull = new FilesystemObjects(root, async () => ({ free: 5e8, total: 2e12 }));
    expect(await nearlyFull.put(KEY, bytes('1'))).toEqual({ kind: 'full', freeBytes: 5e8 });
    expect(await objects.stat(KEY)).toBeNull();
  });
});

test.each(['../secret', 'v4/../../secret', '/etc/passwd', 'v4/.incoming/x', 'v4', 'v4/a\0b', 'v4/a/../../../b', ''])(
  'the key %j touches no file',
  async (key) => {
    writeFileSync(join(root, '..', 'secret'), 'secret');
    await expect(objects.put(key, bytes('x'))).rejects.toThrow('not the key of an object');
    await expect(objects.get(key)).rejects.toThrow('not the key of an object');
    await expect(objects.read(key)).rejects.toThrow('not the key of an object');
    await expect(objects.stat(key)).rejects.toThrow('not the key of an object');
    await expect(objects.delete(key)).rejects.toThrow('not the key of an object');
    await expect(objects.openLocal(key)).rejects.toThrow('not the key of an object');
    expect(existsSync(join(root, '..', 'secret'))).toBe(true);
  },
);

describe('reading', () => {
  test.each([
    [undefined, '0123456789'],
    [{ start: 3 }, '3456789'],
    [{ start: 3, end: 5 }, '34'],
    [{ start: 3, end: 3 }, ''],
    [{ start: 8, end: 100 }, '89'],
    [{ start: 100 }, ''],
  ])('the range %j gives its bytes', async (range, expected) => {
    await objects.put(KEY, bytes('0123456789'));
    const opened = await objects.get(KEY, range);
    expect(opened?.size).toBe(10);
    const chunks: Buffer[] = [];
    for await (const chunk of opened?.stream ?? []) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe(expected);
  });

  test('what is not there is null, also where a folder has its name or a file is in the way', async () => {
    await objects.put(KEY, bytes('1'));
    for (const key of ['v4/raw/none', `${KEY}/below`]) {
      expect(await objects.get(key)).toBeNull();
      expect(await objects.read(key)).toBeNull();
      expect(await objects.stat(key)).toBeNull();
      expect(await objects.openLocal(key)).toBeNull();
    }
    expect(await objects.stat('v4/raw')).toBeNull();
  });

  test('a thread may open an object by its path', async () => {
    await objects.put(KEY, bytes('0123456789'));
    const local = await objects.openLocal(KEY);
    const file = openSync(local!.path, 'r');
    const buffer = Buffer.alloc(2);
    readSync(file, buffer, 0, 2, 4);
    expect([fstatSync(file).size, buffer.toString()]).toEqual([10, '45']);
    closeSync(file);
    await local?.release();
    expect(await textOf(KEY)).toBe('0123456789');
  });

  test('deleting twice is no error', async () => {
    await objects.put(KEY, bytes('1'));
    await objects.delete(KEY);
    await objects.delete(KEY);
    expect(await objects.stat(KEY)).toBeNull();
  });

  test.each([
    ['', 4],
    ['v4/', 3],
    ['v4/raw/2026-11-25/', 2],
    ['v4/raw/2026-11-2', 2],
    ['v4/parts/', 1],
    ['v4/nothing/', 0],
    ['v5', 0],
  ])('listing %j finds %i objects and nothing else', async (prefix, count) => {
    await objects.put(KEY, bytes('1'));
    await objects.put('v4/raw/2026-11-25/ABC/def/2.x', bytes('22'));
    await objects.put('v4/parts/ABC/def/2.x', bytes('333'));
    await objects.put('test_results/v1/x', bytes('4444'));
    writeFileSync(join(root, '.reserve'), 'x');
    const found = await Array.fromAsync(objects.list(prefix));
    expect(found).toHaveLength(count);
    for (const { key, size } of found) expect((await objects.stat(key))?.size).toBe(size);
  });
});

test('files of writers that died are swept, those still being written are kept', async () => {
  mkdirSync(join(root, '.incoming'), { recursive: true });
  for (const name of ['old', 'new']) writeFileSync(join(root, '.incoming', name), 'half');
  utimesSync(join(root, '.incoming', 'old'), new Date('2026-01-01'), new Date('2026-01-01'));
  expect(await objects.sweep(new Date('2026-02-01'))).toBe(1);
  expect(incoming()).toEqual(['new']);
  await openFilesystemObjects(root);
  expect(incoming()).toEqual([]);
});

test.each([
  [{ free: 600e6, total: 20e9 }, false],
  [{ free: 500e6, total: 20e9 }, true],
  [{ free: 1.9e9, total: 100e9 }, true],
  [{ free: 2.1e9, total: 100e9 }, false],
])('the room %j is full: %s', (space, full) => {
  expect(isFull(space)).toBe(full);
});

test('the reserve is 64 MB that are really taken, and is given back', async () => {
  mkdirSync(root, { recursive: true });
  await keepReserve(root, PLENTY);
  const file = openSync(join(root, '.reserve'), 'r');
  const { size, blocks } = fstatSync(file);
  closeSync(file);
  expect(size).toBe(64 * 1024 * 1024);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  await releaseReserve(root);
  expect(existsSync(join(root, '.reserve'))).toBe(false);
  await keepReserve(root, async () => ({ free: 1e6, total: 1e9 }));
  expect(existsSync(join(root, '.reserve'))).toBe(false);
});
