import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { once } from 'node:events';
import { sourceOf, type ByteSource, type RandomAccess } from '@thatch/engine';

/** Up to this size a file is read at once: the usual upload, without the cost of a stream. */
const IN_MEMORY_BYTES = 16 * 1024 * 1024;
/** Chunks of 256 KiB to 1 MiB are as fast as one piece (performance notes §6). */
const CHUNK_BYTES = 1024 * 1024;

/** A file as a source of bytes. */
export function fileSource(path: string): ByteSource {
  const { size } = statSync(path);
  if (size <= IN_MEMORY_BYTES) return sourceOf(readFileSync(path));
  return {
    size,
    // `end` of a read stream is inclusive.
    open: (start, end) =>
      start < end ? createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES }) : nothing(),
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A file that is read piece by piece, by position. Close it when done. */
export function openRandomAccess(path: string): RandomAccess & { close(): void } {
  const descriptor = openSync(path, 'r');
  return {
    size: fstatSync(descriptor).size,
    read: (offset, length) => {
      const bytes = Buffer.allocUnsafe(length);
      let read = 0;
      while (read < length) {
        const got = readSync(descriptor, bytes, read, length - read, offset + read);
        if (got === 0) break;
        read += got;
      }
      return bytes.subarray(0, read);
    },
    close: () => closeSync(descriptor),
  };
}

/** Keeps streams of unknown size: in memory while small, else in a scratch file. {@link Spool.clear} removes the files. */
export class Spool {
  private readonly folder: string;
  private readonly files: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Reads the stream to its end. */
  async keep(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
    const kept: Uint8Array[] = [];
    let size = 0;
    const iterator = chunks[Symbol.asyncIterator]();
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      kept.push(next.value);
      size += next.value.length;
      if (size > IN_MEMORY_BYTES) return fileSource(await this.writeFile(kept, iterator));
    }
    return sourceOf(Buffer.concat(kept));
  }

  clear(): void {
    for (const path of this.files.splice(0)) unlinkSync(path);
  }

  private async writeFile(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Promise<string> {
    const path = join(this.folder, `spool-${randomUUID()}`);
    this.files.push(path);
    const file = createWriteStream(path, { mode: 0o600, highWaterMark: CHUNK_BYTES });
    const write = async (chunk: Uint8Array): Promise<void> => {
      if (!file.write(chunk)) await once(file, 'drain');
    };
    for (const chunk of first) await write(chunk);
    for (let next = await rest.next(); !next.done; next = await rest.next()) await write(next.value);
    file.end();
    await once(file, 'finish');
    return path;
  }
}
