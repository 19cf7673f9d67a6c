const SLOTS = 256;
const MASK = SLOTS - 1;

/**
 * The names that a reader knows, as small numbers: 1 for the first, 2 for the second …, 0 for every other name. Elements and
 * attributes have a table each.
 */
export class NameTable {
  private readonly ids = new Map<string, number>();
  private readonly slots = new Uint8Array(SLOTS);
  private readonly hashes: Int32Array;
  /** The bytes of all names one behind the other; name `id` is `words[wordStarts[id], wordStarts[id + 1])`, name 0 is empty. */
  readonly words: Uint8Array;
  readonly wordStarts: Int32Array;

  /** @param names At most 127 ASCII names. */
  constructor(names: readonly string[]) {
    this.hashes = new Int32Array(names.length + 1);
    this.words = Uint8Array.from(names.join(''), (letter) => letter.charCodeAt(0));
    this.wordStarts = new Int32Array(names.length + 2);
    for (const name of names) this.add(name);
  }

  /** Number of names. */
  get size(): number {
    return this.ids.size;
  }

  /** The number of a name of the table. */
  id(name: string): number {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`the name ${name} is not in the table`);
    return id;
  }

  /** The number of the name in `bytes[start, end)`, whose hash (of {@link hashByte}) the caller made while it looked for the end. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    let slot = hash & MASK;
    let id = this.slots[slot];
    while (id !== 0) {
      if (this.hashes[id] === hash && this.isSame(id, bytes, start, end)) return id;
      slot = (slot + 1) & MASK;
      id = this.slots[slot];
    }
    return 0;
  }

  private add(name: string): void {
    this.ids.set(name, this.ids.size + 1);
    const id = this.ids.size;
    this.wordStarts[id + 1] = this.wordStarts[id] + name.length;
    let hash = 0;
    for (let at = this.wordStarts[id]; at < this.wordStarts[id + 1]; at++) hash = hashByte(hash, this.words[at]);
    this.hashes[id] = hash;
    let slot = hash & MASK;
    while (this.slots[slot] !== 0) slot = (slot + 1) & MASK;
    this.slots[slot] = id;
  }

  private isSame(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { words } = this;
    let word = this.wordStarts[id];
    if (this.wordStarts[id + 1] - word !== end - start) return false;
    for (let at = start; at < end; at++) if (words[word++] !== bytes[at]) return false;
    return true;
  }
}

/** One step of the hash of a name; starts at 0. */
export function hashByte(hash: number, byte: number): number {
  return ((hash << 5) - hash + byte) | 0;
}
