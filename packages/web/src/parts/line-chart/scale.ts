/** One point of a line; without a value it is a gap. */
export interface Measured {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a point is drawn. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A line as SVG draws it. */
export interface LinePath {
  /** Path data of the line; gaps stay gaps. */
  readonly path: string;
  /** Stretches of x over which there is no report, for a dotted line at the bottom. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
  /** Of every point; y of a gap is the bottom. */
  readonly places: readonly Place[];
}

/**
 * A range around values in percent: not from 0, so that small changes are seen, but never narrower than `least`, so that they are not
 * blown up either; its ends and middle are round numbers.
 */
export function valueRange(values: readonly number[], least = 1): readonly [low: number, high: number] {
  if (values.length === 0) return [0, 100];
  const lowest = values.reduce((one, other) => Math.min(one, other));
  const highest = values.reduce((one, other) => Math.max(one, other));
  const step = STEPS.find((width) => width * 4 >= Math.max(highest - lowest, least)) ?? 25;
  let low = Math.floor(lowest / step) * step;
  let high = Math.ceil(highest / step) * step;
  if (low === high) low -= step;
  // An even number of steps, so that the middle line is round too.
  if (Math.round((high - low) / step) % 2 === 1) {
    if (high + step <= 100) high += step;
    else low -= step;
  }
  return low < 0 ? [0, high - low] : [low, high];
}

const STEPS = [0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25];

/** Lays a line out in a box. One point alone stands in the middle. */
export function layLine(
  points: readonly Measured[],
  [low, high]: readonly [number, number],
  { width, height }: Size,
): LinePath {
  const first = points[0]?.at ?? 0;
  const span = (points.at(-1)?.at ?? 0) - first;
  const xOf = (at: number): number => (span === 0 ? width / 2 : ((at - first) / span) * width);
  const places = points.map(({ at, value }) => ({
    x: round(xOf(at)),
    y: value === null ? height : round(height - ((value - low) / (high - low)) * height),
  }));
  let path = '';
  let isDrawing = false;
  let before: number | null = null;
  const gaps: (readonly [number, number])[] = [];
  points.forEach(({ value }, index) => {
    const { x, y } = places[index];
    if (value !== null) {
      path += isDrawing ? `L${x} ${y}` : `M${x} ${y}h0`;
      if (!isDrawing && index > 0) gaps.push([before ?? 0, x]);
      before = x;
    }
    isDrawing = value !== null;
  });
  if (!isDrawing && points.length > 0) gaps.push([before ?? 0, width]);
  return { path, gaps, places };
}

/** The point nearest to an x; ties go to the newer one. −1 without points. */
export function nearestPoint(places: readonly Place[], x: number): number {
  let nearest = -1;
  places.forEach((place, index) => {
    if (nearest < 0 || Math.abs(place.x - x) <= Math.abs(places[nearest].x - x)) nearest = index;
  });
  return nearest;
}

/** A table as CSV (RFC 4180); cells that a spreadsheet would run as formulas are texts. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
