import { concatenate } from '../bytes/concatenate.ts';
import type { ByteSource } from '../bytes/source.ts';
import { UnpackError, type Codec, type Packing } from '../codec.ts';
import type { ContainerFile } from './container.ts';

/** Thrown when an upload unpacks to more than the installation allows; caught where a file is read. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}

/** How many bytes may still be unpacked; shared by all files of an upload. */
export interface Budget {
  left: number;
}

/**
 * The unpacked bytes of a report file. Base64 and zlib of the container are undone, and what then begins with the magic of gzip
 * or zstd is unpacked too (report-formats §2.2). Throws {@link UnpackError} at damage, {@link TooLarge} past the budget.
 */
export function openFile(
  source: ByteSource,
  file: ContainerFile,
  codec: Codec,
  budget: Budget,
): AsyncIterable<Uint8Array> {
  const bytes = file.text === undefined ? rangesOf(source, file) : single(file.text);
  return counted(unpacked(decoded(bytes, file, codec), codec), budget);
}

const LONGEST_MAGIC = 4;

/** What a byte stream is packed with, by its magic. */
export function packingOf(head: Uint8Array): Packing | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return null;
}

/** Undoes one layer of gzip or zstd where the first bytes say so. */
export async function* unpacked(chunks: AsyncIterable<Uint8Array>, codec: Codec): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < LONGEST_MAGIC) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : concatenate([head, next.value]);
  }
  if (head.length === 0) return;
  const rest = withFirst(head, iterator);
  const packing = packingOf(head);
  yield* packing === null ? rest : codec.unpack(packing, rest);
}

async function* withFirst(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* rangesOf(source: ByteSource, file: ContainerFile): AsyncGenerator<Uint8Array> {
  for (const [start, end] of file.ranges) yield* source.open(start, end);
}

function decoded(chunks: AsyncIterable<Uint8Array>, file: ContainerFile, codec: Codec): AsyncIterable<Uint8Array> {
  if (file.encoding === 'plain') return chunks;
  return codec.unpack(file.encoding === 'base64+zlib' ? 'zlib' : 'gzip', base64(chunks, codec));
}

/** Bytes of base64 text, which may be cut anywhere; `\/` is how some JSON writers spell a slash. */
async function* base64(chunks: AsyncIterable<Uint8Array>, codec: Codec): AsyncGenerator<Uint8Array> {
  let carry = '';
  for await (const chunk of chunks) {
    const text = carry + codec.text(chunk, 0, chunk.length).replaceAll('\\', '');
    const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
    const { read, written } = decode(bytes, text, 'stop-before-partial');
    carry = text.slice(read);
    yield bytes.subarray(0, written);
  }
  if (carry === '') return;
  const bytes = new Uint8Array(4);
  yield bytes.subarray(0, decode(bytes, carry, 'loose').written);
}

function decode(
  bytes: Uint8Array,
  text: string,
  lastChunkHandling: 'loose' | 'stop-before-partial',
): { read: number; written: number } {
  try {
    return bytes.setFromBase64(text, { lastChunkHandling });
  } catch {
    throw new UnpackError('the data are not base64');
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    budget.left -= chunk.length;
    if (budget.left < 0) throw new TooLarge('the upload unpacks to more than limits.decompressed_bytes');
    yield chunk;
  }
}
