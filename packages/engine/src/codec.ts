/**
 * What a host hands to the engine. The engine itself uses nothing but ECMAScript: compression, hashing and text
 * conversion differ between Node, a worker thread and a browser, and are faster there than anything written here.
 */
export interface Codec {
  /** UTF-8 text of `bytes[start, end)`; undecodable bytes become U+FFFD. */
  text(bytes: Uint8Array, start: number, end: number): string;
  /** UTF-8 bytes of a text; lone surrogates become U+FFFD. */
  bytes(text: string): Uint8Array;
  /** Zstandard level 1 (the measured best for coverage columns: performance notes §2). */
  compress(bytes: Uint8Array): Uint8Array;
  /** The inverse of {@link Codec.compress}; `size` is the unpacked length in bytes. Throws on damaged data. */
  decompress(bytes: Uint8Array, size: number): Uint8Array;
  /** Starts a SHA-256. */
  sha256(): Hasher;
  /**
   * Unpacks a stream. Chunks come out in order and may be large (256 KiB or more). Ends with an {@link UnpackError} when
   * the data are damaged or cut off; what came before was good.
   */
  unpack(packing: Packing, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** A running SHA-256. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** 32 bytes; the hasher is then used up. */
  digest(): Uint8Array;
}

/** How bytes are packed: a gzip member, a zlib stream (`base64+compressed` of codecov-cli), a zstd frame. */
export type Packing = 'gzip' | 'zlib' | 'zstd';

/** Thrown by {@link Codec.unpack} for damaged or truncated data; the only exception the engine expects from a codec. */
export class UnpackError extends Error {
  override name = 'UnpackError';
}
