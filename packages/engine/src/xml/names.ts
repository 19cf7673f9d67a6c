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
  private readonly words: Uint8Array[] = [new Uint8Array(0)];

  /** @param names At most 127 ASCII names. */
  constructor(names: readonly string[]) {
    this.hashes = new Int32Array(names.length + 1);
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
      if (this.hashes[id] === hash && isSame(this.words[id], bytes, start, end)) return id;
      slot = (slot + 1) & MASK;
      id = this.slots[slot];
    }
    return 0;
  }

  private add(name: string): void {
    const word = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
    let hash = 0;
    for (const byte of word) hash = hashByte(hash, byte);
    const id = this.words.push(word) - 1;
    this.ids.set(name, id);
    this.hashes[id] = hash;
    let slot = hash & MASK;
    while (this.slots[slot] !== 0) slot = (slot + 1) & MASK;
    this.slots[slot] = id;
  }
}

/** One step of the hash of a name; starts at 0. */
export function hashByte(hash: number, byte: number): number {
  return ((hash << 5) - hash + byte) | 0;
}

function isSame(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (word.length !== length) return false;
  for (let index = 0; index < length; index++) if (word[index] !== bytes[start + index]) return false;
  return true;
}
