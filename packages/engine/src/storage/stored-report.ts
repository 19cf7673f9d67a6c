import { DamagedData } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import type { LineTable } from '../model/line-table.ts';
import type { Totals } from '../model/totals.ts';
import { decodeColumns } from './decode-columns.ts';
import { Directory, type FileEntry, type DroppedSource } from './directory.ts';
import { FOOTER_BYTES, readFooter } from './layout.ts';

/** Stored bytes that can be read in any order; a file, a buffer, a ranged request done before. */
export interface RandomAccess {
  readonly size: number;
  /** `length` bytes from `offset`; a view is fine, it is not kept. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes in memory as {@link RandomAccess}. */
export function inMemory(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/**
 * A stored part or report: its directory is read when it is opened, each file's lines only when asked for.
 *
 * ```ts
 * const part = StoredReport.open(inMemory(bytes), codec);
 * const entry = part.directory.find('src/a.ts');
 * if (entry) part.read(entry, table);
 * ```
 */
export class StoredReport {
  readonly directory: Directory;
  private readonly source: RandomAccess;
  private readonly codec: Codec;
  private cachedBlock = -1;
  private cachedBytes: Uint8Array = new Uint8Array(0);

  private constructor(source: RandomAccess, codec: Codec, directory: Directory) {
    this.source = source;
    this.codec = codec;
    this.directory = directory;
  }

  /** Opens stored bytes. Throws {@link DamagedData} when they are not a part or report, or are cut off. */
  static open(source: RandomAccess, codec: Codec): StoredReport {
    if (source.size < FOOTER_BYTES) throw new DamagedData('too short for a stored report');
    const footer = readFooter(source.read(source.size - FOOTER_BYTES, FOOTER_BYTES));
    if (footer.directoryOffset + footer.directoryPacked + FOOTER_BYTES !== source.size) {
      throw new DamagedData('the directory is not where the footer says');
    }
    const packed = source.read(footer.directoryOffset, footer.directoryPacked);
    const directory = new Directory(codec.decompress(packed, footer.directorySize), codec);
    return new StoredReport(source, codec, directory);
  }

  /** Reads the lines of one file into an empty table. */
  read(entry: FileEntry, table: LineTable): void {
    decodeColumns(this.columns(entry), table, this.codec);
  }

  /** The encoded columns of one file; a view that is valid until the next call. */
  columns(entry: Pick<FileEntry, 'block' | 'offset' | 'length'>): Uint8Array {
    const block = this.block(entry.block);
    if (entry.offset + entry.length > block.length) throw new DamagedData('a file lies outside of its block');
    return block.subarray(entry.offset, entry.offset + entry.length);
  }

  /** Totals over all files. */
  get totals(): Totals {
    return this.directory.totals;
  }

  /** Source files of the upload that were not kept, with the reason; empty for a merged report. */
  get dropped(): readonly DroppedSource[] {
    return this.directory.dropped();
  }

  private block(index: number): Uint8Array {
    if (index === this.cachedBlock) return this.cachedBytes;
    const { offset, packed, size } = this.directory.blockAt(index);
    this.cachedBytes = this.codec.decompress(this.source.read(offset, packed), size);
    this.cachedBlock = index;
    return this.cachedBytes;
  }
}
