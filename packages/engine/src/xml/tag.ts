import {
  COLON,
  DOUBLE_QUOTE,
  EQUALS,
  GREATER_THAN,
  LESS_THAN,
  SINGLE_QUOTE,
  SLASH,
  SPACE,
  isNameByte,
} from './markup.ts';
import { type NameTable, hashByte } from './names.ts';
import type { XmlText } from './text.ts';

const ZERO = 48;
/** As many digits are exact in a double. */
const EXACT_DIGITS = 15;

/** A start tag inside of a block: which element it is, and where the values of its known attributes are. */
export class XmlTag {
  /** Number of the element in the vocabulary; 0 when it is unknown. */
  element = 0;
  /** Number of the element of the end tag that was read last. */
  endElement = 0;
  /** Whether the element has neither content nor an end tag. */
  isEmpty = false;
  /** Where the tag begins in {@link XmlTag.bytes}. */
  start = 0;
  /** The block, for readers that look at the bytes of a value themselves. */
  bytes = new Uint8Array(0) as Uint8Array;

  private readonly decoder: XmlText;
  private readonly elements: NameTable;
  private readonly attributes: NameTable;
  /** Offsets of values; those of this tag lie behind its start. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** The attribute that came last time behind an attribute or, as first one, in an element. */
  private readonly followers: Uint8Array;
  private end = 0;
  /** The last `>` of the block: loops over names and blanks that start before it need no check of their own. */
  private lastClosing = -1;
  /** End of the name that was read last. */
  private nameEnd = 0;

  constructor(elements: NameTable, attributes: NameTable, decoder: XmlText) {
    this.elements = elements;
    this.attributes = attributes;
    this.decoder = decoder;
    this.starts = new Int32Array(attributes.size + 1);
    this.ends = new Int32Array(attributes.size + 1);
    this.followers = new Uint8Array(attributes.size + elements.size + 2);
  }

  /** Whether the tag has this attribute. */
  has(attribute: number): boolean {
    return this.starts[attribute] > this.start;
  }

  /** Offset of an attribute's value in {@link XmlTag.bytes}; meaningful only where {@link XmlTag.has} says so. */
  startOf(attribute: number): number {
    return this.starts[attribute];
  }

  /** Offset behind an attribute's value. */
  endOf(attribute: number): number {
    return this.ends[attribute];
  }

  /** An attribute as an integer, fractions cut (`2.0`); NaN when it is absent or not a finite number. */
  integer(attribute: number): number {
    const start = this.starts[attribute];
    const end = this.ends[attribute];
    const { bytes } = this;
    if (start <= this.start || end === start) return Number.NaN;
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
    return this.has(attribute) ? this.decoder.decode(this.bytes, this.starts[attribute], this.ends[attribute]) : '';
  }

  /** Whether an attribute equals a lower-case ASCII word in any case. */
  is(attribute: number, word: string): boolean {
    const start = this.starts[attribute];
    if (start <= this.start || this.ends[attribute] - start !== word.length) return false;
    for (let index = 0; index < word.length; index++) {
      if ((this.bytes[start + index] | SPACE) !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Takes the next block; nothing of the tag before stays. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.lastClosing = end > start ? bytes.lastIndexOf(GREATER_THAN, end - 1) : -1;
    this.starts.fill(-1);
  }

  /**
   * Reads the start tag at `start` and returns the index behind it, −1 when it is not whole. One loop over all attributes: this is
   * where nearly all time of reading a report goes.
   */
  read(start: number): number {
    const { bytes, end, lastClosing, starts, ends, followers } = this;
    if (start > lastClosing) return -1;
    const { words, wordStarts } = this.attributes;
    const element = this.readElement(start + 1, this.element);
    let at = this.nameEnd;
    // What is expected depends on the attribute before; for the first one on the element.
    let slot = this.attributes.size + 1 + element;
    let isEmpty = false;
    for (;;) {
      if (at > lastClosing) return -1;
      let byte = bytes[at];
      if (byte <= SPACE) {
        at++;
        continue;
      }
      if (byte === GREATER_THAN) {
        at++;
        break;
      }
      isEmpty = byte === SLASH || byte === LESS_THAN;
      // A tag that was never closed is an empty element, as a recovering parser has it.
      if (byte === LESS_THAN) break;
      if (isEmpty) {
        at++;
        continue;
      }
      // Tools write the attributes of an element in one order: compare with what came here the last time.
      const nameStart = at;
      let attribute = followers[slot];
      let word = wordStarts[attribute];
      const wordEnd = wordStarts[attribute + 1];
      while (word < wordEnd && words[word] === bytes[at]) {
        word++;
        at++;
      }
      if (word < wordEnd || bytes[at] !== EQUALS) {
        attribute = this.readAttribute(nameStart);
        at = this.nameEnd;
        if (at === nameStart) {
          at++;
          continue;
        }
        followers[slot] = attribute;
      }
      slot = attribute;
      byte = bytes[at];
      while (byte <= SPACE) byte = bytes[++at];
      if (byte !== EQUALS) continue;
      byte = bytes[++at];
      while (byte <= SPACE) byte = bytes[++at];
      const isQuoted = byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE;
      if (isQuoted) at++;
      const valueStart = at;
      if (isQuoted) while (at < end && bytes[at] !== byte) at++;
      else at = endOfUnquoted(bytes, at);
      if (at > lastClosing) return -1;
      // Of two equal names the first counts.
      if (attribute !== 0 && starts[attribute] <= start) {
        starts[attribute] = valueStart;
        ends[attribute] = at;
      }
      if (isQuoted) at++;
    }
    this.start = start;
    this.element = element;
    this.isEmpty = isEmpty;
    return at;
  }

  /**
   * Reads the end tag at `start` and returns the index behind it, −1 when it is not whole. `endElement` is set; `guess` is the
   * number of the element that should end.
   */
  readEnd(start: number, guess: number): number {
    const { bytes, lastClosing } = this;
    if (start > lastClosing) return -1;
    this.endElement = this.readElement(start + 2, guess);
    let at = this.nameEnd;
    let byte = bytes[at];
    while (byte !== GREATER_THAN && byte !== LESS_THAN) byte = bytes[++at];
    return byte === GREATER_THAN ? at + 1 : at;
  }

  /** The number of the element whose name begins at `start`; `guess` is compared before any other. Sets `nameEnd`. */
  private readElement(start: number, guess: number): number {
    const { bytes } = this;
    const { words, wordStarts } = this.elements;
    let at = start;
    let word = wordStarts[guess];
    const wordEnd = wordStarts[guess + 1];
    while (word < wordEnd && words[word] === bytes[at]) {
      word++;
      at++;
    }
    this.nameEnd = at;
    const isGuess = word === wordEnd && !isNameByte(bytes[at]) && bytes[at] !== COLON;
    return isGuess ? guess : this.findElement(start);
  }

  private findElement(start: number): number {
    const { bytes } = this;
    let nameStart = start;
    let hash = 0;
    let at = start;
    for (let byte = bytes[at]; isNameByte(byte) || byte === COLON; byte = bytes[++at]) {
      hash = hashByte(hash, byte);
      if (byte !== COLON) continue;
      // The name without its namespace prefix.
      nameStart = at + 1;
      hash = 0;
    }
    this.nameEnd = at;
    return this.elements.find(hash, bytes, nameStart, at);
  }

  /** The number of the attribute whose name begins at `start`. Sets `nameEnd`. */
  private readAttribute(start: number): number {
    const { bytes } = this;
    let hash = 0;
    let at = start;
    for (let byte = bytes[at]; isNameByte(byte); byte = bytes[++at]) hash = hashByte(hash, byte);
    const attribute = this.attributes.find(hash, bytes, start, at);
    this.nameEnd = at;
    if (bytes[at] !== COLON) return attribute;
    // A prefixed attribute (`xmlns:x`, `xsi:type`) is none of ours, whatever its local name is.
    for (let byte = bytes[at]; isNameByte(byte) || byte === COLON; byte = bytes[++at]);
    this.nameEnd = at;
    return 0;
  }

  private oddNumber(attribute: number): number {
    const text = this.text(attribute).trim();
    const value = text === '' ? Number.NaN : Math.trunc(Number(text));
    return Number.isFinite(value) ? value : Number.NaN;
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
