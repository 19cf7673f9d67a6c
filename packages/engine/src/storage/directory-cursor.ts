import { ByteReader, DamagedData } from '../bytes/reader.ts';
import { emptyTotals, type Totals } from '../model/totals.ts';

/** Every so many files the path is written whole, so that one can be found without reading all before it. */
export const RESTART_EVERY = 16;

/**
 * Walks over the entries of a directory without making anything of them: merging looks at those of hundreds of uploads for each
 * file. What it stands on is overwritten by {@link DirectoryCursor.next}.
 */
export class DirectoryCursor {
  /** UTF-8 of the path: the first `pathLength` bytes. */
  path: Uint8Array = new Uint8Array(1 << 8);
  pathLength = 0;
  block = 0;
  offset = 0;
  length = 0;
  readonly totals: Totals = emptyTotals();
  /** Stands behind the entry's totals: at the written forms, see {@link DirectoryCursor.writtenAs}. */
  private readonly reader: ByteReader;
  private index = 0;
  private isBeforeWritten = false;

  /** `reader` stands at a restart; `offset` is where the columns of its first file begin in their block. */
  constructor(reader: ByteReader, offset: number) {
    this.reader = reader;
    this.offset = offset;
  }

  /** Goes on to the next entry; false when there is none. */
  next(): boolean {
    if (this.isBeforeWritten) this.skipWritten();
    const { reader } = this;
    if (reader.isDone()) return false;
    this.readPath();
    this.readPlace();
    this.readTotals();
    this.isBeforeWritten = true;
    return true;
  }

  /** The written forms of the entry: calls `take` with how many characters of the path's end each shares, and what stands before. */
  writtenAs(take: (shared: number, before: Uint8Array) => void): void {
    if (!this.isBeforeWritten) return;
    this.isBeforeWritten = false;
    for (let left = this.reader.varint(); left > 0; left--) take(this.reader.varint(), this.reader.block());
  }

  private readPath(): void {
    const { reader } = this;
    const shared = reader.varint();
    const length = reader.varint();
    const start = reader.position;
    if (shared > this.pathLength || start + length > reader.end) throw new DamagedData('a path is not whole');
    if (shared + length > this.path.length) {
      const path = new Uint8Array(2 * (shared + length));
      path.set(this.path);
      this.path = path;
    }
    const { path } = this;
    const { bytes } = reader;
    for (let at = 0; at < length; at++) path[shared + at] = bytes[start + at];
    this.pathLength = shared + length;
    reader.position = start + length;
  }

  private readPlace(): void {
    const isRestart = this.index % RESTART_EVERY === 0;
    const step = this.reader.varint();
    const block = isRestart ? step : this.block + step;
    // The first entry's offset was given, whatever its block.
    if (this.index > 0) this.offset = block === this.block ? this.offset + this.length : 0;
    this.block = block;
    this.length = this.reader.varint();
    this.index++;
  }

  private readTotals(): void {
    const { reader, totals } = this;
    totals.hits = reader.varint();
    totals.misses = reader.varint();
    totals.partials = reader.varint();
    totals.lines = totals.hits + totals.misses + totals.partials;
    totals.branches = reader.varint();
    totals.methods = reader.varint();
    totals.complexity = reader.varint();
    totals.complexityTotal = reader.varint();
  }

  private skipWritten(): void {
    const { reader } = this;
    this.isBeforeWritten = false;
    for (let left = reader.varint(); left > 0; left--) {
      reader.varint();
      const length = reader.varint();
      reader.position += length;
    }
    if (reader.position > reader.end) throw new DamagedData('a path is not whole');
  }
}

/** Which of two paths comes first: below 0, 0, above 0, as JavaScript orders their texts. */
export function comparePaths(left: Uint8Array, leftLength: number, right: Uint8Array, rightLength: number): number {
  const length = Math.min(leftLength, rightLength);
  let at = 0;
  while (at < length && left[at] === right[at]) at++;
  return at === length ? leftLength - rightLength : rank(left[at]) - rank(right[at]);
}

/** UTF-16 has the characters of four UTF-8 bytes before U+E000 and above, whose first byte is 238 or 239. */
function rank(byte: number): number {
  return byte === 238 || byte === 239 ? byte + 16 : byte;
}
