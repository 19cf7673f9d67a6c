import { concatenate } from '../bytes/concatenate.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { Codec } from '../codec.ts';
import { addTotals, emptyTotals, type Totals } from '../model/totals.ts';
import { encodeDirectory, type DroppedSource, type FileEntry } from './directory.ts';
import { BLOCK_BYTES, writeFooter } from './layout.ts';

/** Writes a part or a merged report; files must come in the order of their paths (JavaScript string order), each once. */
export class ReportWriter {
  /** Sum over the files so far. */
  readonly totals: Totals = emptyTotals();
  private readonly codec: Codec;
  private readonly chunks: Uint8Array[] = [];
  private readonly blocks: { packed: number; size: number }[] = [];
  private readonly files: Omit<FileEntry, 'offset'>[] = [];
  private readonly block = new ByteWriter(BLOCK_BYTES * 2);
  private lastPath: string | null = null;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Adds one file with its encoded columns (storage/columns.ts), which are copied. */
  add(path: string, columns: Uint8Array, totals: Totals, writtenAs: readonly string[] = []): void {
    if (this.lastPath !== null && path <= this.lastPath)
      throw new RangeError('files must be added in the order of their paths');
    this.lastPath = path;
    if (this.block.length > 0 && this.block.length + columns.length > BLOCK_BYTES) this.closeBlock();
    this.files.push({ path, totals, block: this.blocks.length, length: columns.length, writtenAs });
    this.block.append(columns);
    addTotals(this.totals, totals);
    this.totals.files++;
  }

  /** The stored bytes. `notes` is anything JSON can hold. The writer is used up. */
  finish(dropped: readonly DroppedSource[], notes: unknown): Uint8Array {
    if (this.block.length > 0) this.closeBlock();
    const directory = encodeDirectory(this.blocks, this.files, dropped, notes, this.codec);
    const packed = this.codec.compress(directory);
    const directoryOffset = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const footer = writeFooter({
      directoryOffset,
      directoryPacked: packed.length,
      directorySize: directory.length,
    });
    return concatenate([...this.chunks, packed, footer]);
  }

  private closeBlock(): void {
    const packed = this.codec.compress(this.block.view());
    this.chunks.push(packed);
    this.blocks.push({ packed: packed.length, size: this.block.length });
    this.block.clear();
  }
}
