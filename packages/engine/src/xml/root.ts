import type { Codec } from '../codec.ts';
import type { XmlRoot } from '../formats/format.ts';
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
} from './markup.ts';
import { unescapeXml } from './text.ts';

/** How much of the head is kept: enough to tell formats apart, small enough for hostile input. */
const MOST_CHILDREN = 64;
const MOST_ATTRIBUTES = 64;
const LONGEST_VALUE = 1024;
const DEEPEST = 256;
const HYPHEN = 45;
const CLOSE_BRACKET = 93;

/**
 * The root element of an XML document: local name, attributes (unprefixed ones, at most 64, values cut at 1 KiB) and the local
 * names of its first children. `bytes` may be the start of the document only. Null when it is not XML or no tag is whole. Tolerates
 * what a recovering parser tolerates (report-formats §2.2); entities are not expanded.
 */
export function scanXmlRoot(bytes: Uint8Array, codec: Codec): XmlRoot | null {
  let at = documentStart(bytes, 0, bytes.length);
  if (at < 0) return null;
  let root: Tag | null = null;
  let depth = 0;
  const children: string[] = [];
  while (children.length < MOST_CHILDREN) {
    at = bytes.indexOf(LESS_THAN, at);
    if (at < 0 || at + 1 >= bytes.length) break;
    const next = bytes[at + 1];
    if (next === EXCLAMATION || next === QUESTION) {
      at = skipDeclaration(bytes, at);
      if (at < 0) break;
    } else if (next === SLASH) {
      at += 2;
      if (root !== null && --depth <= 0) break;
    } else if (isNameStart(next)) {
      const tag: Tag | null = readTag(bytes, at, codec, root === null);
      if (tag === null) break;
      if (root === null) root = tag;
      else if (depth === 1) children.push(tag.name);
      if (!tag.isEmpty) depth++;
      if (depth === 0 || depth > DEEPEST) break;
      at = tag.end;
    } else {
      at++;
    }
  }
  return root === null ? null : { name: root.name, attributes: root.attributes, children };
}

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly isEmpty: boolean;
  readonly end: number;
}

function skipDeclaration(bytes: Uint8Array, at: number): number {
  const end = bytes.length;
  if (startsWith(bytes, at, end, '<!--')) return endOf(bytes, at + 4, end, HYPHEN, HYPHEN);
  if (startsWith(bytes, at, end, '<![CDATA[')) return endOf(bytes, at + 9, end, CLOSE_BRACKET, CLOSE_BRACKET);
  if (bytes[at + 1] === QUESTION) return endOf(bytes, at + 2, end, QUESTION, -1);
  return endOfDoctype(bytes, at, end);
}

/** A start tag; null when it is not whole. Attributes are collected only when `withAttributes`. */
function readTag(bytes: Uint8Array, start: number, codec: Codec, withAttributes: boolean): Tag | null {
  const end = bytes.length;
  const attributes = new Map<string, string>();
  let at = endOfName(bytes, start + 1);
  const name = localName(codec.text(bytes, start + 1, at));
  let isEmpty = false;
  while (at < end) {
    const byte = bytes[at];
    if (byte === GREATER_THAN) return { name, attributes, isEmpty, end: at + 1 };
    // A tag that was never closed, as a recovering parser reads it: an empty element.
    if (byte === LESS_THAN) return { name, attributes, isEmpty: true, end: at };
    isEmpty = byte === SLASH;
    if (!isNameByte(byte)) {
      at++;
      continue;
    }
    const nameStart = at;
    at = endOfName(bytes, at);
    const nameEnd = at;
    at = skipBlanks(bytes, at);
    if (bytes[at] !== EQUALS) continue;
    at = skipBlanks(bytes, at + 1);
    const quote = bytes[at];
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) continue;
    const valueStart = at + 1;
    const valueEnd = bytes.indexOf(quote, valueStart);
    if (valueEnd < 0) return null;
    at = valueEnd + 1;
    if (!withAttributes || attributes.size >= MOST_ATTRIBUTES) continue;
    const attribute = codec.text(bytes, nameStart, nameEnd);
    if (attribute.includes(':') || attributes.has(attribute)) continue;
    attributes.set(
      attribute,
      unescapeXml(codec.text(bytes, valueStart, Math.min(valueEnd, valueStart + LONGEST_VALUE))),
    );
  }
  return null;
}

function endOfName(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (isNameByte(bytes[at]) || bytes[at] === COLON)) at++;
  return at;
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] <= SPACE) at++;
  return at;
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
