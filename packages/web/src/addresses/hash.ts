/** Which version of a file a line is of. */
export type Side = 'base' | 'head';

/** Lines, both included; the second is not smaller. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** What follows the `#` of an address (web-ui §1.3, §1.4). */
export type Hash =
  /** `#L40`, `#L40-L52` on a file. */
  | { readonly kind: 'lines'; readonly lines: LineRange }
  /** `#diff-0123456789abR40-R52`: a file by the id that the server sends with it. */
  | { readonly kind: 'anchor'; readonly anchor: string; readonly side: Side; readonly lines: LineRange | null }
  /** `#diff-c3JjL2EudHM=`: a file by its path, as old links have it. */
  | { readonly kind: 'path'; readonly path: string }
  /** `#<md5 of the path>-R12`, the oldest form. */
  | { readonly kind: 'md5'; readonly md5: string; readonly side: Side; readonly line: number | null };

/** Reads it, with or without its `#`; null when it is none of ours. */
export function readHash(hash: string): Hash | null {
  const text = hash.replace(/^#/, '');
  return readLines(text) ?? readAnchor(text) ?? readMd5(text) ?? readPath(text);
}

function readLines(text: string): Hash | null {
  const found = /^L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(text);
  return found === null ? null : { kind: 'lines', lines: range(found[1], found[2]) };
}

function readAnchor(text: string): Hash | null {
  const found = /^diff-([0-9a-f]{12})(?:([LR])(\d{1,9})(?:-[LR]?(\d{1,9}))?)?$/.exec(text);
  if (found === null) return null;
  const [, anchor, letter, first, last] = found;
  return { kind: 'anchor', anchor, side: sideOf(letter), lines: first === undefined ? null : range(first, last) };
}

function readMd5(text: string): Hash | null {
  const found = /^([0-9a-f]{32})(?:-?([LR])(\d{1,9}))?$/i.exec(text);
  if (found === null) return null;
  const [, md5, letter, line] = found;
  return { kind: 'md5', md5: md5.toLowerCase(), side: sideOf(letter), line: line === undefined ? null : Number(line) };
}

/** Base64 with or without padding, url-safe or not. */
function readPath(text: string): Hash | null {
  const found = /^diff-([A-Za-z0-9+/_-]+)={0,2}$/.exec(safelyDecoded(text));
  if (found === null) return null;
  const base64 = found[1].replaceAll('-', '+').replaceAll('_', '/');
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const path = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return path === '' ? null : { kind: 'path', path };
  } catch {
    return null;
  }
}

// Some writers percent-encode the padding.
function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function sideOf(letter: string | undefined): Side {
  return letter === 'L' ? 'base' : 'head';
}

function range(one: string, other: string | undefined): LineRange {
  const [first, last] = [Number(one), Number(other ?? one)].sort((a, b) => a - b);
  return { first, last };
}
