import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Codec } from '../src/codec.ts';
import { unpack } from './unpack.ts';

/** The codec of Node, for the main thread, worker threads and the command line. */
export const nodeCodec: Codec = {
  text: (bytes, start, end) => bufferOf(bytes).toString('utf8', start, end),
  bytes: (text) => Buffer.from(text, 'utf8'),
  compress: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  decompress: (bytes, size) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) }),
  sha256: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  },
  unpack,
};

/** A Buffer over the same memory: its `toString` with offsets is the fastest way to text (performance notes §1). */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
