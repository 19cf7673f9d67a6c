import { ByteWriter } from '../../bytes/writer.ts';
import type { Codec } from '../../codec.ts';

/** Slots looked at before a path is sought by its text: paths made to share a hash must not make every look-up a search. */
const MOST_PROBES = 64;

/**
 * Numbers paths by their bytes, in order of first appearance: the text of a path is made once, not at every change of file.
 */
export class PathTable {
  /** Text of each path. */
  readonly texts: string[] = [];
  private readonly codec: Codec;
  private readonly bytesOfAll = new ByteWriter(1 << 12);
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  /** Open addressing by hash: number + 1, 0 when free. */
  private slots = new Int32Array(1 << 10);
  private readonly crowded = new Map<string, number>();

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Bytes of all paths; moved when a path is added. */
  get bytes(): Uint8Array {
    return this.bytesOfAll.bytes;
  }

  /** Where the bytes of a path begin in {@link PathTable.bytes}. */
  startOf(number: number): number {
    return this.starts[number];
  }

  /** The number of the path `bytes[start, start + length)`. */
  numberOf(bytes: Uint8Array, start: number, length: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(bytes, start, length) & mask;
    for (let probes = 0; this.slots[slot] !== 0; slot = (slot + 1) & mask, probes++) {
      const number = this.slots[slot] - 1;
      if (this.lengths[number] === length && isEqual(this.bytes, this.starts[number], bytes, start, length))
        return number;
      if (probes > MOST_PROBES) return this.crowdedNumberOf(bytes, start, length);
    }
    const number = this.add(bytes, start, length);
    this.slots[slot] = number + 1;
    if (this.texts.length * 2 > this.slots.length) this.rehash();
    return number;
  }

  private crowdedNumberOf(bytes: Uint8Array, start: number, length: number): number {
    const text = this.codec.text(bytes, start, start + length);
    const known = this.crowded.get(text);
    if (known !== undefined) return known;
    const number = this.add(bytes, start, length);
    this.crowded.set(text, number);
    return number;
  }

  private add(bytes: Uint8Array, start: number, length: number): number {
    this.starts.push(this.bytesOfAll.length);
    this.lengths.push(length);
    this.bytesOfAll.append(bytes.subarray(start, start + length));
    return this.texts.push(this.codec.text(bytes, start, start + length)) - 1;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let number = 0; number < this.texts.length; number++) {
      if (this.crowded.get(this.texts[number]) === number) continue;
      let slot = hashOf(this.bytes, this.starts[number], this.lengths[number]) & mask;
      let probes = 0;
      while (slots[slot] !== 0 && probes <= MOST_PROBES) {
        slot = (slot + 1) & mask;
        probes++;
      }
      if (slots[slot] !== 0) this.crowded.set(this.texts[number], number);
      else slots[slot] = number + 1;
    }
    this.slots = slots;
  }
}

function isEqual(left: Uint8Array, leftStart: number, right: Uint8Array, rightStart: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (left[leftStart + at] !== right[rightStart + at]) return false;
  return true;
}

/** A hash that takes four bytes at a time. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = length;
  const end = start + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash = Math.imul(hash ^ word, 0x2c1b3c6d);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
