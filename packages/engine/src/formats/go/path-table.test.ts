import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../../node/codec.ts';
import { PathTable } from './path-table.ts';

function numbersOf(paths: readonly string[], table = new PathTable(nodeCodec)): number[] {
  return paths.map((path) => {
    const bytes = Buffer.from(`before ${path} behind`);
    return table.numberOf(bytes, 7, bytes.length - 14);
  });
}

/** The definition: order of first appearance. */
function expected(paths: readonly string[]): number[] {
  const known = new Map<string, number>();
  return paths.map((path) => {
    const number = known.get(path) ?? known.size;
    known.set(path, number);
    return number;
  });
}

describe('the table of paths', () => {
  test('numbers paths in the order in which they come first, whatever their length', () => {
    const path = fc.oneof(
      fc.string({ minLength: 1, maxLength: 9, unit: fc.constantFrom('a', 'b', '/', '\0') }),
      fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme' }),
    );
    fc.assert(fc.property(fc.array(path), (paths) => void expect(numbersOf(paths)).toEqual(expected(paths))));
  });

  test('keeps the numbers of paths that were made to share a slot, also when it grows', () => {
    const crowd = sharingSlots(200);
    const others = Array.from({ length: 3000 }, (_, index) => `pkg/${index}/main.go`);
    const paths = [...crowd, ...crowd, ...others, ...crowd, ...others];
    const table = new PathTable(nodeCodec);
    expect(numbersOf(paths, table)).toEqual(expected(paths));
    expect(table.texts).toEqual([...crowd, ...others]);
  });

  test('finds tens of thousands of paths that share everything in time', () => {
    const paths = sharingHash(20_000);
    expect(numbersOf([...paths, ...paths])).toEqual(expected([...paths, ...paths]));
  });
});

/** Paths of eight characters whose hashes have the same twelve low bits, so that they share a slot while the table is small. */
function sharingSlots(count: number): string[] {
  const paths: string[] = [];
  for (let number = 10_000; paths.length < count; number++) {
    const path = `${number.toString(36).padStart(5, '0')}.go`;
    const hash = mixed(mixed(8, wordOf(path, 0)), wordOf(path, 4));
    if (((hash ^ (hash >>> 13)) & 0xfff) === 0x5a5) paths.push(path);
  }
  return paths;
}

/** Paths of eight characters with one hash: the second half makes up for the first, as one who read the source would do. */
function sharingHash(count: number): string[] {
  const paths: string[] = [];
  for (let number = 0; paths.length < count; number++) {
    const first = number.toString(36).padStart(4, '0');
    const second = mixed(8, wordOf(first, 0)) ^ wordOf('a.go', 0);
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(second);
    if (bytes.every((byte) => byte > 32 && byte < 127)) paths.push(first + bytes.toString('latin1'));
  }
  return paths;
}

function wordOf(text: string, at: number): number {
  return Buffer.from(text, 'latin1').readInt32LE(at);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x2c1b3c6d);
  return product ^ (product >>> 15);
}
