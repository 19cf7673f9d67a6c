import { LOWER_N, ZERO } from '../../json/characters.ts';
import type { JsonScanner } from '../../json/scanner.ts';

/** The column of a location that has none (`null`, as source maps leave it). */
export const NO_COLUMN = -1;

/** Reads `{"start":{"line":1,"column":0},"end":{"line":1,"column":9}}`, the bulk of every Istanbul report, without an object. */
export class LocationReader {
  startLine = 0;
  startColumn = NO_COLUMN;
  endLine = 0;
  endColumn = NO_COLUMN;
  /** Whether it says `"skip": true`. */
  isSkipped = false;
  private line = 0;
  private column = NO_COLUMN;
  private cursor = 0;

  /** Reads the next value. What it lacks is 0 (lines) or {@link NO_COLUMN}; all of it when the value is no object. */
  read(json: JsonScanner): void {
    this.isSkipped = false;
    if (json.kind() === 'object' && this.readCompact(json)) return;
    this.clear();
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      if (json.keyIs('start')) {
        this.readPoint(json);
        this.startLine = this.line;
        this.startColumn = this.column;
      } else if (json.keyIs('end')) {
        this.readPoint(json);
        this.endLine = this.line;
        this.endColumn = this.column;
      } else if (json.keyIs('skip')) {
        this.isSkipped = json.kind() === 'true';
      }
    }
  }

  /** Forgets what was read last. */
  clear(): void {
    this.startLine = 0;
    this.startColumn = NO_COLUMN;
    this.endLine = 0;
    this.endColumn = NO_COLUMN;
    this.isSkipped = false;
  }

  /** The form that every writer uses unless it indents. Digits are bounded, so that one check of the room covers all reads. */
  private readCompact(json: JsonScanner): boolean {
    const { bytes } = json;
    if (json.end - json.at < LONGEST_COMPACT) return false;
    this.cursor = json.at;
    if (!this.pass(bytes, START_LINE)) return false;
    this.startLine = this.digits(bytes);
    if (!this.pass(bytes, COLUMN)) return false;
    this.startColumn = this.digitsOrNull(bytes);
    if (!this.pass(bytes, END_LINE)) return false;
    this.endLine = this.digits(bytes);
    if (!this.pass(bytes, COLUMN)) return false;
    this.endColumn = this.digitsOrNull(bytes);
    if (!this.pass(bytes, CLOSING)) return false;
    json.consumeTo(this.cursor);
    return true;
  }

  private pass(bytes: Uint8Array, text: Uint8Array): boolean {
    const at = this.cursor;
    for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
    this.cursor = at + text.length;
    return true;
  }

  private digits(bytes: Uint8Array): number {
    let at = this.cursor;
    const stop = at + MOST_DIGITS;
    let value = 0;
    let digit = bytes[at] - ZERO;
    while (digit >= 0 && digit <= 9 && at < stop) {
      value = value * 10 + digit;
      digit = bytes[++at] - ZERO;
    }
    this.cursor = at;
    return value;
  }

  private digitsOrNull(bytes: Uint8Array): number {
    if (bytes[this.cursor] !== LOWER_N) return this.digits(bytes);
    return this.pass(bytes, NULL) ? NO_COLUMN : 0;
  }

  private readPoint(json: JsonScanner): void {
    this.line = 0;
    this.column = NO_COLUMN;
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      if (json.keyIs('line')) this.line = json.number() || 0;
      else if (json.keyIs('column')) this.column = columnAt(json);
    }
  }
}

const START_LINE = ascii('{"start":{"line":');
const END_LINE = ascii('},"end":{"line":');
const COLUMN = ascii(',"column":');
const NULL = ascii('null');
const CLOSING = ascii('}}');
const MOST_DIGITS = 9;
const LONGEST_COMPACT = START_LINE.length + END_LINE.length + 2 * COLUMN.length + 4 * MOST_DIGITS + CLOSING.length;

/** c8 writes column −1 for a branch that begins at the line feed before it. */
function columnAt(json: JsonScanner): number {
  const column = json.number();
  return Number.isNaN(column) ? NO_COLUMN : Math.max(0, column);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
