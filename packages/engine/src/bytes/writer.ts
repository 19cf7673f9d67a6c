import type { Codec } from '../codec.ts';

/** A growing byte buffer with the number forms of the storage format. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1 << 12) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes; doubling by copy, as a resizable buffer slows every later loop (performance notes §1). */
  ensure(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    let capacity = this.bytes.length * 2;
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** An unsigned integer up to 2^53 − 1, seven bits a byte, low bits first. */
  varint(value: number): void {
    // Nearly every number of a report is one byte.
    if (value < 128 && this.length < this.bytes.length) {
      this.bytes[this.length++] = value;
      return;
    }
    this.longVarint(value);
  }

  private longVarint(number: number): void {
    let value = number;
    this.ensure(8);
    const bytes = this.bytes;
    let at = this.length;
    while (value > 0x7fffffff) {
      bytes[at++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    while (value > 127) {
      bytes[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.length = at;
  }

  /** Raw bytes. */
  append(source: Uint8Array): void {
    this.ensure(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** A byte string with its length before it. */
  block(source: Uint8Array): void {
    this.varint(source.length);
    this.append(source);
  }

  /** UTF-8 of a text, without its length. ASCII, as nearly all paths are, needs no conversion. */
  utf8(text: string, codec: Codec): void {
    this.ensure(text.length);
    const { bytes, length } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        this.append(codec.bytes(text));
        return;
      }
      bytes[length + at] = code;
    }
    this.length = length + text.length;
  }

  /** A view of what was written; valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** A copy of what was written. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Forgets what was written, keeps the memory. */
  clear(): void {
    this.length = 0;
  }
}
