import { classOf, type LineTable } from '@thatch/engine';

/** Bins of a strip. */
export const STRIP_BINS = 48;

const LETTERS = ['.', 'h', 'p', 'm'] as const;
const RANKS = { hit: 1, partial: 2, miss: 3, skipped: 0 } as const;

/**
 * A file seen from above: 48 letters, of each equal stretch of lines the worst class in it. A file of fewer lines has several bins for one
 * line. Null without tracked lines.
 */
export function stripOf(table: LineTable): string | null {
  const last = lastLine(table);
  const worst = new Uint8Array(STRIP_BINS);
  let isTracked = false;
  for (const line of table.lines()) {
    const lineClass = classOf(table.valueOf(line));
    const rank = lineClass === null ? 0 : RANKS[lineClass];
    if (rank === 0) continue;
    isTracked = true;
    const first = Math.floor(((line - 1) * STRIP_BINS) / last);
    const end = Math.max(first + 1, Math.floor((line * STRIP_BINS) / last));
    for (let bin = first; bin < end; bin++) if (worst[bin] < rank) worst[bin] = rank;
  }
  return isTracked ? Array.from(worst, (rank) => LETTERS[rank]).join('') : null;
}

function lastLine(table: LineTable): number {
  let last = table.highest;
  for (const line of table.far.keys()) if (line > last) last = line;
  return last;
}
