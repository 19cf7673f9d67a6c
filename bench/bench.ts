/** One measured value, printed as one line. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Milliseconds to count the newlines of the same bytes, taken in the same run; figures with one are also given in F. */
  readonly floor?: number;
  readonly target?: Target;
}

/** What a figure is held against: the figure in F, or its plain value. */
export interface Target {
  readonly of: 'ratio' | 'value';
  readonly atMost: number;
}

/** A group of figures that `npm run bench NAME` takes. To add one: a file beside this one, a line in `run.ts`. */
export interface Bench {
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  /** Reports each figure as soon as it is known. */
  run(report: (figure: Figure) => void): Promise<void>;
}

/** The line of a figure: name, value, unit, floor F, value in F, target, whether it is met. */
export function lineOf(figure: Figure): string {
  const { name, value, unit, floor, target } = figure;
  const ratio = floor === undefined ? null : value / floor;
  const columns = [
    name.padEnd(44),
    `${rounded(value).padStart(9)} ${unit.padEnd(10)}`,
    (floor === undefined ? '' : `F ${rounded(floor)} ms`).padEnd(13),
    (ratio === null ? '' : `${ratio.toFixed(2)} F`).padEnd(10),
    (target === undefined ? '' : `≤ ${target.atMost}${target.of === 'ratio' ? ' F' : ''}`).padEnd(9),
    target === undefined ? '' : isMet(figure, target) ? 'ok' : 'missed',
  ];
  return columns.join(' ').trimEnd();
}

/** Whether a figure reaches its target. */
export function isMet({ value, floor }: Figure, { of, atMost }: Target): boolean {
  if (of === 'value') return value <= atMost;
  return floor !== undefined && value / floor <= atMost;
}

function rounded(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
