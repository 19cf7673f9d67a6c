/** Selected lines; both ends belong to it. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

const RANGE = /^#?L(\d{1,8})(?:-L?(\d{1,8}))?$/;

/** Reads `#L40` or `#L40-L52` (web-ui §1.4); null for everything else. */
export function readRange(hash: string): LineRange | null {
  const match = RANGE.exec(hash);
  if (match === null) return null;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first : Number(match[2]);
  return first < 1 || second < 1 ? null : rangeOf(first, second);
}

/** `L40`, `L40-L52`: without the `#`. */
export function writeRange({ from, to }: LineRange): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}

/** `src/a.ts:40-52`, as tools print places. */
export function placeOf(path: string, { from, to }: LineRange): string {
  return from === to ? `${path}:${from}` : `${path}:${from}-${to}`;
}

/** The range between two lines, whichever comes first. */
export function rangeOf(one: number, other: number): LineRange {
  return one <= other ? { from: one, to: other } : { from: other, to: one };
}
