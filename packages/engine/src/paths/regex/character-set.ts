/** A set of UTF-16 code units as sorted, non-overlapping ranges `[from, to]`, both inclusive. */
export class CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  private readonly ascii = new Uint8Array(128);

  constructor(ranges: readonly (readonly [from: number, to: number])[]) {
    this.ranges = merged(ranges);
    for (const [from, to] of this.ranges) if (from < 128) this.ascii.fill(1, from, Math.min(to, 127) + 1);
  }

  has(code: number): boolean {
    if (code < 128) return this.ascii[code] === 1;
    let low = 0;
    let high = this.ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [from, to] = this.ranges[middle];
      if (code < from) high = middle - 1;
      else if (code > to) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** Everything that is not in this set. */
  inverted(): CharacterSet {
    const ranges: [number, number][] = [];
    let next = 0;
    for (const [from, to] of this.ranges) {
      if (from > next) ranges.push([next, from - 1]);
      next = to + 1;
    }
    if (next <= LAST) ranges.push([next, LAST]);
    return new CharacterSet(ranges);
  }

  /** The set with both cases of every ASCII letter in it. */
  ignoringCase(): CharacterSet {
    const added: [number, number][] = [];
    for (const [from, to] of this.ranges) {
      addShifted(added, from, to, 65, 90, 32);
      addShifted(added, from, to, 97, 122, -32);
    }
    return added.length === 0 ? this : new CharacterSet([...this.ranges, ...added]);
  }
}

const LAST = 0xffff;
const LINE_FEED = 10;

export const ANYTHING = new CharacterSet([[0, LAST]]);
export const NOT_LINE_FEED = new CharacterSet([[LINE_FEED, LINE_FEED]]).inverted();

const classes = new Map<string, CharacterSet>();

/** `\d`, `\w`, `\s` and their inverses as Python understands them for text: by Unicode. Null for another letter. */
export function classOfEscape(letter: string): CharacterSet | null {
  const member = MEMBERS[letter.toLowerCase()];
  if (member === undefined) return null;
  let set = classes.get(letter);
  if (set === undefined) {
    const separators: readonly [number, number][] = letter.toLowerCase() === 's' ? [[0x1c, 0x1f]] : [];
    const plain = new CharacterSet([...rangesOf(member), ...separators]);
    set = letter === letter.toLowerCase() ? plain : plain.inverted();
    classes.set(letter, set);
  }
  return set;
}

const MEMBERS: Readonly<Record<string, RegExp>> = {
  d: /\p{Nd}/u,
  w: /[\p{L}\p{N}_]/u,
  // The separators of ASCII, U+001C to U+001F, count as white space there.
  s: /[\s\u0085]/u,
};

function rangesOf(member: RegExp): [number, number][] {
  const ranges: [number, number][] = [];
  for (let code = 0; code <= LAST; code++) {
    if (!member.test(String.fromCharCode(code))) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

function merged(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = ranges.map(([from, to]): [number, number] => [from, to]).sort((left, right) => left[0] - right[0]);
  const result: [number, number][] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range[0] <= last[1] + 1) last[1] = Math.max(last[1], range[1]);
    else result.push(range);
  }
  return result;
}

function addShifted(
  into: [number, number][],
  from: number,
  to: number,
  low: number,
  high: number,
  shift: number,
): void {
  const start = Math.max(from, low);
  const end = Math.min(to, high);
  if (start <= end) into.push([start + shift, end + shift]);
}
