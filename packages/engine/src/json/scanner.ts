import type { Codec } from '../codec.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  LOWER_E,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  SPACE,
  ZERO,
  skipBlanks,
} from './characters.ts';
import { textOf } from './text.ts';

/** Why a document could not be read to its end, and at which byte of it. */
export interface JsonDamage {
  readonly kind: 'truncated' | 'invalid' | 'too_deep';
  readonly byte: number;
}

/** What the next value is; `none` when there is no readable value. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null' | 'none';

/** Containers inside of containers that are entered; no report is nested deeper, a hostile one is. */
export const DEEPEST = 1000;

/** More digits than this do not fit a double exactly: read through text. */
const MOST_DIGITS = 15;

/**
 * Reads a JSON document from its bytes, value by value, without building it. The reader says what it wants next; what it does
 * not ask for is skipped.
 *
 * ```ts
 * const json = new JsonScanner(document, codec);
 * if (json.enterObject()) {
 *   while (json.nextKey()) {
 *     if (json.keyIs('files')) readFiles(json); // anything not read here is skipped by nextKey
 *   }
 * }
 * json.finish();
 * if (json.damage !== null) …
 * ```
 *
 * Nothing throws. A damaged document ends early: from there on every question is answered with "no more", and
 * {@link JsonScanner.damage} says where and why. Asking for another type than what stands there answers NaN, null or false
 * and leaves the value, so that something else can be asked. NaN and Infinity are numbers, as some writers have it.
 */
export class JsonScanner {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly codec: Codec;
  /** Where the scanner stands: at the first byte of a value that was not read yet, else right behind the last one. */
  at: number;
  damage: JsonDamage | null = null;
  /** The key just reached as an integer, −1 when it is not one in its plain form (`0`, `12`; not `01`). */
  keyNumber = -1;
  private keyStart = 0;
  private keyEnd = 0;
  private depth = 0;
  private isPending = true;
  private isFirst = false;

  constructor(bytes: Uint8Array, codec: Codec, start = 0) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.codec = codec;
    this.at = skipBlanks(bytes, start, bytes.length);
  }

  /** What the next value is. */
  kind(): JsonKind {
    if (!this.isPending || this.at >= this.end) return 'none';
    const byte = this.bytes[this.at];
    switch (byte) {
      case OPEN_BRACE:
        return 'object';
      case OPEN_BRACKET:
        return 'array';
      case QUOTE:
        return 'string';
      case LOWER_T:
        return 'true';
      case LOWER_F:
        return 'false';
      case LOWER_N:
        return 'null';
      default:
        return byte === MINUS || (byte >= ZERO && byte <= ZERO + 9) || isWordStart(byte) ? 'number' : 'none';
    }
  }

  /** Goes into the next value if it is an object; its keys follow by {@link JsonScanner.nextKey}. */
  enterObject(): boolean {
    return this.enter(OPEN_BRACE);
  }

  /** Goes into the next value if it is an array; its items follow by {@link JsonScanner.nextItem}. */
  enterArray(): boolean {
    return this.enter(OPEN_BRACKET);
  }

  /**
   * Goes to the next key of the object that was entered last, and stands before its value. False when there is none: the object
   * is then left.
   */
  nextKey(): boolean {
    if (!this.toNext(CLOSE_BRACE)) return false;
    const { bytes, end } = this;
    let at = this.at;
    if (bytes[at] !== QUOTE) return this.fail('invalid', at);
    at++;
    const start = at;
    let value = 0;
    let digit = 0;
    while (at < end && (digit = bytes[at] - ZERO) >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
    }
    if (at < end && bytes[at] === QUOTE) {
      const isPlain = at > start && at - start <= MOST_DIGITS && (bytes[start] !== ZERO || at === start + 1);
      this.keyNumber = isPlain ? value : -1;
    } else {
      this.keyNumber = -1;
      at = endOfString(bytes, at, end);
      if (at < 0) return this.fail('truncated', end);
    }
    this.keyStart = start;
    this.keyEnd = at;
    at++;
    if (at >= end || bytes[at] !== COLON) at = skipBlanks(bytes, at, end);
    if (at >= end) return this.fail('truncated', end);
    if (bytes[at] !== COLON) return this.fail('invalid', at);
    at++;
    return this.toValue(at);
  }

  /** Goes to the next item of the array that was entered last. False when there is none: the array is then left. */
  nextItem(): boolean {
    return this.toNext(CLOSE_BRACKET) && this.toValue(this.at);
  }

  /** The key just reached; empty when it is absurdly long (see `LONGEST_TEXT`). */
  key(): string {
    return textOf(this.bytes, this.keyStart, this.keyEnd, this.codec) ?? '';
  }

  /** Whether the key just reached is this text, which must be ASCII; costs no string. */
  keyIs(name: string): boolean {
    const start = this.keyStart;
    const length = this.keyEnd - start;
    if (length !== name.length) return false;
    for (let index = 0; index < length; index++) {
      if (this.bytes[start + index] !== name.charCodeAt(index)) return false;
    }
    return true;
  }

  /** The next value if it is a number, else NaN. */
  number(): number {
    const { bytes, end } = this;
    if (!this.isPending) return Number.NaN;
    let at = this.at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const start = at;
    let value = 0;
    let digit = 0;
    while (at < end && (digit = bytes[at] - ZERO) >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
    }
    const next = at < end ? bytes[at] : 0;
    if (at === start || at - start > MOST_DIGITS || at === end || next === DOT || (next | 32) === LOWER_E) {
      return this.oddNumber();
    }
    this.consumeTo(at);
    return isNegative ? -value : value;
  }

  /** The next value if it is a string, else null. Also null (and read) when it is absurdly long (see `LONGEST_TEXT`). */
  string(): string | null {
    if (!this.isPending || this.bytes[this.at] !== QUOTE) return null;
    const start = this.at + 1;
    const stop = endOfString(this.bytes, start, this.end);
    if (stop < 0) {
      this.fail('truncated', this.end);
      return null;
    }
    this.consumeTo(stop + 1);
    return textOf(this.bytes, start, stop, this.codec);
  }

  /** Passes over the next value, whatever it is. */
  skip(): void {
    if (!this.isPending) return;
    const { bytes, end, at } = this;
    const kind = this.kind();
    if (kind === 'none') {
      this.fail(at < end ? 'invalid' : 'truncated', at);
      return;
    }
    let stop = 0;
    if (kind === 'object' || kind === 'array') stop = behindContainer(bytes, at + 1, end);
    else if (kind === 'string') stop = behindString(bytes, at + 1, end);
    else stop = behindWord(bytes, at, end);
    if (stop < 0) this.fail('truncated', end);
    else this.consumeTo(stop);
  }

  /** Passes over the rest of the object or array that was entered last, and leaves it. */
  leave(): void {
    this.skip();
    if (this.damage !== null) return;
    const stop = behindContainer(this.bytes, this.at, this.end);
    this.depth--;
    if (stop < 0) this.fail('truncated', this.end);
    else this.consumeTo(stop);
  }

  /**
   * A scanner of its own that stands before the same value: for what can be read only after something that follows it. Skip the
   * value in this one, so that its damage is noticed.
   */
  fork(): JsonScanner {
    const fork = new JsonScanner(this.bytes, this.codec, this.at);
    fork.isPending = this.isPending;
    fork.depth = this.depth;
    return fork;
  }

  /**
   * For hot readers that read a whole value from `bytes` themselves, beginning at `at`: the value is over, its last byte is
   * before `at`.
   */
  consumeTo(at: number): void {
    this.at = at;
    this.isPending = false;
    this.isFirst = false;
  }

  /** For hot readers that went on themselves: a value begins at `at`. */
  standBefore(at: number): void {
    this.at = at;
    this.isPending = true;
    this.isFirst = false;
  }

  /** Says that the document is over: what was not read of it is skipped, and only white space may follow. */
  finish(): void {
    if (this.damage !== null) return;
    this.skip();
    const at = skipBlanks(this.bytes, this.at, this.end);
    if (this.damage === null && at < this.end) this.fail('invalid', at);
  }

  private enter(open: number): boolean {
    if (!this.isPending || this.at >= this.end || this.bytes[this.at] !== open) return false;
    if (this.depth >= DEEPEST) return this.fail('too_deep', this.at);
    this.depth++;
    this.at++;
    this.isPending = false;
    this.isFirst = true;
    return true;
  }

  /** Behind the comma, or leaves the container. */
  private toNext(close: number): boolean {
    if (this.isPending) this.skip();
    if (this.damage !== null) return false;
    const { bytes, end } = this;
    let at = this.at;
    if (at >= end || bytes[at] <= SPACE) at = skipBlanks(bytes, at, end);
    if (at >= end) return this.fail('truncated', end);
    const byte = bytes[at];
    if (byte === close) {
      this.depth--;
      this.consumeTo(at + 1);
      return false;
    }
    if (!this.isFirst) {
      if (byte !== COMMA) return this.fail('invalid', at);
      at++;
      if (at >= end || bytes[at] <= SPACE) at = skipBlanks(bytes, at, end);
      if (at >= end) return this.fail('truncated', end);
    }
    this.isFirst = false;
    this.at = at;
    return true;
  }

  private toValue(start: number): boolean {
    const at = start < this.end && this.bytes[start] > SPACE ? start : skipBlanks(this.bytes, start, this.end);
    if (at >= this.end) return this.fail('truncated', this.end);
    this.at = at;
    this.isPending = true;
    return true;
  }

  /** Numbers with a fraction, an exponent or very many digits, and NaN and Infinity; NaN for what is no number. */
  private oddNumber(): number {
    if (this.kind() !== 'number') return Number.NaN;
    const stop = behindWord(this.bytes, this.at, this.end);
    if (stop < 0) {
      this.fail('truncated', this.end);
      return Number.NaN;
    }
    const text = textOf(this.bytes, this.at, stop, this.codec) ?? '';
    if (!/^-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity|NaN)$/.test(text)) {
      this.fail('invalid', this.at);
      return Number.NaN;
    }
    this.consumeTo(stop);
    return Number(text);
  }

  private fail(kind: JsonDamage['kind'], byte: number): false {
    this.damage ??= { kind, byte };
    this.consumeTo(this.end);
    return false;
  }
}

/** `I` of Infinity, `N` of NaN. */
function isWordStart(byte: number): boolean {
  return byte === 73 || byte === 78;
}

/** Index of the closing quote of the string whose inside begins at `start`; −1 when there is none. */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

const ORDINARY = 0;
const OPENING = 1;
const CLOSING = 2;
const QUOTING = 3;

/** What a byte means to nesting. */
const NESTING = new Uint8Array(256);
NESTING[OPEN_BRACE] = OPENING;
NESTING[OPEN_BRACKET] = OPENING;
NESTING[CLOSE_BRACE] = CLOSING;
NESTING[CLOSE_BRACKET] = CLOSING;
NESTING[QUOTE] = QUOTING;

/** Behind the container that `start` is in, whatever is in it; −1 when it does not close. No recursion: depth is a number. */
function behindContainer(bytes: Uint8Array, start: number, end: number): number {
  let depth = 1;
  for (let at = start; at < end; at++) {
    const nesting = NESTING[bytes[at]];
    if (nesting === ORDINARY) continue;
    if (nesting === QUOTING) {
      at = endOfString(bytes, at + 1, end);
      if (at < 0) return -1;
    } else if (nesting === OPENING) {
      depth++;
    } else if (--depth === 0) {
      return at + 1;
    }
  }
  return -1;
}

/** Behind the string whose inside begins at `start`; −1 when it does not close. */
function behindString(bytes: Uint8Array, start: number, end: number): number {
  const stop = endOfString(bytes, start, end);
  return stop < 0 ? -1 : stop + 1;
}

/** Behind a number or one of the words true, false, null; −1 when more of it may have followed. */
function behindWord(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isWordByte(bytes[at])) at++;
  return at < end ? at : -1;
}

function isWordByte(byte: number): boolean {
  if (byte >= ZERO && byte <= ZERO + 9) return true;
  const letter = byte | 32;
  return (letter >= 97 && letter <= 122) || byte === MINUS || byte === PLUS || byte === DOT;
}
