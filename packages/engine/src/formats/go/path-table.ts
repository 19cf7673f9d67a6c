import type { Codec } from '../../codec.ts';

/** Slots looked at before a path is sought by its text: paths made to share a hash must not make every look-up a search. */
const MOST_PROBES = 64;

/**
 * Numbers paths by their bytes, in order of first appearance: the text of a path is made once, not at every change of file. Paths are
 * hashed and compared as words of four bytes, the last one filled up with zeros.
 */
export class PathTable {
  /** Text of each path. */
  readonly texts: string[] = [];
  private readonly codec: Codec;
  private wordsOfAll = new Int32Array(1 << 10);
  private wordCount = 0;
  /** Where the words of each path begin in {@link PathTable.wordsOfAll}. */
  private readonly starts: number[] = [];
  /** Bytes of each path. */
  private readonly lengths: number[] = [];
  /** Words of the path that is looked up. */
  private words = new Int32Array(1 << 6);
  /** Open addressing by hash: number + 1, 0 when free. */
  private slots = new Int32Array(1 << 10);
  private readonly crowded = new Map<string, number>();

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** The number of the path `bytes[start, start + length)`. */
  numberOf(bytes: Uint8Array, start: number, length: number): number {
    this.readWords(bytes, start, length);
    const mask = this.slots.length - 1;
    let slot = hashOf(this.words, 0, length) & mask;
    for (let probes = 0; this.slots[slot] !== 0; slot = (slot + 1) & mask, probes++) {
      const number = this.slots[slot] - 1;
      if (this.lengths[number] === length && this.isLookedUp(this.starts[number], wordsIn(length))) return number;
      if (probes > MOST_PROBES) return this.crowdedNumberOf(bytes, start, length);
    }
    const number = this.add(this.codec.text(bytes, start, start + length), length);
    this.slots[slot] = number + 1;
    if (this.texts.length * 2 > this.slots.length) this.rehash();
    return number;
  }

  private readWords(bytes: Uint8Array, start: number, length: number): void {
    if (wordsIn(length) > this.words.length) this.words = new Int32Array(2 * wordsIn(length));
    const { words } = this;
    const end = start + length;
    let at = start;
    let count = 0;
    for (; at + 4 <= end; at += 4)
      words[count++] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    if (at === end) return;
    let last = 0;
    for (let shift = 0; at < end; at++, shift += 8) last |= bytes[at] << shift;
    words[count] = last;
  }

  private isLookedUp(start: number, count: number): boolean {
    const { words, wordsOfAll } = this;
    for (let at = 0; at < count; at++) if (words[at] !== wordsOfAll[start + at]) return false;
    return true;
  }

  private crowdedNumberOf(bytes: Uint8Array, start: number, length: number): number {
    const text = this.codec.text(bytes, start, start + length);
    const known = this.crowded.get(text);
    if (known !== undefined) return known;
    const number = this.add(text, length);
    this.crowded.set(text, number);
    return number;
  }

  /** Adds the path that is looked up. */
  private add(text: string, length: number): number {
    const count = wordsIn(length);
    if (this.wordCount + count > this.wordsOfAll.length) {
      const grown = new Int32Array(2 * (this.wordCount + count));
      grown.set(this.wordsOfAll);
      this.wordsOfAll = grown;
    }
    this.wordsOfAll.set(this.words.subarray(0, count), this.wordCount);
    this.starts.push(this.wordCount);
    this.lengths.push(length);
    this.wordCount += count;
    return this.texts.push(text) - 1;
  }

  /** Makes the table larger. Paths that were sought by their text may have room in it now, and must be found there. */
  private rehash(): void {
    this.crowded.clear();
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let number = 0; number < this.texts.length; number++) {
      let slot = hashOf(this.wordsOfAll, this.starts[number], this.lengths[number]) & mask;
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

function wordsIn(length: number): number {
  return (length + 3) >>> 2;
}

/** `length` is in bytes. */
function hashOf(words: Int32Array, start: number, length: number): number {
  let hash = length;
  const end = start + wordsIn(length);
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ words[at], 0x2c1b3c6d);
    hash ^= hash >>> 15;
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}
