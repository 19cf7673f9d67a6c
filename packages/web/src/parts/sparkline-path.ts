interface Place {
  readonly x: number;
  readonly y: number;
}

/** What a sparkline draws. */
export interface SparklinePath {
  /** SVG path data; gaps stay gaps. */
  readonly path: string;
  readonly least: Place;
  readonly greatest: Place;
  readonly last: Place;
}

/** Room for the stroke and the ticks. */
const MARGIN = 3;

/** The line through values at equal distances; null when there is none to draw. */
export function sparklinePath(
  values: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): SparklinePath | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const xOf = (index: number) => MARGIN + ((width - 2 * MARGIN) * index) / Math.max(1, values.length - 1);
  const yOf = (value: number) =>
    high === low ? height / 2 : height - MARGIN - ((height - 2 * MARGIN) * (value - low)) / (high - low);
  const placeOf = (index: number): Place => ({ x: round(xOf(index)), y: round(yOf(values[index]!)) });
  let path = '';
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value !== null) {
      const { x, y } = placeOf(index);
      // A point between two gaps is a line of no length, which round ends make a dot.
      path += isDrawing ? `L${x} ${y}` : `M${x} ${y}h0`;
    }
    isDrawing = value !== null;
  });
  return {
    path,
    least: placeOf(values.indexOf(low)),
    greatest: placeOf(values.indexOf(high)),
    last: placeOf(values.findLastIndex((value) => value !== null)),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
