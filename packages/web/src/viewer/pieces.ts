/** How a stretch of a line is coloured; the order is that of the numbers which the worker sends. */
export const TOKEN_CLASSES = ['', 'key', 'str', 'num', 'fn', 'com'] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** A coloured stretch of a line: columns (UTF-16), the end not in it. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenClass;
}

/** A stretch that is shown in one way. */
export interface Piece {
  readonly text: string;
  /** Its first column. */
  readonly start: number;
  readonly kind: TokenClass;
  /** What cannot be seen is made visible: `trail` = white space at the end; `control` = a character that only changes how others look. */
  readonly hidden: 'trail' | 'control' | null;
  /** Matches of the search. */
  readonly isMatch: boolean;
}

/** A line of a minified file may have a megabyte; so much of it is shown. */
export const LONGEST_SHOWN = 10_000;

// Directions (U+202A–E, U+2066–9, marks), zero width, soft hyphen, byte order marks, and control characters but the tab: what can
// make code look like another.
const CONTROL =
  // oxlint-disable-next-line no-control-regex -- those are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Takes a line apart into stretches that look alike. `matches`: columns that a search found, in order. */
export function piecesOf(
  line: string,
  tokens: readonly Token[],
  matches: readonly (readonly [number, number])[] = [],
): Piece[] {
  const text = line.length > LONGEST_SHOWN ? line.slice(0, LONGEST_SHOWN) : line;
  const trail = text.length === line.length ? text.trimEnd().length : text.length;
  const controls = controlsOf(text);
  const edges = edgesOf(text.length, [trail, ...controls.flatMap((at) => [at, at + 1])], tokens, matches);
  const pieces: Piece[] = [];
  let token = 0;
  let match = 0;
  let control = 0;
  for (let index = 1; index < edges.length; index++) {
    const start = edges[index - 1];
    while (token < tokens.length && tokens[token].end <= start) token++;
    while (match < matches.length && matches[match][1] <= start) match++;
    while (controls[control] < start) control++;
    const isInToken = token < tokens.length && tokens[token].start <= start;
    pieces.push({
      text: text.slice(start, edges[index]),
      start,
      kind: isInToken ? tokens[token].kind : '',
      hidden: controls[control] === start ? 'control' : start >= trail ? 'trail' : null,
      isMatch: match < matches.length && matches[match][0] <= start,
    });
  }
  return pieces;
}

/** Where the look of a line may change, ascending, each once; with its start and end. Rows are made while scrolling, so in few steps. */
function edgesOf(
  length: number,
  own: readonly number[],
  tokens: readonly Token[],
  matches: readonly (readonly [number, number])[],
): number[] {
  const edges = [0, length, ...own];
  for (const { start, end } of tokens) edges.push(start, end);
  for (const [start, end] of matches) edges.push(start, end);
  edges.sort((left, right) => left - right);
  let kept = 1;
  for (let index = 1; index < edges.length && edges[index] <= length; index++) {
    if (edges[index] !== edges[kept - 1]) edges[kept++] = edges[index];
  }
  edges.length = length === 0 ? 1 : kept;
  return edges;
}

/** `U+202E`: a character by its number, where it has no look of its own. */
export function nameOfControl(text: string): string {
  return `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function controlsOf(text: string): number[] {
  const found: number[] = [];
  for (const { index } of text.matchAll(CONTROL)) found.push(index);
  return found;
}
