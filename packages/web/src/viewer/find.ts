/** Where a search found something: index of the line from 0, columns. */
export interface Match {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** More are not looked for. */
export const MOST_MATCHES = 10_000;

/** Every place of a text in the lines of a file, whatever its case, in order; at most {@link MOST_MATCHES}. */
export function findMatches(lines: readonly string[], wanted: string): Match[] {
  const matches: Match[] = [];
  if (wanted === '') return matches;
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  for (let index = 0; index < lines.length; index++) {
    for (const match of lines[index].matchAll(pattern)) {
      if (matches.length === MOST_MATCHES) return matches;
      matches.push({ index, start: match.index, end: match.index + match[0].length });
    }
  }
  return matches;
}

/** The columns of matches by line. */
export function matchesByLine(matches: readonly Match[]): Map<number, [number, number][]> {
  const byLine = new Map<number, [number, number][]>();
  for (const { index, start, end } of matches) {
    const known = byLine.get(index);
    if (known === undefined) byLine.set(index, [[start, end]]);
    else known.push([start, end]);
  }
  return byLine;
}
