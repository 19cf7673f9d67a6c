/** Where a value of a JSON document lies: `[start, end)` with its quotes or brackets. */
export interface JsonRange {
  readonly type: 'string' | 'object' | 'array' | 'other';
  readonly key: string;
  /** 1 for a value of the top-level object, 3 for one of an object in an array there. */
  readonly depth: 1 | 3;
  /** Key of the array at depth 1, for depth 3. */
  readonly parent: string;
  /** Position in that array. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly hasEscapes: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const LONGEST_KEY = 256;
/** More entries than any uploader sends; beyond it nothing more is noted. */
const MOST_RANGES = 1_000_000;

/**
 * Notes where the values of an object of arrays of objects lie, reading it in chunks: `{"a": …, "list": [{"x": …}, …]}`. Only keys at
 * depth 1 and 3 are noted; everything is held by position, nothing is copied but keys. Long strings cost one native search.
 */
export class JsonRanges {
  /** Whether the document closed; set by the last {@link JsonRanges.push}. */
  isWhole = false;
  private readonly ranges: JsonRange[] = [];
  private offset = 0;
  private depth = 0;
  /** Bit per depth: 1 for an object. Deep nesting only counts, so only depths below 4 need one. */
  private readonly isObject = [false, false, false, false, false];
  private inString = false;
  private isEscaped = false;
  private hasEscapes = false;
  private stringStart = 0;
  private expectsKey = false;
  private key = '';
  private collecting: number[] | null = null;
  private valueStart = -1;
  private valueType: JsonRange['type'] = 'other';
  private parent = '';
  private index = 0;
  private readonly keys: string[] = ['', '', '', ''];
  private readonly starts: number[] = [-1, -1, -1, -1];

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.inString ? this.inside(bytes, at) : this.outside(bytes, at);
    this.offset += bytes.length;
  }

  /** What was found. */
  finish(): JsonRange[] {
    return this.ranges;
  }

  private inside(bytes: Uint8Array, start: number): number {
    let at = start;
    if (this.isEscaped) {
      this.isEscaped = false;
      this.collect(bytes, at, at + 1);
      return at + 1;
    }
    const quote = bytes.indexOf(QUOTE, at);
    const end = quote < 0 ? bytes.length : quote;
    const backslash = indexWithin(bytes, BACKSLASH, at, end);
    if (backslash >= 0) {
      this.collect(bytes, at, backslash);
      this.hasEscapes = true;
      this.isEscaped = true;
      return backslash + 1;
    }
    this.collect(bytes, at, end);
    at = end;
    if (quote < 0) return at;
    this.inString = false;
    this.endString(this.offset + quote + 1);
    return quote + 1;
  }

  private outside(bytes: Uint8Array, at: number): number {
    const byte = bytes[at];
    switch (byte) {
      case QUOTE:
        this.startString(this.offset + at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.open(byte === OPEN_BRACE, this.offset + at);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.endOther(this.offset + at);
        this.close(this.offset + at + 1);
        break;
      case COMMA:
        this.endOther(this.offset + at);
        if (this.depth === 2 && !this.isObject[2]) this.index++;
        this.expectsKey = this.depth <= 4 && this.isObject[this.depth];
        break;
      case COLON:
        this.expectsKey = false;
        break;
      default:
        if (byte > 32 && !this.expectsKey) this.startOther(this.offset + at);
    }
    return at + 1;
  }

  private startString(position: number): void {
    this.inString = true;
    this.hasEscapes = false;
    this.stringStart = position;
    this.collecting = this.expectsKey && this.isNoted() ? [] : null;
  }

  private endString(end: number): void {
    if (this.expectsKey) {
      this.key = String.fromCharCode(...(this.collecting ?? []));
      this.collecting = null;
      return;
    }
    if (this.isNoted()) this.note('string', this.key, this.stringStart, end, this.hasEscapes);
  }

  private startOther(position: number): void {
    if (this.valueStart >= 0 || !this.isNoted()) return;
    this.valueStart = position;
    this.valueType = 'other';
  }

  private endOther(end: number): void {
    if (this.valueStart < 0) return;
    this.note(this.valueType, this.key, this.valueStart, end, false);
    this.valueStart = -1;
  }

  private open(isObject: boolean, position: number): void {
    if (this.isNoted()) {
      this.keys[this.depth] = this.key;
      this.starts[this.depth] = position;
    }
    if (this.depth === 1) {
      this.parent = this.key;
      this.index = 0;
    }
    this.depth++;
    if (this.depth <= 4) this.isObject[this.depth] = isObject;
    this.expectsKey = isObject && this.depth <= 4;
  }

  private close(end: number): void {
    const wasObject = this.depth <= 4 && this.isObject[this.depth];
    this.depth--;
    this.expectsKey = false;
    if (this.depth === 0) this.isWhole = true;
    if (!this.isNoted()) return;
    this.note(wasObject ? 'object' : 'array', this.keys[this.depth], this.starts[this.depth], end, false);
  }

  /** Whether values at the present depth are noted: members of the top object, and of objects in its arrays. */
  private isNoted(): boolean {
    if (this.depth === 1) return this.isObject[1];
    return this.depth === 3 && this.isObject[1] && !this.isObject[2] && this.isObject[3];
  }

  private note(type: JsonRange['type'], key: string, start: number, end: number, hasEscapes: boolean): void {
    if (this.ranges.length >= MOST_RANGES) return;
    const depth = this.depth === 1 ? 1 : 3;
    this.ranges.push({
      type,
      key,
      depth,
      parent: depth === 3 ? this.parent : '',
      index: depth === 3 ? this.index : 0,
      start,
      end,
      hasEscapes,
    });
  }

  private collect(bytes: Uint8Array, start: number, end: number): void {
    if (this.collecting === null || this.collecting.length > LONGEST_KEY) return;
    for (let at = start; at < end; at++) this.collecting.push(bytes[at]);
  }
}

function indexWithin(bytes: Uint8Array, byte: number, start: number, end: number): number {
  // A search over the whole chunk would run past the string again and again where strings are short.
  if (end - start < 64) {
    for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
    return -1;
  }
  const at = bytes.subarray(start, end).indexOf(byte);
  return at < 0 ? -1 : start + at;
}
