import type { CodeLines } from './code-lines.ts';

/** Which line stands in which row: all lines of a text, or only those that the report knows where there is no text. */
export interface Rows {
  readonly length: number;
  /** Number of the line in a row. */
  readonly at: (row: number) => number;
  /** Row of a line; of the nearest one after it where it has none. */
  readonly rowOf: (line: number) => number;
}

/** Rows of a file. `lineCount` null: its text is not known. */
export function rowsOf(lines: CodeLines, lineCount: number | null): Rows {
  if (lineCount !== null) {
    return { length: lineCount, at: (row) => row + 1, rowOf: (line) => Math.max(0, Math.min(lineCount, line) - 1) };
  }
  const { known } = lines;
  return {
    length: known.length,
    at: (row) => known[row],
    rowOf: (line) => Math.min(known.length - 1, firstFrom(known, line)),
  };
}

/** Index of the first number that is not smaller. */
function firstFrom(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Columns of the longest line, a tab as four: the width that all rows have. */
export function widestColumns(text: readonly string[], most: number): number {
  let widest = 0;
  for (const line of text) {
    // Even if all of it were tabs.
    if (line.length * TAB <= widest) continue;
    let columns = line.length;
    for (let at = line.indexOf('\t'); at >= 0; at = line.indexOf('\t', at + 1)) columns += TAB - 1;
    if (columns > widest) widest = columns;
  }
  return Math.min(widest, most);
}

const TAB = 4;
