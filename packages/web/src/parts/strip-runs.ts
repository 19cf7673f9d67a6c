/** Neighbouring bins of one class. */
export interface StripRun {
  readonly kind: 'h' | 'p' | 'm';
  readonly start: number;
  readonly length: number;
}

/** The runs of a strip such as `hhh..mm`; what is not tracked is left out. */
export function stripRuns(strip: string): StripRun[] {
  return Array.from(strip.matchAll(/h+|p+|m+/g), ({ 0: run, index }) => ({
    kind: run[0] as StripRun['kind'],
    start: index,
    length: run.length,
  }));
}

/** Where in the file lines are missed, in percent of its length: `[[0, 25], [98, 100]]`. */
export function stripGaps(strip: string): (readonly [from: number, to: number])[] {
  const percent = (bin: number): number => Math.round((100 * bin) / strip.length);
  return stripRuns(strip)
    .filter(({ kind }) => kind === 'm')
    .map(({ start, length }) => [percent(start), percent(start + length)]);
}
