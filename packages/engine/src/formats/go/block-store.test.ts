import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../../node/codec.ts';
import { BlockStore } from './block-store.ts';
import { packPosition, sortAndMerge } from './packed-blocks.ts';

type Block = readonly [path: string, line: number, column: number, count: number];

/** Every file's blocks as `line.column=count`, sorted, repeated ones merged. */
function stored(blocks: readonly Block[], mostUnpacked?: number): Record<string, string[]> {
  const store = new BlockStore(nodeCodec, mostUnpacked);
  for (const [path, line, column, count] of blocks) {
    const written = new TextEncoder().encode(path);
    store.select(written, 0, written.length);
    store.add(packPosition(line, column), packPosition(line + 1, column), count);
  }
  const files: Record<string, string[]> = {};
  store.forEachFile((path, numbers, length) => {
    const copy = numbers.slice(0, length);
    const kept = sortAndMerge(copy, length);
    files[path] = Array.from({ length: kept / 3 }, (_, index) => `${copy[index * 3]}=${copy[index * 3 + 2]}`);
  });
  return files;
}

function expected(blocks: readonly Block[]): Record<string, string[]> {
  const files = new Map<string, Map<number, number>>();
  for (const [path, line, column, count] of blocks) {
    const file = files.get(path) ?? new Map<number, number>();
    const position = packPosition(line, column);
    file.set(position, Math.max(count, file.get(position) ?? 0));
    files.set(path, file);
  }
  const sorted = (file: Map<number, number>): string[] =>
    [...file].sort((left, right) => left[0] - right[0]).map(([at, count]) => `${at}=${count}`);
  return Object.fromEntries([...files].map(([path, file]) => [path, sorted(file)]));
}

describe('the store of Go blocks', () => {
  const block: fc.Arbitrary<Block> = fc.tuple(
    fc.constantFrom('a.go', 'b.go', 'pkg/a.go', 'pkg/c.go'),
    fc.integer({ min: 1, max: 40 }),
    fc.nat(3),
    fc.nat(2 ** 40),
  );

  test('gives every different block with its greatest count, whether or not files were packed between', () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 400 }),
        fc.constantFrom(10, 100, 1000, undefined),
        (blocks, mostUnpacked) => {
          expect(stored(blocks, mostUnpacked)).toEqual(expected(blocks));
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  test('stays right when one file has thousands of blocks that come again in another order', () => {
    const blocks = Array.from({ length: 3000 }, (_, index): Block => ['a.go', index + 1, 2, index % 5]);
    const all = [...blocks, ...[...blocks].reverse(), ...blocks];
    expect(stored(all)).toEqual(expected(all));
    expect(stored(all, 500)).toEqual(expected(all));
  });

  test('does not grow when a profile repeats itself', () => {
    const store = new BlockStore(nodeCodec);
    const written = new TextEncoder().encode('a.go');
    for (let round = 0; round < 50; round++) {
      store.select(written, 0, written.length);
      for (let line = 1; line <= 100; line++) store.add(packPosition(line, 1), packPosition(line, 9), round);
    }
    store.forEachFile((_path, blocks, length) => {
      expect(length).toBe(300);
      expect(blocks[2]).toBe(49);
    });
    expect(store.blocksRead).toBe(5000);
  });

  test('numbers tens of thousands of files', () => {
    const blocks = Array.from({ length: 20_000 }, (_, index): Block => [
      `pkg${index % 100}/file${index}.go`,
      1,
      1,
      index,
    ]);
    expect(Object.keys(stored([...blocks, ...blocks], 100_000))).toHaveLength(20_000);
  });
});
