import { ABSENT, classOf } from './value.ts';
import { BRANCH, METHOD, type Complexity, type LineTable, type LineType } from './line-table.ts';

/** Counts of a file, or their sum over files (report-model §6). */
export interface Totals {
  files: number;
  lines: number;
  hits: number;
  misses: number;
  partials: number;
  branches: number;
  methods: number;
  complexity: number;
  complexityTotal: number;
}

/** Totals of nothing. */
export function emptyTotals(): Totals {
  return {
    files: 0,
    lines: 0,
    hits: 0,
    misses: 0,
    partials: 0,
    branches: 0,
    methods: 0,
    complexity: 0,
    complexityTotal: 0,
  };
}

/** Adds `added` to `sum` in place, `files` included. */
export function addTotals(sum: Totals, added: Totals): void {
  sum.files += added.files;
  sum.lines += added.lines;
  sum.hits += added.hits;
  sum.misses += added.misses;
  sum.partials += added.partials;
  sum.branches += added.branches;
  sum.methods += added.methods;
  sum.complexity += added.complexity;
  sum.complexityTotal += added.complexityTotal;
}

/** Totals of one file; `files` is 0 as the compatible system has it, so that sums count files where they add them. */
export function totalsOf(table: LineTable): Totals {
  const totals = emptyTotals();
  const { values, types } = table;
  for (let line = table.lowest; line <= table.highest; line++) {
    const value = values[line];
    if (value === ABSENT) continue;
    const type = types[line];
    if (type !== 0) countType(totals, type as LineType);
    if (value > 0) totals.hits++;
    else if (value === 0) totals.misses++;
    else countRun(totals, value, 1);
  }
  for (const { value, type } of table.far.values()) {
    countType(totals, type);
    countRun(totals, value, 1);
  }
  totals.lines = totals.hits + totals.misses + totals.partials;
  table.complexity.forEach((_, complexity) => countComplexity(totals, complexity));
  return totals;
}

/** Counts lines of one value by its class. */
export function countRun(totals: Totals, value: number, lines: number): void {
  const lineClass = classOf(value);
  if (lineClass === 'hit') totals.hits += lines;
  else if (lineClass === 'miss') totals.misses += lines;
  else if (lineClass === 'partial') totals.partials += lines;
}

/** Counts one line by its type. */
export function countType(totals: Totals, type: LineType): void {
  if (type === BRANCH) totals.branches++;
  else if (type === METHOD) totals.methods++;
}

/** Adds the complexity of one line. */
export function countComplexity(totals: Totals, complexity: Complexity): void {
  if (typeof complexity === 'number') {
    totals.complexity += complexity;
    return;
  }
  totals.complexity += complexity[0];
  totals.complexityTotal += complexity[1];
}

/**
 * Coverage as the stored text of the compatible system (report-model §6): `100` iff hits = lines, `0` iff no hit, else
 * five decimals. Null without lines.
 */
export function coverageText(hits: number, lines: number): string | null {
  return lines === 0 ? null : ratio(hits, lines);
}

/**
 * `part` of `whole` as text (report-model §6): `"100"` when equal (also 0 of 0), `"0"` when one of them is 0, else the
 * double part/whole·100 rounded half-even to five decimals.
 */
export function ratio(part: number, whole: number): string {
  if (part === whole) return '100';
  if (part === 0 || whole === 0) return '0';
  return roundDecimal((part / whole) * 100, 5);
}

/** How shown percentages are cut (`coverage.round`, repo-yaml §2.3). */
export type Rounding = 'down' | 'nearest' | 'up';

/** A stored coverage text at `precision` decimals, by decimal arithmetic on the text itself; `nearest` is half-even. */
export function roundText(text: string, precision: number, rounding: Rounding): string {
  const negative = text.startsWith('-');
  const [whole, decimals = ''] = (negative ? text.slice(1) : text).split('.');
  const kept = decimals.padEnd(precision, '0').slice(0, precision);
  const rest = decimals.slice(precision);
  let units = BigInt(whole + kept);
  if (roundsAway(rest, units, rounding, negative)) units += 1n;
  const digits = units.toString().padStart(precision + 1, '0');
  const shown = precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
  return negative && units !== 0n ? `-${shown}` : shown;
}

function roundsAway(rest: string, units: bigint, rounding: Rounding, negative: boolean): boolean {
  if (!/[1-9]/.test(rest)) return false;
  if (rounding !== 'nearest') return (rounding === 'up') !== negative;
  const half = rest.length > 0 ? rest[0] : '0';
  if (half !== '5') return half > '5';
  return /[1-9]/.test(rest.slice(1)) || units % 2n === 1n;
}

/** The exact decimal expansion of a double, rounded half-even: `toFixed` alone rounds exact halves up. */
function roundDecimal(value: number, decimals: number): string {
  // A double has at most 52 fractional bits here, so 60 digits hold it exactly; toFixed is exact up to 100 digits.
  return roundText(value.toFixed(60), decimals, 'nearest');
}
