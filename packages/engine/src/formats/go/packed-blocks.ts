import { ByteReader } from '../../bytes/reader.ts';
import { ByteWriter } from '../../bytes/writer.ts';

/** Numbers per block: packed start, packed end, count. */
export const FIELDS = 3;

const COLUMN_LIMIT = 2 ** 20;
const CHUNK_SIZE = 4 << 20;

/** A line and a column as one number. */
export function packPosition(line: number, column: number): number {
  return line * COLUMN_LIMIT + column;
}

export function lineOf(position: number): number {
  return Math.floor(position / COLUMN_LIMIT);
}

export function columnOf(position: number): number {
  return position % COLUMN_LIMIT;
}

/** Where packed blocks stand. */
export interface PackedPlace {
  readonly chunk: number;
  readonly start: number;
  readonly length: number;
}

/**
 * Blocks that are not being read, at a few bytes each, in chunks of 4 MiB. What is packed again goes where it was if it still
 * fits; chunks are written anew when half of them is unused.
 */
export class PackedBlocks {
  private chunks: ByteWriter[] = [];
  private unused = 0;

  /** Packs sorted blocks; `before` is where the same file's blocks were. */
  pack(blocks: Float64Array, length: number, before: PackedPlace | null): PackedPlace {
    return this.write(encode(blocks, length), before);
  }

  /** The blocks at a place, with room for `extra` more numbers behind them. */
  unpack(place: PackedPlace, extra: number): Float64Array {
    const reader = new ByteReader(this.chunks[place.chunk].bytes, place.start, place.start + place.length);
    const length = reader.varint() * FIELDS;
    const blocks = new Float64Array(length + extra);
    let line = 0;
    for (let at = 0; at < length; at += FIELDS) {
      line += reader.varint();
      blocks[at] = packPosition(line, reader.varint());
      blocks[at + 1] = packPosition(line + reader.varint(), reader.varint());
      blocks[at + 2] = reader.varint();
    }
    return blocks;
  }

  /** Whether {@link PackedBlocks.rewrite} would give back much memory. */
  get isWasteful(): boolean {
    return this.unused > CHUNK_SIZE && this.unused * 2 > this.chunks.length * CHUNK_SIZE;
  }

  /** Writes everything at `places` into new chunks; gives the new places. */
  rewrite(places: Iterable<PackedPlace>): PackedPlace[] {
    const before = this.chunks;
    this.chunks = [];
    this.unused = 0;
    return Array.from(places, ({ chunk, start, length }) =>
      this.write(before[chunk].bytes.subarray(start, start + length), null),
    );
  }

  private write(encoded: Uint8Array, before: PackedPlace | null): PackedPlace {
    if (before !== null && encoded.length <= before.length) {
      this.unused += before.length - encoded.length;
      this.chunks[before.chunk].bytes.set(encoded, before.start);
      return { ...before, length: encoded.length };
    }
    if (before !== null) this.unused += before.length;
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.length + encoded.length > chunk.bytes.length) {
      chunk = new ByteWriter(Math.max(CHUNK_SIZE, encoded.length));
      this.chunks.push(chunk);
    }
    const start = chunk.length;
    chunk.append(encoded);
    return { chunk: this.chunks.length - 1, start, length: encoded.length };
  }
}

const encoder = new ByteWriter(1 << 12);

/** Sorted blocks as varints: lines after the line before, column, lines spanned, column, count. Valid until the next call. */
function encode(blocks: Float64Array, length: number): Uint8Array {
  encoder.clear();
  encoder.varint(length / FIELDS);
  let before = 0;
  for (let at = 0; at < length; at += FIELDS) {
    const line = lineOf(blocks[at]);
    encoder.varint(line - before);
    encoder.varint(columnOf(blocks[at]));
    encoder.varint(lineOf(blocks[at + 1]) - line);
    encoder.varint(columnOf(blocks[at + 1]));
    encoder.varint(blocks[at + 2]);
    before = line;
  }
  return encoder.view();
}

/** Sorts blocks by position in place, keeps the greatest count of equal ones, and gives the new length. */
export function sortAndMerge(blocks: Float64Array, length: number): number {
  const order = new Uint32Array(length / FIELDS);
  for (let index = 0; index < order.length; index++) order[index] = index * FIELDS;
  order.sort((left, right) => blocks[left] - blocks[right] || blocks[left + 1] - blocks[right + 1]);
  const sorted = new Float64Array(length);
  let end = 0;
  for (const at of order) {
    if (end > 0 && sorted[end - 3] === blocks[at] && sorted[end - 2] === blocks[at + 1]) {
      sorted[end - 1] = Math.max(sorted[end - 1], blocks[at + 2]);
      continue;
    }
    sorted[end] = blocks[at];
    sorted[end + 1] = blocks[at + 1];
    sorted[end + 2] = blocks[at + 2];
    end += FIELDS;
  }
  blocks.set(sorted.subarray(0, end));
  return end;
}
