import { ByteReader, DamagedData } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { Codec } from '../codec.ts';
import { emptyTotals, addTotals, type Totals } from '../model/totals.ts';
import { DirectoryCursor, RESTART_EVERY } from './directory-cursor.ts';

/** One source file of a stored report. */
export interface FileEntry {
  readonly path: string;
  readonly totals: Totals;
  readonly block: number;
  readonly offset: number;
  readonly length: number;
  /** The paths that the upload's reports used for it; empty in a merged report. */
  readonly writtenAs: readonly string[];
}

/** A source file that an upload named but that was not kept. */
export interface DroppedSource {
  readonly path: string;
  readonly reason: DropReason;
  readonly lines: number;
  readonly hits: number;
}

/** Why a source file was not kept (public-api §4.2 `discarded`). */
export type DropReason = 'not_in_repo' | 'ignored_by_config' | 'no_lines' | 'outside';

const DROP_REASONS: readonly DropReason[] = ['not_in_repo', 'ignored_by_config', 'no_lines', 'outside'];

export interface BlockPlace {
  readonly offset: number;
  readonly packed: number;
  readonly size: number;
}

/**
 * Writes the directory of a stored report.
 *
 *   blocks     count; per block: packed size, unpacked size
 *   files      count; restarts: count, byte offset of each from the start of the entries; bytes of entries
 *   entry      bytes shared with the start of the path before, rest of it, blocks since the last file, length of the columns,
 *              totals, written forms: count, then (characters shared with the end of the path, what stands before them)
 *   dropped    count; per source: path, reason, lines, hits
 *   notes      JSON text
 */
export function encodeDirectory(
  blocks: readonly { packed: number; size: number }[],
  files: readonly Omit<FileEntry, 'offset'>[],
  dropped: readonly DroppedSource[],
  notes: unknown,
  codec: Codec,
): Uint8Array {
  const writer = new ByteWriter(1 << 14);
  writer.varint(blocks.length);
  for (const block of blocks) {
    writer.varint(block.packed);
    writer.varint(block.size);
  }
  const { entries, restarts } = encodeEntries(files, codec);
  writer.varint(files.length);
  writer.varint(restarts.length);
  for (const restart of restarts) {
    writer.varint(restart.byte);
    writer.varint(restart.offset);
  }
  writer.block(entries);
  writer.varint(dropped.length);
  for (const source of dropped) {
    writer.block(codec.bytes(source.path));
    writer.varint(DROP_REASONS.indexOf(source.reason));
    writer.varint(source.lines);
    writer.varint(source.hits);
  }
  writer.block(codec.bytes(JSON.stringify(notes)));
  return writer.copy();
}

interface Restart {
  /** Where the entry begins in the entries' bytes. */
  readonly byte: number;
  /** Where the file's columns begin in their block. */
  readonly offset: number;
}

function encodeEntries(
  files: readonly Omit<FileEntry, 'offset'>[],
  codec: Codec,
): { entries: Uint8Array; restarts: Restart[] } {
  const writer = new ByteWriter(1 << 14);
  const restarts: Restart[] = [];
  let path = new ByteWriter(1 << 8);
  let before = new ByteWriter(1 << 8);
  let block = 0;
  let offset = 0;
  files.forEach((file, index) => {
    if (file.block !== block) offset = 0;
    [path, before] = [before, path];
    path.clear();
    path.utf8(file.path, codec);
    const isRestart = index % RESTART_EVERY === 0;
    if (isRestart) restarts.push({ byte: writer.length, offset });
    const shared = isRestart ? 0 : sharedStart(before, path);
    writer.varint(shared);
    writer.block(path.bytes.subarray(shared, path.length));
    // A restart names its block whole, so that reading can begin here.
    writer.varint(isRestart ? file.block : file.block - block);
    writer.varint(file.length);
    writeTotals(file.totals, writer);
    writer.varint(file.writtenAs.length);
    for (const written of file.writtenAs) writeWritten(written, file.path, writer, codec);
    block = file.block;
    offset += file.length;
  });
  return { entries: writer.copy(), restarts };
}

function writeWritten(written: string, path: string, writer: ByteWriter, codec: Codec): void {
  if (written === path) {
    writer.varint(path.length);
    writer.varint(0);
    return;
  }
  const end = sharedEnd(written, path);
  writer.varint(end);
  writer.block(codec.bytes(written.slice(0, written.length - end)));
}

function writeTotals(totals: Totals, writer: ByteWriter): void {
  writer.varint(totals.hits);
  writer.varint(totals.misses);
  writer.varint(totals.partials);
  writer.varint(totals.branches);
  writer.varint(totals.methods);
  writer.varint(totals.complexity);
  writer.varint(totals.complexityTotal);
}

/** A directory in memory, decoded where it is asked. */
export class Directory {
  /** Number of source files. */
  readonly size: number;
  private readonly codec: Codec;
  private readonly blocks: BlockPlace[] = [];
  private readonly restarts: Restart[] = [];
  private readonly entries: Uint8Array;
  private readonly rest: ByteReader;
  private readonly restStart: number;
  private sum: Totals | null = null;

  constructor(bytes: Uint8Array, codec: Codec) {
    this.codec = codec;
    const reader = new ByteReader(bytes);
    let offset = 0;
    for (let left = reader.varint(); left > 0; left--) {
      const packed = reader.varint();
      this.blocks.push({ offset, packed, size: reader.varint() });
      offset += packed;
    }
    this.size = reader.varint();
    for (let left = reader.varint(); left > 0; left--) {
      const byte = reader.varint();
      this.restarts.push({ byte, offset: reader.varint() });
    }
    this.entries = reader.block();
    this.rest = reader;
    this.restStart = reader.position;
  }

  /** All source files in the order of their paths (JavaScript string order). */
  *files(): Generator<FileEntry> {
    for (let restart = 0; restart < this.restarts.length; restart++) yield* this.group(restart);
  }

  /** A cursor before the first file. */
  cursor(): DirectoryCursor {
    return new DirectoryCursor(new ByteReader(this.entries), 0);
  }

  /** The file of a path, or null. Decodes at most one group of 16 entries and the first paths of a few others. */
  find(path: string): FileEntry | null {
    let low = 0;
    let high = this.restarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firstPath(middle) <= path) low = middle;
      else high = middle - 1;
    }
    if (this.restarts.length === 0) return null;
    for (const entry of this.group(low)) if (entry.path === path) return entry;
    return null;
  }

  /** Where a block of columns lies. */
  blockAt(index: number): BlockPlace {
    const block = this.blocks[index];
    if (block === undefined) throw new DamagedData('a file names a block that is not there');
    return block;
  }

  /** Bytes of all packed blocks: everything before the directory. */
  get blocksEnd(): number {
    const last = this.blocks.at(-1);
    return last === undefined ? 0 : last.offset + last.packed;
  }

  /** Sum over all files; `files` counts them. */
  get totals(): Totals {
    if (this.sum === null) {
      this.sum = emptyTotals();
      for (const file of this.files()) addTotals(this.sum, file.totals);
      this.sum.files = this.size;
    }
    return this.sum;
  }

  /** Sources that were not kept. */
  dropped(): DroppedSource[] {
    const reader = this.rest;
    reader.position = this.restStart;
    const dropped: DroppedSource[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const path = this.text(reader.block());
      dropped.push({
        path,
        reason: DROP_REASONS[reader.varint()],
        lines: reader.varint(),
        hits: reader.varint(),
      });
    }
    return dropped;
  }

  /** What the writer noted beside the files. */
  notes(): unknown {
    this.dropped();
    return JSON.parse(this.text(this.rest.block()));
  }

  private firstPath(restart: number): string {
    const reader = new ByteReader(this.entries, this.restarts[restart].byte);
    reader.varint();
    return this.text(reader.block());
  }

  private *group(restart: number): Generator<FileEntry> {
    const { byte, offset } = this.restarts[restart];
    const end = this.restarts[restart + 1]?.byte ?? this.entries.length;
    const cursor = new DirectoryCursor(new ByteReader(this.entries, byte, end), offset);
    while (cursor.next()) {
      const path = this.codec.text(cursor.path, 0, cursor.pathLength);
      const { totals, block, offset: start, length } = cursor;
      const writtenAs: string[] = [];
      cursor.writtenAs((shared, before) => writtenAs.push(this.text(before) + path.slice(path.length - shared)));
      yield { path, totals: { ...totals }, block, offset: start, length, writtenAs };
    }
  }

  private text(bytes: Uint8Array): string {
    return this.codec.text(bytes, 0, bytes.length);
  }
}

function sharedStart(first: ByteWriter, second: ByteWriter): number {
  const limit = Math.min(first.length, second.length);
  let length = 0;
  while (length < limit && first.bytes[length] === second.bytes[length]) length++;
  return length;
}

function sharedEnd(first: string, second: string): number {
  const limit = Math.min(first.length, second.length);
  let length = 0;
  while (
    length < limit &&
    first.charCodeAt(first.length - 1 - length) === second.charCodeAt(second.length - 1 - length)
  )
    length++;
  // Not between the halves of a surrogate pair: the parts are written as UTF-8 on their own.
  const code = second.charCodeAt(second.length - length);
  return length > 0 && code >= 0xdc00 && code <= 0xdfff ? length - 1 : length;
}
