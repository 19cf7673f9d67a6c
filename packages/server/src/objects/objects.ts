import type { Readable } from 'node:stream';

/** Bytes to store: whole, or as they arrive. */
export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>;

/** Limits and wishes for one {@link Objects.put}. */
export interface PutOptions {
  /** Largest size that is stored; none = no limit. */
  readonly maxBytes?: number;
  /** Refuse a body without bytes. */
  readonly refuseEmpty?: boolean;
}

/** What was stored. */
export interface StoredObject {
  readonly kind: 'stored';
  /** Bytes. */
  readonly size: number;
  readonly sha256: Uint8Array;
  /** For an `ETag`. */
  readonly md5: Uint8Array;
}

/** What may become of a {@link Objects.put}. Everything but `stored` leaves nothing behind, and an older object of that key as it was. */
export type PutOutcome =
  | StoredObject
  | { readonly kind: 'too_large'; readonly maxBytes: number }
  | { readonly kind: 'empty' }
  /** The body broke off: its sender went away. */
  | { readonly kind: 'cut'; readonly reason: Error }
  /** No room (deployment §10: answered by 507 on our own addresses, by 503 on the others). */
  | { readonly kind: 'full'; readonly freeBytes: number };

/** A part of an object: from `start`, and before `end` or to the end. In bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/** An object to read. */
export interface OpenObject {
  /** Of the whole object. */
  readonly size: number;
  /** To be read or destroyed by the caller. */
  readonly stream: Readable;
}

/** An object as a file. */
export interface LocalObject {
  readonly path: string;
  /** The file may go. To be called once. */
  release(): Promise<void>;
}

/** What is known of an object without reading it. */
export interface ObjectFacts {
  readonly key: string;
  readonly size: number;
  readonly storedAt: Date;
}

/**
 * Where raw uploads, parts, reports and sources lie. Keys are made by `keys.ts`; a key that it could not have made is a mistake of the
 * caller and throws. A `put` that says `stored` survives a power cut, and appears whole or not at all.
 */
export interface Objects {
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<PutOutcome>;
  /** Null when there is no such object. */
  get(key: string, range?: ByteRange): Promise<OpenObject | null>;
  /** The whole object in memory, for those known to be small. Null when there is no such object. */
  read(key: string): Promise<Uint8Array | null>;
  stat(key: string): Promise<ObjectFacts | null>;
  /** It is no error when there is no such object. */
  delete(key: string): Promise<void>;
  /** All objects whose key starts with `prefix`, in no order. */
  list(prefix: string): AsyncIterable<ObjectFacts>;
  /** The object as a file, for worker threads that read it themselves. Null when there is no such object. */
  openLocal(key: string): Promise<LocalObject | null>;
}
