/** Counts that a percentage is made of. */
export interface Ratio {
  readonly lines: number;
  readonly hits: number;
}

/** A change in percentage points as it is shown. */
export interface ShownChange {
  readonly text: string;
  readonly direction: 'up' | 'down' | 'equal';
  readonly isSlight: boolean;
}

/** Decimals of a percentage where no repository says otherwise (`coverage.precision`). */
const PRECISION = 2;
const MINUS = '\u2212';

/**
 * A percentage as pages show it, rounded down: `94.10`; `100` only when every line is hit, `0` only when none is, so that one missed
 * line of a million is never rounded away (web-ui §4.7). Null without lines.
 */
export function showCoverage({ hits, lines }: Ratio, precision = PRECISION): string | null {
  if (lines === 0) return null;
  if (hits === lines) return '100';
  if (hits === 0) return '0';
  const steps = (BigInt(hits) * 100n * 10n ** BigInt(precision)) / BigInt(lines);
  return decimal(steps === 0n ? 1n : steps, precision);
}

/**
 * The change between two percentages in points, from the integers and not from two rounded numbers: rounded toward zero, `±0` only when
 * they are equal, `+<0.01` when it is less than one step. Null when one of them has no lines.
 */
export function showChange(from: Ratio, to: Ratio, precision = PRECISION): ShownChange | null {
  if (from.lines === 0 || to.lines === 0) return null;
  const whole = BigInt(from.lines) * BigInt(to.lines);
  const part = BigInt(to.hits) * BigInt(from.lines) - BigInt(from.hits) * BigInt(to.lines);
  if (part === 0n) return { text: '±0', direction: 'equal', isSlight: false };
  const size = part < 0n ? -part : part;
  const steps = (size * 100n * 10n ** BigInt(precision)) / whole;
  const text = steps === 0n ? `<${decimal(1n, precision)}` : decimal(steps, precision);
  const isSlight = size * 100n * 20n < whole;
  return part < 0n
    ? { text: MINUS + text, direction: 'down', isSlight }
    : { text: `+${text}`, direction: 'up', isSlight };
}

function decimal(steps: bigint, precision: number): string {
  const digits = steps.toString().padStart(precision + 1, '0');
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}
