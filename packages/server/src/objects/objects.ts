/** What became of a put; only `stored` bytes are there, and durable. */
export type PutOutcome =
  | { readonly kind: 'stored'; readonly size: number; readonly sha256: Uint8Array; readonly md5: Uint8Array }
  /** More bytes than allowed; nothing is left behind. */
  | { readonly kind: 'too_large'; readonly maxBytes: number }
  /** Too little room for more objects (deployment §10); nothing was written. */
  | { readonly kind: 'full' };

/** An object as a file, for worker threads that read it themselves. */
export interface LocalObject {
  readonly path: string;
  /** The file may go; call it once. */
  release(): Promise<void>;
}

/**
 * Where bodies are kept: raw uploads, parts, reports, sources. Keys are made by `keys.ts` alone, never from what a client sends. An
 * object is written once and never changed; writing a key again must bring the same bytes.
 */
export interface Objects {
  /** Stores a stream or bytes; hashed and counted on the way. Rejects when the body itself fails, leaving nothing behind. */
  put(
    key: string,
    body: AsyncIterable<Uint8Array> | Uint8Array,
    limits?: { readonly maxBytes: number },
  ): Promise<PutOutcome>;
  /** The whole object in memory, for small ones; null when there is none. */
  read(key: string): Promise<Uint8Array | null>;
  /** Its bytes as a stream; null when there is none. */
  stream(key: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Its size in bytes; null when there is none. */
  size(key: string): Promise<number | null>;
  /** A file with its bytes; null when there is none. */
  openLocal(key: string): Promise<LocalObject | null>;
  /** Removes it; no error when there is none. */
  delete(key: string): Promise<void>;
  /** Room left for more, in bytes; null where the store does not tell. */
  freeBytes(): Promise<number | null>;
}
