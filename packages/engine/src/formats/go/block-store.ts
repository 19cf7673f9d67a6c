import { ByteReader } from '../../bytes/reader.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import type { Codec } from '../../codec.ts';

/** Numbers per block: packed start, packed end, count. */
export const FIELDS = 3;

const COLUMN_LIMIT = 2 ** 20;

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

class GoFile {
  readonly path: string;
  /** Where its path bytes stand in the store's arena. */
  readonly pathStart: number;
  readonly pathLength: number;
  blocks: Float64Array = NO_BLOCKS;
  length = 0;
  /** Length at which repeated blocks are looked for. */
  limit = FIRST_LIMIT;
  /** Packed away: chunk number, −1 while it never was. */
  chunk = -1;
  chunkStart = 0;
  chunkLength = 0;

  constructor(path: string, pathStart: number, pathLength: number) {
    this.path = path;
    this.pathStart = pathStart;
    this.pathLength = pathLength;
  }
}

const NO_BLOCKS = new Float64Array(0);
const FIRST_LIMIT = 1024 * FIELDS;
/** Numbers kept unpacked, 64 MB; beyond, all files are packed to a few bytes per block. */
const MOST_UNPACKED = 8 << 20;
const CHUNK_SIZE = 4 << 20;
const MOST_PROBES = 64;
const COLON = 58;
const LINE_FEED = 10;
const ZERO = 48;

/**
 * The blocks of a profile by file. The same block again only raises its count, so that a profile which repeats itself (one
 * per package, written one after the other) does not grow; what is read in order costs no search.
 */
export class BlockStore {
  /** Bytes of all paths; that of the selected file is `[pathStart, pathStart + pathLength)`. Valid until the next {@link select}. */
  get pathBytes(): Uint8Array {
    return this.paths.bytes;
  }
  pathStart = 0;
  pathLength = 0;
  /** Blocks that were added, repeated ones too. */
  blocksRead = 0;
  private readonly codec: Codec;
  private readonly files: GoFile[] = [];
  private readonly paths = new ByteWriter(1 << 12);
  /** Open addressing by the hash of the path bytes: file number + 1, 0 when free. */
  private slots = new Int32Array(1 << 10);
  private readonly crowded = new Map<string, GoFile>();
  private current: GoFile | null = null;
  private blocks: Float64Array = NO_BLOCKS;
  private length = 0;
  /** Where the next block of the file stands if the profile goes through it in the same order again. */
  private cursor = 0;
  private unpacked = 0;
  private chunks: ByteWriter[] = [];
  private unusedBytes = 0;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Selects the file that the line at `start` names. False when the line names none (no `path:digit`). */
  select(bytes: Uint8Array, start: number, end: number): boolean {
    let stop = start;
    // `C:\…`: the colon that counts has a digit behind it.
    while (stop < end && (bytes[stop] !== COLON || !isDigit(bytes[stop + 1]))) {
      if (bytes[stop] === LINE_FEED) return false;
      stop++;
    }
    if (stop === start || stop >= end) return false;
    const length = stop - start;
    this.leave();
    const file = this.find(bytes, start, length);
    this.pathStart = file.pathStart;
    this.pathLength = length;
    this.current = file;
    this.blocks = file.blocks;
    this.length = file.length;
    this.cursor = 0;
    return true;
  }

  /** Adds a block to the selected file. */
  add(from: number, to: number, count: number): void {
    this.blocksRead++;
    const { blocks, cursor, length } = this;
    if (cursor < length && blocks[cursor] === from && blocks[cursor + 1] === to) {
      if (count > blocks[cursor + 2]) blocks[cursor + 2] = count;
      // Around to the first block: the profile may go through the file once more.
      this.cursor = cursor + FIELDS < length ? cursor + FIELDS : 0;
      return;
    }
    if (length + FIELDS > blocks.length) this.grow();
    this.blocks[length] = from;
    this.blocks[length + 1] = to;
    this.blocks[length + 2] = count;
    this.length = length + FIELDS;
    this.cursor = 0;
    if (this.length >= this.current!.limit) this.compact();
  }

  /** Calls with each file's different blocks, in the order in which the profile named the files. The array is valid during the call. */
  forEachFile(call: (path: string, blocks: Float64Array, length: number) => void): void {
    this.leave();
    this.current = null;
    for (const file of this.files) {
      const blocks = file.chunk < 0 ? file.blocks : this.withPacked(file);
      call(file.path, blocks, file.chunk < 0 ? file.length : blocks.length);
      file.blocks = NO_BLOCKS;
    }
  }

  private leave(): void {
    const file = this.current;
    if (file === null) return;
    file.blocks = this.blocks;
    file.length = this.length;
    if (this.unpacked > MOST_UNPACKED) this.packAll();
  }

  private find(bytes: Uint8Array, start: number, length: number): GoFile {
    const mask = this.slots.length - 1;
    let slot = hashOf(bytes, start, length) & mask;
    for (let probes = 0; this.slots[slot] !== 0; slot = (slot + 1) & mask, probes++) {
      const file = this.files[this.slots[slot] - 1];
      if (file.pathLength === length && isEqual(this.paths.bytes, file.pathStart, bytes, start, length)) return file;
      if (probes > MOST_PROBES) return this.findByText(bytes, start, length);
    }
    const file = this.newFile(this.codec.text(bytes, start, start + length), bytes, start, length);
    this.slots[slot] = this.files.length;
    if (this.files.length * 2 > this.slots.length) this.rehash();
    return file;
  }

  /** Paths made so that they share a hash must not make every look-up a search. */
  private findByText(bytes: Uint8Array, start: number, length: number): GoFile {
    const path = this.codec.text(bytes, start, start + length);
    let file = this.crowded.get(path);
    if (file === undefined) {
      file = this.newFile(path, bytes, start, length);
      this.crowded.set(path, file);
    }
    return file;
  }

  private newFile(path: string, bytes: Uint8Array, start: number, length: number): GoFile {
    const file = new GoFile(path, this.paths.length, length);
    this.paths.append(bytes.subarray(start, start + length));
    this.files.push(file);
    return file;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    this.files.forEach((file, index) => {
      if (this.crowded.get(file.path) === file) return;
      let slot = hashOf(this.paths.bytes, file.pathStart, file.pathLength) & mask;
      let probes = 0;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
        probes++;
      }
      if (probes > MOST_PROBES) this.crowded.set(file.path, file);
      else slots[slot] = index + 1;
    });
    this.slots = slots;
  }

  private grow(): void {
    const grown = new Float64Array(Math.max(16 * FIELDS, this.blocks.length * 2));
    grown.set(this.blocks.subarray(0, this.length));
    this.unpacked += grown.length - this.blocks.length;
    this.blocks = grown;
  }

  private compact(): void {
    const file = this.current!;
    this.length = sortAndMerge(this.blocks, this.length);
    file.limit = Math.max(FIRST_LIMIT, this.length * 2);
    this.cursor = 0;
  }

  /** Packs every unpacked file. */
  private packAll(): void {
    for (const file of this.files) if (file.length > 0) this.pack(file);
    this.unpacked = 0;
    if (this.unusedBytes > CHUNK_SIZE && this.unusedBytes * 2 > this.chunks.length * CHUNK_SIZE) this.compactChunks();
  }

  private pack(file: GoFile): void {
    const blocks = file.chunk < 0 ? file.blocks : this.withPacked(file);
    const length = sortAndMerge(blocks, file.chunk < 0 ? file.length : blocks.length);
    this.write(file, encode(blocks, length));
    file.blocks = NO_BLOCKS;
    file.length = 0;
    file.limit = FIRST_LIMIT;
  }

  private write(file: GoFile, encoded: Uint8Array): void {
    if (file.chunk >= 0 && encoded.length <= file.chunkLength) {
      this.unusedBytes += file.chunkLength - encoded.length;
      this.chunks[file.chunk].bytes.set(encoded, file.chunkStart);
      file.chunkLength = encoded.length;
      return;
    }
    if (file.chunk >= 0) this.unusedBytes += file.chunkLength;
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.length + encoded.length > chunk.bytes.length) {
      chunk = new ByteWriter(Math.max(CHUNK_SIZE, encoded.length));
      this.chunks.push(chunk);
    }
    file.chunk = this.chunks.length - 1;
    file.chunkStart = chunk.length;
    file.chunkLength = encoded.length;
    chunk.append(encoded);
  }

  private compactChunks(): void {
    const before = this.chunks;
    this.chunks = [];
    this.unusedBytes = 0;
    for (const file of this.files) {
      if (file.chunk < 0) continue;
      const encoded = before[file.chunk].bytes.subarray(file.chunkStart, file.chunkStart + file.chunkLength);
      file.chunk = -1;
      this.write(file, encoded);
    }
  }

  /** The packed blocks of a file with its unpacked ones behind them. */
  private withPacked(file: GoFile): Float64Array {
    const chunk = this.chunks[file.chunk];
    const reader = new ByteReader(chunk.bytes, file.chunkStart, file.chunkStart + file.chunkLength);
    const packed = reader.varint() * FIELDS;
    const blocks = new Float64Array(packed + file.length);
    let line = 0;
    for (let at = 0; at < packed; at += FIELDS) {
      line += reader.varint();
      blocks[at] = packPosition(line, reader.varint());
      blocks[at + 1] = packPosition(line + reader.varint(), reader.varint());
      blocks[at + 2] = reader.varint();
    }
    blocks.set(file.blocks.subarray(0, file.length), packed);
    return blocks;
  }
}

const encoder = new ByteWriter(1 << 12);

/** Sorted blocks as varints: line after the line before, column, lines spanned, column, count. Valid until the next call. */
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

/** Sorts blocks by position, keeps the greatest count of equal ones, and gives the new length. */
function sortAndMerge(blocks: Float64Array, length: number): number {
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

function isEqual(left: Uint8Array, leftStart: number, right: Uint8Array, rightStart: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (left[leftStart + at] !== right[rightStart + at]) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

/** A hash of four bytes at a time. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = length;
  const end = start + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash = Math.imul(hash ^ word, 0x2c1b3c6d);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
