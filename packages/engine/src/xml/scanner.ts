import type { ReportContext } from '../formats/format.ts';
import {
  COLON,
  DOUBLE_QUOTE,
  EQUALS,
  EXCLAMATION,
  GREATER_THAN,
  LESS_THAN,
  QUESTION,
  SINGLE_QUOTE,
  SLASH,
  SPACE,
  documentStart,
  endOf,
  endOfDoctype,
  isNameByte,
  isNameStart,
  startsWith,
  unescapeXml,
} from './markup.ts';
import { NameTable, hashByte } from './names.ts';

/** What {@link XmlScanner.next} found. Every `START` has its `END`, also of empty, unclosed and wrongly nested elements. */
export type XmlEvent = 0 | 1 | 2;
/** Nothing more in this block: return {@link XmlScanner.at}. */
export const STOP: XmlEvent = 0;
/** A start tag of a known element; its attributes can be asked for until the next event. */
export const START: XmlEvent = 1;
/** The end of a known element. */
export const END: XmlEvent = 2;

/** The names that a format knows. Everything else in a document is passed over. */
export interface XmlVocabulary {
  readonly elements: NameTable;
  readonly attributes: NameTable;
  /** Names of the elements whose text is wanted at their `END`. */
  readonly texts?: readonly string[];
}

/** A longer tag or text is not one of a coverage report; it bounds what is carried from block to block. */
const LONGEST_TOKEN = 1 << 18;
/** Elements nested deeper are passed over. */
const DEEPEST = 256;
const LONGEST_TEXT = 1 << 16;
const ZERO = 48;
const HYPHEN = 45;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CDATA = '<![CDATA[';
const COMMENT = '<!--';
/** As many digits are exact in a double. */
const EXACT_DIGITS = 15;
/** Enough to tell `<![CDATA[` and `<!DOCTYPE` apart. */
const LONGEST_OPENING = 9;

/** How a part of the document ends that is passed over without being kept: its last two characters before `>`. */
interface Skipped {
  readonly last: number;
  readonly secondLast: number;
}
const IN_COMMENT: Skipped = { last: HYPHEN, secondLast: HYPHEN };
const IN_CDATA: Skipped = { last: CLOSE_BRACKET, secondLast: CLOSE_BRACKET };
const IN_INSTRUCTION: Skipped = { last: QUESTION, secondLast: -1 };

const SINGLE_BYTE_ENCODING = /encoding\s*=\s*["'](?:iso-?8859-1|latin-?1|windows-1252|cp1252)["']/i;

/**
 * Pull scanner over the bytes of an XML report. It builds nothing: attributes are offsets into the block, and only the names of
 * the vocabulary are looked at. It recovers as far as possible (unescaped `<` and `&`, unquoted values, tags that are not closed, wrong
 * nesting, a cut end) and notes what it could not use as problems. No entity is defined or fetched: besides the five predefined
 * ones and numeric references, references stay as they are written.
 *
 * @example
 *   block(bytes, start, end, isLast) {
 *     const xml = this.xml;
 *     xml.begin(bytes, start, end, isLast);
 *     for (let event = xml.next(); event !== STOP; event = xml.next()) {
 *       if (event === START && xml.element === LINE) table.append(xml.integer(NUMBER), xml.integer(HITS));
 *     }
 *     return xml.at;
 *   }
 */
export class XmlScanner {
  /** Number of the element of the last event in the vocabulary. */
  element = 0;
  /** Whether the element of the last `START` has neither content nor an end tag; its `END` still follows. */
  isEmpty = false;
  /** The wanted text of the element that ended. */
  content = '';
  /** Where scanning stands in the block. */
  at = 0;
  /** The block, for readers that look at the bytes of a value themselves. */
  bytes = new Uint8Array(0) as Uint8Array;

  private readonly report: ReportContext;
  private readonly elements: NameTable;
  private readonly attributes: NameTable;
  private readonly wantsText: Uint8Array;
  /** Where the values of the known attributes are; of this tag when they lie behind its start. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private tagStart = 0;

  private blockStart = 0;
  private end = 0;
  /** The last `>` of the block: a tag that starts before it ends loops over names and blanks without a check of their own. */
  private lastClosing = -1;
  private isLast = false;
  /** Bytes of the report before this block. */
  private bytesBefore = 0;
  private isFirst = true;
  private isSingleByte = false;

  /** Open elements by number, 0 for unknown ones. */
  private readonly open = new Uint8Array(DEEPEST);
  private depth = 0;
  /** Elements above this depth have ended; their `END` is still to be told. */
  private closeTo = DEEPEST;
  /** Open elements beyond {@link DEEPEST}. */
  private tooDeep = 0;
  private wasTooDeep = false;
  /** Number of the element whose text is collected, 0 for none. */
  private collecting = 0;
  private skipping: Skipped | null = null;
  private isTruncated = false;
  private state: 'before' | 'inside' | 'after' | 'noted' | 'abandoned' = 'before';

  constructor(report: ReportContext, vocabulary: XmlVocabulary) {
    this.report = report;
    this.elements = vocabulary.elements;
    this.attributes = vocabulary.attributes;
    this.starts = new Int32Array(vocabulary.attributes.size + 1);
    this.ends = new Int32Array(vocabulary.attributes.size + 1);
    this.wantsText = new Uint8Array(vocabulary.elements.size + 1);
    for (const name of vocabulary.texts ?? []) this.wantsText[vocabulary.elements.id(name)] = 1;
  }

  /** Takes the next block; its arguments are those of `BlockReader.block`. */
  begin(bytes: Uint8Array, start: number, end: number, isLast: boolean): void {
    this.bytesBefore += this.at - this.blockStart;
    this.bytes = bytes;
    this.blockStart = start;
    this.at = start;
    this.end = end;
    this.lastClosing = end > start ? bytes.lastIndexOf(GREATER_THAN, end - 1) : -1;
    this.isLast = isLast;
    this.starts.fill(-1);
    if (this.isFirst) this.at = Math.max(start, documentStart(bytes, start, end));
    this.isFirst = false;
  }

  /** Finds the next start or end of a known element. */
  next(): XmlEvent {
    for (;;) {
      if (this.depth > this.closeTo) {
        if (this.closeOne()) return END;
        continue;
      }
      if (this.state !== 'inside' && this.state !== 'before') return this.passRest();
      if ((this.skipping !== null && !this.skip(this.skipping)) || !this.passText()) {
        if (this.finishOpen()) continue;
        return STOP;
      }
      const { bytes } = this;
      const start = this.at;
      const next = start + 1 < this.end ? bytes[start + 1] : 0;
      let isWhole = true;
      if (isNameStart(next)) {
        if (this.startTag(start)) {
          if (this.element !== 0) return START;
          continue;
        }
        isWhole = false;
      } else if (next === SLASH) {
        isWhole = this.endTag(start);
      } else if (next === EXCLAMATION || next === QUESTION) {
        isWhole = this.declaration(start);
      } else if (start + 1 < this.end) {
        this.literal(start, start + 1);
      } else {
        isWhole = false;
      }
      if (!isWhole && !this.dropToken(start)) return STOP;
    }
  }

  /** Whether the tag has this attribute. */
  has(attribute: number): boolean {
    return this.starts[attribute] > this.tagStart;
  }

  /** Offset of an attribute's value in {@link XmlScanner.bytes}; meaningful only where {@link XmlScanner.has} says so. */
  startOf(attribute: number): number {
    return this.starts[attribute];
  }

  /** Offset behind an attribute's value. */
  endOf(attribute: number): number {
    return this.ends[attribute];
  }

  /** An attribute as a number, fractions cut (`2.0`); NaN when it is absent or not a finite number. */
  integer(attribute: number): number {
    const start = this.starts[attribute];
    const end = this.ends[attribute];
    const { bytes } = this;
    if (start <= this.tagStart || end === start) return Number.NaN;
    let value = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return at === end && end - start <= EXACT_DIGITS ? value : this.oddNumber(attribute);
  }

  /** An attribute as text, references replaced; empty when it is absent. */
  text(attribute: number): string {
    return this.has(attribute) ? this.decode(this.starts[attribute], this.ends[attribute]) : '';
  }

  /** Whether an attribute equals a lower-case ASCII word in any case. */
  is(attribute: number, word: string): boolean {
    const start = this.starts[attribute];
    if (start <= this.tagStart || this.ends[attribute] - start !== word.length) return false;
    for (let index = 0; index < word.length; index++) {
      if ((this.bytes[start + index] | SPACE) !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Number of the element around the one of the last `START`; 0 when it is unknown or there is none. */
  get parent(): number {
    return this.depth > 1 ? this.open[this.depth - 2] : 0;
  }

  /** Byte of the report at which the tag of the last `START` begins. */
  get byte(): number {
    return this.bytesBefore + this.tagStart - this.blockStart;
  }

  /** Whether the reader has given up the report. */
  get isAbandoned(): boolean {
    return this.state === 'abandoned';
  }

  /** Passes over all that still comes, silently: the reader wants nothing more (an expired report). */
  abandon(): void {
    this.state = 'abandoned';
    this.depth = 0;
  }

  /**
   * The report is over; notes a report that is cut off. `isComplete` as in `BlockReader.end`: a damaged container has been
   * reported already.
   */
  finish(isComplete: boolean): void {
    if (!this.isTruncated || !isComplete || this.state === 'abandoned') return;
    this.report.problem({
      code: 'file_truncated',
      severity: 'warning',
      byte: this.bytesBefore + this.at - this.blockStart,
      message: 'The XML ends before its root element does; what was read before is kept.',
      hint: 'Look for a full disk or a killed process where the report was made.',
    });
  }

  /** Moves to the next `<`; false when there is none in this block. */
  private passText(): boolean {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    while (at < end && bytes[at] !== LESS_THAN) at++;
    if (this.collecting !== 0 && at > start) {
      // Kept for the next block: cutting here could cut a character or a reference.
      if (at === end && !this.isLast && at - start < LONGEST_TOKEN) return false;
      this.collect(this.decode(start, at));
    }
    this.at = at;
    return at < end;
  }

  /** Reads the start tag at `start`; false when it is not whole. Sets `element` to 0 when there is nothing to tell. */
  private startTag(start: number): boolean {
    const { bytes, end, lastClosing, starts, ends, attributes } = this;
    if (start > lastClosing) return false;
    let at = start + 1;
    let nameStart = at;
    let hash = 0;
    let byte = bytes[at];
    while (isNameByte(byte) || byte === COLON) {
      hash = hashByte(hash, byte);
      if (byte === COLON) {
        // The name without its namespace prefix.
        nameStart = at + 1;
        hash = 0;
      }
      byte = bytes[++at];
    }
    const element = this.elements.find(hash, bytes, nameStart, at);
    let isEmpty = false;
    for (;;) {
      if (at > lastClosing) return false;
      byte = bytes[at];
      if (byte <= SPACE) {
        at++;
        continue;
      }
      if (byte === GREATER_THAN) {
        at++;
        break;
      }
      // Never closed: an empty element, as a recovering parser has it.
      if (byte === LESS_THAN) {
        isEmpty = true;
        break;
      }
      isEmpty = byte === SLASH;
      nameStart = at;
      hash = 0;
      while (isNameByte(byte)) {
        hash = hashByte(hash, byte);
        byte = bytes[++at];
      }
      if (at === nameStart) {
        at++;
        continue;
      }
      let nameEnd = at;
      if (byte === COLON) {
        // A prefixed attribute (`xmlns:x`, `xsi:type`) is none of ours, whatever its local name is.
        nameEnd = nameStart;
        while (isNameByte(byte) || byte === COLON) byte = bytes[++at];
      }
      while (byte <= SPACE) byte = bytes[++at];
      if (byte !== EQUALS) continue;
      byte = bytes[++at];
      while (byte <= SPACE) byte = bytes[++at];
      const isQuoted = byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE;
      const valueStart = isQuoted ? at + 1 : at;
      at = valueStart;
      if (isQuoted) while (at < end && bytes[at] !== byte) at++;
      else at = endOfUnquoted(bytes, at);
      if (at > lastClosing) return false;
      const attribute = attributes.find(hash, bytes, nameStart, nameEnd);
      if (attribute !== 0 && starts[attribute] <= start) {
        starts[attribute] = valueStart;
        ends[attribute] = at;
      }
      if (isQuoted) at++;
    }
    this.at = at;
    this.tagStart = start;
    this.push(element, isEmpty);
    return true;
  }

  private push(element: number, isEmpty: boolean): void {
    this.state = 'inside';
    if (this.depth >= DEEPEST) {
      this.element = 0;
      if (isEmpty) return;
      this.tooDeep++;
      if (!this.wasTooDeep) this.limit('Elements nested more than 256 deep are left out.');
      this.wasTooDeep = true;
      return;
    }
    this.element = element;
    this.isEmpty = isEmpty;
    this.open[this.depth++] = element;
    if (isEmpty) this.closeTo = this.depth - 1;
    if (this.wantsText[element] === 1) {
      this.collecting = element;
      this.content = '';
    }
  }

  /** Reads the end tag at `start`; false when it is not whole. */
  private endTag(start: number): boolean {
    const { bytes, lastClosing } = this;
    if (start > lastClosing) return false;
    let at = start + 2;
    let nameStart = at;
    let hash = 0;
    let byte = bytes[at];
    while (isNameByte(byte) || byte === COLON) {
      hash = hashByte(hash, byte);
      if (byte === COLON) {
        nameStart = at + 1;
        hash = 0;
      }
      byte = bytes[++at];
    }
    const nameEnd = at;
    while (byte !== GREATER_THAN && byte !== LESS_THAN) byte = bytes[++at];
    this.at = byte === GREATER_THAN ? at + 1 : at;
    if (this.tooDeep > 0) this.tooDeep--;
    else this.close(this.elements.find(hash, bytes, nameStart, nameEnd));
    return true;
  }

  /** Closes the innermost open element of that name and all inside it; an end tag that fits none is junk. */
  private close(element: number): void {
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      if (this.open[depth] === element) {
        this.closeTo = depth;
        return;
      }
      // Unknown names are not told apart: one of them closes nothing but the innermost element.
      if (element === 0) return;
    }
  }

  /** Pops one element that has ended; true when it is a known one. */
  private closeOne(): boolean {
    const element = this.open[--this.depth];
    if (this.depth <= this.closeTo) this.closeTo = DEEPEST;
    if (this.depth === 0) this.state = 'after';
    if (this.collecting === element) this.collecting = 0;
    this.element = element;
    return element !== 0;
  }

  /** Comment, CDATA, processing instruction or document type at `start`; false when more bytes are needed to go on. */
  private declaration(start: number): boolean {
    const { bytes, end } = this;
    if (end - start < LONGEST_OPENING && !this.isLast) return false;
    if (bytes[start + 1] === QUESTION) {
      if (this.bytesBefore + start - this.blockStart < LONGEST_TOKEN && this.state === 'before')
        this.noteEncoding(start);
      return this.skipFrom(start + 2, IN_INSTRUCTION);
    }
    if (startsWith(bytes, start, end, COMMENT)) return this.skipFrom(start + COMMENT.length, IN_COMMENT);
    if (startsWith(bytes, start, end, CDATA)) return this.characterData(start + CDATA.length);
    if (bytes[start + 2] === OPEN_BRACKET) {
      this.literal(start, start + 2);
      return true;
    }
    const after = endOfDoctype(bytes, start, end);
    if (after < 0) return false;
    this.at = after;
    return true;
  }

  private characterData(start: number): boolean {
    if (this.collecting === 0) return this.skipFrom(start, IN_CDATA);
    const after = endOf(this.bytes, start, this.end, CLOSE_BRACKET, CLOSE_BRACKET);
    if (after < 0) return false;
    this.collect(this.plain(start, after - 3));
    this.at = after;
    return true;
  }

  private skipFrom(at: number, what: Skipped): boolean {
    this.at = Math.min(at, this.end);
    this.skipping = what;
    return true;
  }

  /** Passes over what is being skipped; false when its end is not in this block. */
  private skip(what: Skipped): boolean {
    const after = endOf(this.bytes, this.at, this.end, what.last, what.secondLast);
    if (after < 0) {
      // Its last two characters may be the start of the closing mark.
      this.at = Math.max(this.at, this.isLast ? this.end : this.end - 2);
      this.isTruncated = this.isLast;
      return false;
    }
    this.at = after;
    this.skipping = null;
    return true;
  }

  /** An unescaped `<` and what follows up to `end`: text. */
  private literal(start: number, end: number): void {
    if (this.collecting !== 0) this.collect(this.plain(start, end));
    this.at = end;
  }

  /** A tag without its end in this block. True when it was dropped and scanning goes on behind its `<`. */
  private dropToken(start: number): boolean {
    if (this.isLast) {
      this.at = this.end;
      this.isTruncated = true;
      return true;
    }
    this.at = start;
    if (this.end - start <= LONGEST_TOKEN) return false;
    this.limit('A tag longer than 256 KiB was left out.');
    this.starts.fill(-1);
    this.at = start + 1;
    return true;
  }

  /** At the very end: closes what is still open. True when there is something to tell. */
  private finishOpen(): boolean {
    if (!this.isLast || this.depth === 0) return false;
    this.isTruncated = true;
    this.closeTo = 0;
    return true;
  }

  /** Behind the root element nothing counts; a second document is noted. */
  private passRest(): XmlEvent {
    if (this.state === 'after') {
      const { bytes, end } = this;
      for (let at = this.at; at + 1 < end; at++) {
        if (bytes[at] !== LESS_THAN || !isNameStart(bytes[at + 1])) continue;
        this.state = 'noted';
        this.report.problem({
          code: 'record_unreadable',
          severity: 'warning',
          byte: this.bytesBefore + at - this.blockStart,
          message: 'The XML goes on behind the end of its root element; that part was left out.',
          hint: 'Upload reports as separate files instead of one behind the other.',
        });
        break;
      }
    }
    this.at = this.end;
    return STOP;
  }

  private collect(text: string): void {
    if (this.content.length < LONGEST_TEXT) this.content += text.slice(0, LONGEST_TEXT - this.content.length);
  }

  private limit(message: string): void {
    this.report.problem({
      code: 'limit_exceeded',
      severity: 'warning',
      byte: this.bytesBefore + this.at - this.blockStart,
      message,
      hint: 'This is not how the format is written; check what wrote the file.',
    });
  }

  private noteEncoding(start: number): void {
    const { bytes, end } = this;
    const declaration = this.report.codec.text(bytes, start, Math.min(end, start + 200));
    if (declaration.startsWith('<?xml')) this.isSingleByte = SINGLE_BYTE_ENCODING.test(declaration.split('?>')[0]);
  }

  private oddNumber(attribute: number): number {
    const text = this.text(attribute).trim();
    const value = text === '' ? Number.NaN : Math.trunc(Number(text));
    return Number.isFinite(value) ? value : Number.NaN;
  }

  private decode(start: number, end: number): string {
    return unescapeXml(this.plain(start, end));
  }

  private plain(start: number, end: number): string {
    if (!this.isSingleByte) return this.report.codec.text(this.bytes, start, end);
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(this.bytes[at]);
    return text;
  }
}

/** The end of a value without quotes; a `>` behind `start` is certain. */
function endOfUnquoted(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte > SPACE && byte !== GREATER_THAN && byte !== LESS_THAN; byte = bytes[at]) {
    if (byte === SLASH && bytes[at + 1] === GREATER_THAN) break;
    at++;
  }
  return at;
}
