import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Objects } from '../objects/objects.ts';
import { blobInTree, findBlob } from './sources.ts';

test('a path is found in the text of a tree as in the object that it writes, whatever names are beside it', () => {
  const anyPath = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '"', '\\', ':', ',', '{', '/', 'ß', '\n'), minLength: 1, maxLength: 8 }),
    fc.constantFrom('src/a.ts', 'a.ts', 'src/a', '__proto__'),
  );
  fc.assert(
    fc.property(fc.array(anyPath, { maxLength: 12 }), anyPath, (paths, asked) => {
      const files = Object.fromEntries(paths.map((path, index) => [path, index.toString(16).padStart(40, '0')]));
      const tree = Buffer.from(JSON.stringify(files));
      expect(blobInTree(tree, asked)).toBe(Object.hasOwn(files, asked) ? files[asked] : null);
    }),
  );
});

test('few trees are unpacked at once, however many look at files', async () => {
  const blob = 'a'.repeat(40);
  const tree = zstdCompressSync(JSON.stringify({ 'a.ts': blob }));
  const reading: (() => void)[] = [];
  let most = 0;
  const objects = {
    read: () =>
      new Promise<Uint8Array>((resolve) => {
        reading.push(() => resolve(tree));
        most = Math.max(most, reading.length);
      }),
  } as unknown as Objects;
  let found = 0;
  const asked = Array.from({ length: 7 }, async () => {
    expect(await findBlob({ objects }, { files_key: 'tree' }, 'a.ts')).toBe(blob);
    found++;
  });
  while (found < asked.length) {
    reading.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asked);
  expect(most).toBe(2);
});
