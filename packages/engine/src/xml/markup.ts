/** Bytes of XML markup, and the rare parts of it that detection and the scanner read alike. */

export const LESS_THAN = 60;
export const GREATER_THAN = 62;
export const EQUALS = 61;
export const SLASH = 47;
export const COLON = 58;
export const EXCLAMATION = 33;
export const QUESTION = 63;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;
export const SPACE = 32;
const HYPHEN = 45;
const LINE_FEED = 10;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** How far text before the XML declaration is looked through (a log that ran into the report). */
const LONGEST_JUNK = 1 << 16;
const DECLARATION = '<?xml';

/**
 * Where the document starts in `bytes[start, end)`: at its first `<`, or at an XML declaration that begins a later line.
 * −1 when this is not XML. Other text before the first tag is not taken for junk: source listings (gcov, luacov) are full of
 * `<name>`, but none of their lines starts with a declaration.
 */
export function documentStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
  while (at < end && bytes[at] <= SPACE) at++;
  if (bytes[at] === LESS_THAN) return at;
  const limit = Math.min(end, start + LONGEST_JUNK);
  for (let line = nextLine(bytes, at, limit); line >= 0; line = nextLine(bytes, line, limit)) {
    if (startsWith(bytes, line, end, DECLARATION)) return line;
  }
  return -1;
}

function nextLine(bytes: Uint8Array, from: number, limit: number): number {
  const feed = bytes.indexOf(LINE_FEED, from);
  return feed < 0 || feed >= limit ? -1 : feed + 1;
}

/** Whether the ASCII text stands at `at`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Whether the byte can be part of a name: letters, digits, `-`, `.`, `_` and, as a recovering parser takes them, all from `?` on. */
export function isNameByte(byte: number): boolean {
  return byte > GREATER_THAN || (byte >= HYPHEN && byte < COLON && byte !== SLASH);
}

/** Whether a `<` before this byte opens a tag; otherwise it is an unescaped character of the text. */
export function isNameStart(byte: number): boolean {
  return byte > 64 && byte !== OPEN_BRACKET && byte !== CLOSE_BRACKET;
}

/**
 * End of the document type declaration that starts at `start` (index after its `>`), −1 when it is not whole. Its declarations are
 * passed over, never used: no entity is defined, nothing outside is fetched.
 */
export function endOfDoctype(bytes: Uint8Array, start: number, end: number): number {
  let isInside = false;
  let at = start + 2;
  while (at < end) {
    const byte = bytes[at];
    if (byte === GREATER_THAN && !isInside) return at + 1;
    if (byte === OPEN_BRACKET) isInside = true;
    else if (byte === CLOSE_BRACKET) isInside = false;
    if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) at = bytes.indexOf(byte, at + 1);
    else if (startsWith(bytes, at, end, '<!--')) at = endOf(bytes, at + 4, end, HYPHEN, HYPHEN) - 1;
    else if (startsWith(bytes, at, end, '<?')) at = endOf(bytes, at + 2, end, QUESTION, -1) - 1;
    if (at < 0) return -1;
    at++;
  }
  return -1;
}

/**
 * Index after the first `>` in `bytes[start, end)` that has `last` before it, and `secondLast` before that unless it is −1
 * (`-->`, `]]>`, `?>`). −1 when there is none.
 */
export function endOf(bytes: Uint8Array, start: number, end: number, last: number, secondLast: number): number {
  const shortest = secondLast < 0 ? 1 : 2;
  let at = start + shortest;
  for (;;) {
    at = bytes.indexOf(GREATER_THAN, at);
    if (at < 0 || at >= end) return -1;
    if (bytes[at - 1] === last && (secondLast < 0 || bytes[at - 2] === secondLast)) return at + 1;
    at++;
  }
}
