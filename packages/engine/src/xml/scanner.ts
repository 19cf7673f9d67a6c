import type { BlockReader, ReportContext } from '../formats/format.ts';
import {
  EXCLAMATION,
  LESS_THAN,
  QUESTION,
  SLASH,
  documentStart,
  endOf,
  endOfDoctype,
  isNameStart,
  startsWith,
} from './markup.ts';
import type { NameTable } from './names.ts';
import { XmlTag } from './tag.ts';
import { XmlText } from './text.ts';

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
const HYPHEN = 45;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CDATA = '<![CDATA[';
const COMMENT = '<!--';
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

const NOTHING = new Uint8Array(0);

/**
 * Pull scanner over the bytes of an XML report. It builds nothing: attributes are offsets into the block, and only the names of
 * the vocabulary are looked at. It recovers as far as possible (unescaped `<` and `&`, unquoted values, tags that are not closed, wrong
 * nesting, a cut end) and notes what it could not use as problems. No entity is defined or fetched: besides the five predefined
 * ones and numeric references, references stay as they are written.
 *
 * @example
 *   block(bytes, start, end, isLast) {
 *     const { xml } = this;
 *     xml.begin(bytes, start, end, isLast);
 *     for (let event = xml.next(); event !== STOP; event = xml.next()) {
 *       if (event === START && xml.element === LINE) table.append(xml.tag.integer(NUMBER), xml.tag.integer(HITS));
 *     }
 *     return xml.at;
 *   }
 *   end(isComplete) {
 *     this.xml.finish(this, isComplete);
 *   }
 */
export class XmlScanner {
  /** Number of the element of the last event in the vocabulary. */
  element = 0;
  /** The tag of the last `START`: its attributes, and whether it is an empty element (its `END` follows all the same). */
  readonly tag: XmlTag;
  /** The wanted text of the element that ended. */
  content = '';
  /** Where scanning stands in the block. */
  at = 0;

  private readonly report: ReportContext;
  private readonly text: XmlText;
  private readonly wantsText: Uint8Array;

  private bytes = NOTHING as Uint8Array;
  private blockStart = 0;
  private end = 0;
  private isLast = false;
  /** Bytes of the report before this block. */
  private bytesBefore = 0;
  private isFirst = true;

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
    this.text = new XmlText(report.codec);
    this.tag = new XmlTag(vocabulary.elements, vocabulary.attributes, this.text);
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
    this.isLast = isLast;
    this.tag.begin(bytes, start, end);
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

  /** Number of the element around the one of the last `START`; 0 when it is unknown or there is none. */
  get parent(): number {
    return this.depth > 1 ? this.open[this.depth - 2] : 0;
  }

  /** Byte of the report at which the tag of the last `START` begins. */
  get byte(): number {
    return this.bytesBefore + this.tag.start - this.blockStart;
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
   * The report is over: tells `reader` the ends of what is still open and notes that the report is cut off. `isComplete` as in
   * `BlockReader.end`: a damaged container has been reported already.
   */
  finish(reader: BlockReader, isComplete: boolean): void {
    // The last block may have ended before it was known to be the last.
    reader.block(NOTHING, 0, 0, true);
    if (!this.isTruncated || !isComplete || this.state === 'abandoned') return;
    this.report.problem({
      code: 'file_truncated',
      severity: 'warning',
      byte: this.bytesBefore,
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
      this.collect(this.text.decode(bytes, start, at));
    }
    this.at = at;
    return at < end;
  }

  /** Reads the start tag at `start`; false when it is not whole. `element` is 0 when there is nothing to tell. */
  private startTag(start: number): boolean {
    const { tag } = this;
    const after = tag.read(start);
    if (after < 0) return false;
    this.at = after;
    this.state = 'inside';
    if (this.depth >= DEEPEST) {
      this.passTooDeep();
      return true;
    }
    this.element = tag.element;
    this.open[this.depth++] = tag.element;
    if (tag.isEmpty) this.closeTo = this.depth - 1;
    if (this.wantsText[tag.element] === 1) {
      this.collecting = tag.element;
      this.content = '';
    }
    return true;
  }

  private passTooDeep(): void {
    this.element = 0;
    if (this.tag.isEmpty) return;
    this.tooDeep++;
    if (!this.wasTooDeep) this.limit('Elements nested more than 256 deep are left out.');
    this.wasTooDeep = true;
  }

  /** Reads the end tag at `start`; false when it is not whole. */
  private endTag(start: number): boolean {
    const after = this.tag.readEnd(start, this.depth > 0 ? this.open[this.depth - 1] : 0);
    if (after < 0) return false;
    this.at = after;
    if (this.tooDeep > 0) this.tooDeep--;
    else this.close(this.tag.endElement);
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
      if (this.state === 'before') this.text.noteDeclaration(bytes, start, end);
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
    this.collect(this.text.plain(this.bytes, start, after - 3));
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
    if (this.collecting !== 0) this.collect(this.text.plain(this.bytes, start, end));
    this.at = end;
  }

  /**
   * What starts at `start` has no end in this block. False when it is kept for the next; true when it was dropped, with all that could
   * belong to it: trying again behind its `<` would make hostile input quadratic.
   */
  private dropToken(start: number): boolean {
    if (this.isLast) this.isTruncated = true;
    else if (this.end - start <= LONGEST_TOKEN) {
      this.at = start;
      return false;
    } else this.limit('A tag longer than 256 KiB was left out.');
    this.at = this.end;
    return true;
  }

  /** At the very end: closes what is still open. True when there is something to tell. */
  private finishOpen(): boolean {
    if (!this.isLast || this.depth === 0) return false;
    this.isTruncated = true;
    this.closeTo = 0;
    return true;
  }

  /** Behind the root element nothing counts; a second one is noted. */
  private passRest(): XmlEvent {
    const { bytes, end } = this;
    const next = this.state === 'after' ? bytes.indexOf(LESS_THAN, this.at) : -1;
    if (next >= 0 && next + 1 < end) {
      this.state = 'noted';
      if (isNameStart(bytes[next + 1])) this.noteSecondRoot(next);
    }
    this.at = end;
    return STOP;
  }

  private noteSecondRoot(at: number): void {
    this.report.problem({
      code: 'record_unreadable',
      severity: 'warning',
      byte: this.bytesBefore + at - this.blockStart,
      message: 'The XML goes on behind the end of its root element; that part was left out.',
      hint: 'Upload reports as separate files instead of one behind the other.',
    });
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
}
