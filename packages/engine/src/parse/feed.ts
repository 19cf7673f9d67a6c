import { concatenate } from '../bytes/concatenate.ts';
import { UnpackError, type Hasher } from '../codec.ts';
import { SAMPLE_BYTES, type BlockReader } from '../formats/format.ts';

/** A record (line, tag) longer than this is not one of a coverage report; it bounds what is carried between blocks. */
const LONGEST_RECORD = 1 << 25;
const LINE_FEED = 10;

/** The bytes of one report file on their way to its reader. Holds one chunk and the unfinished record before it. */
export class Feed {
  /** Bytes that came so far. */
  bytesRead = 0;
  /** Why the bytes ended early; null when they did not. */
  damage: string | null = null;
  /** Whether everything has come. */
  isDone = false;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly hasher: Hasher | null;
  private buffered: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>, hasher: Hasher | null = null) {
    this.chunks = chunks[Symbol.asyncIterator]();
    this.hasher = hasher;
  }

  /** The first bytes, at most {@link SAMPLE_BYTES} where more follow; they are given to the reader again. */
  async head(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length <= SAMPLE_BYTES) {
      const chunk = await this.next();
      if (chunk === null) break;
      parts.push(chunk);
      length += chunk.length;
    }
    this.buffered = concatenate(parts);
    return this.isDone ? this.buffered : this.buffered.subarray(0, SAMPLE_BYTES);
  }

  /** Gives everything to a reader of text or XML. Returns false when a record was too long to be one. */
  async feed(reader: BlockReader, kind: 'text' | 'xml', skip: number, shouldStop: () => boolean): Promise<boolean> {
    let block = this.buffered.subarray(skip);
    this.buffered = new Uint8Array(0);
    for (;;) {
      const isLast = this.isDone;
      const end = isLast || kind === 'xml' ? block.length : block.lastIndexOf(LINE_FEED) + 1;
      const consumed = end > 0 ? reader.block(block, 0, end, isLast) : 0;
      if (isLast || shouldStop()) return true;
      const rest = block.subarray(consumed);
      if (rest.length > LONGEST_RECORD) return false;
      const chunk = await this.next();
      if (chunk === null) block = rest;
      else block = rest.length === 0 ? chunk : concatenate([rest, chunk]);
    }
  }

  /** Everything as one array, without a second copy where it came in one piece. */
  async whole(reopen: () => AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    if (this.isDone) return this.buffered;
    // Count first, then read again into memory of the right size: growing would need twice the report.
    let size = this.buffered.length;
    this.buffered = new Uint8Array(0);
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) size += chunk.length;
    const bytes = new Uint8Array(size);
    const again = new Feed(reopen());
    let at = 0;
    for (let chunk = await again.next(); chunk !== null && at < size; chunk = await again.next()) {
      bytes.set(chunk.subarray(0, size - at), at);
      at += chunk.length;
    }
    return bytes;
  }

  /** Reads what is left and throws it away, so that the size is known and the source is closed. */
  async drain(): Promise<void> {
    while ((await this.next()) !== null) {
      // Only counting.
    }
  }

  private async next(): Promise<Uint8Array | null> {
    if (this.isDone) return null;
    try {
      const { value, done } = await this.chunks.next();
      if (!done) {
        this.bytesRead += value.length;
        this.hasher?.update(value);
        return value;
      }
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error;
      this.damage = error.message;
    }
    this.isDone = true;
    return null;
  }
}
