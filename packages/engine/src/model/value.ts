/**
 * The coverage value of a line as one number ("code"), so that tables of lines are flat `Float64Array`s and the common case,
 * two counts, merges by one comparison.
 *
 * | value (report-model §1)        | code                                   |
 * |--------------------------------|----------------------------------------|
 * | no record                      | `ABSENT` (−1)                          |
 * | count k ≥ 0                    | k (exact up to 2^53)                   |
 * | −1, skipped                    | `SKIPPED` (−2)                         |
 * | null, a record without class   | `UNKNOWN` (−3)                         |
 * | true, partial without fraction | `PARTIAL` (−4)                         |
 * | "n/m"                          | −(16 + n · 2^26 + m), n and m < 2^26−1 |
 * | "n", an exact fraction (JSCover) | the fraction with m = 2^26−1         |
 */
export type ValueCode = number;

export const ABSENT: ValueCode = -1;
export const SKIPPED: ValueCode = -2;
export const UNKNOWN: ValueCode = -3;
export const PARTIAL: ValueCode = -4;

const FRACTION_BASE = 16;
const PART_LIMIT = 2 ** 26;
const WHOLE = PART_LIMIT - 1;
/** The largest numerator or denominator of a fraction; larger ones are clamped. */
export const LARGEST_FRACTION_PART = PART_LIMIT - 2;
/** The largest count that is kept exactly; larger ones are clamped. */
export const LARGEST_COUNT = Number.MAX_SAFE_INTEGER;

/** The code of `taken` of `total` branches. Both are clamped to 0 … {@link LARGEST_FRACTION_PART}. */
export function fraction(taken: number, total: number): ValueCode {
  return -(FRACTION_BASE + clampPart(taken) * PART_LIMIT + clampPart(total));
}

/** The code of an exact whole fraction, which the compatible system writes as text without a slash (`"0"`, `"1"`). */
export function wholeFraction(value: number): ValueCode {
  return -(FRACTION_BASE + clampPart(value) * PART_LIMIT + WHOLE);
}

/** Whether the code is a fraction (also a whole one). */
export function isFraction(code: ValueCode): boolean {
  return code <= -FRACTION_BASE;
}

/** Numerator of a fraction's code. */
export function takenOf(code: ValueCode): number {
  return Math.floor((-code - FRACTION_BASE) / PART_LIMIT);
}

/** Denominator of a fraction's code; 1 for a whole fraction. */
export function totalOf(code: ValueCode): number {
  const total = lowPartOf(code);
  return total === WHOLE ? 1 : total;
}

/** Whether a fraction's code is an exact whole fraction. */
export function isWholeFraction(code: ValueCode): boolean {
  return lowPartOf(code) === WHOLE;
}

/** The remainder, by what a processor has: `%` of numbers this large is a call. */
function lowPartOf(code: ValueCode): number {
  const packed = -code - FRACTION_BASE;
  return packed - Math.floor(packed / PART_LIMIT) * PART_LIMIT;
}

/** What a value counts as in totals; `null` has a record but no class. */
export type LineClass = 'hit' | 'miss' | 'partial' | 'skipped' | null;

/** The class of a value, report-model §1: `0/0` and `n/n` are hits, `0/m` a miss, everything else between (even n > m) partial. */
export function classOf(code: ValueCode): LineClass {
  if (code >= 0) return code > 0 ? 'hit' : 'miss';
  if (code <= -FRACTION_BASE) return classOfFraction(code);
  if (code === SKIPPED) return 'skipped';
  if (code === PARTIAL) return 'partial';
  return null;
}

function classOfFraction(code: ValueCode): LineClass {
  const taken = takenOf(code);
  const total = lowPartOf(code);
  if (total === taken) return 'hit';
  if (taken === 0) return 'miss';
  return total === WHOLE ? 'hit' : 'partial';
}

/** A value as the compatible system writes it in JSON: a count, −1, `true`, `"n/m"`, `"n"` or null. */
export type WrittenValue = number | string | true | null;

/** The written form of a code; `ABSENT` has none and gives null. */
export function writeValue(code: ValueCode): WrittenValue {
  if (code >= 0) return code;
  if (code <= -FRACTION_BASE)
    return isWholeFraction(code) ? String(takenOf(code)) : `${takenOf(code)}/${totalOf(code)}`;
  if (code === SKIPPED) return -1;
  if (code === PARTIAL) return true;
  return null;
}

const FRACTION_TEXT = /^(\d{1,15})\/(\d{1,15})$/;

/**
 * The code of a written value. Integers below −1 become 0 (lcov writers emit negative counts), other numbers are cut to
 * integers; text that is neither `n/m` nor an integer gives `null` (not a value).
 */
export function readValue(value: unknown): ValueCode | null {
  if (value === null || value === false) return UNKNOWN;
  if (value === true) return PARTIAL;
  if (typeof value === 'number') return readNumber(value);
  if (typeof value !== 'string') return null;
  const match = FRACTION_TEXT.exec(value);
  if (match) return fraction(Number(match[1]), Number(match[2]));
  return /^-?\d{1,20}$/.test(value.trim()) ? readNumber(Number(value)) : null;
}

function readNumber(value: number): ValueCode | null {
  if (Number.isNaN(value)) return null;
  if (value === -1) return SKIPPED;
  if (value <= 0) return 0;
  return Math.min(Math.trunc(value), LARGEST_COUNT);
}

/**
 * Two values of one line, `first` recorded before `second`, without knowledge of branch ids: the table of report-model §3.1
 * and the fraction rules of §3.2. Not commutative where a bare partial or mixed denominators take part; callers merge in the
 * fixed order of report-model §4.
 */
export function mergeValues(first: ValueCode, second: ValueCode): ValueCode {
  if (first >= 0 && second >= 0) return first > second ? first : second;
  if (first === ABSENT) return second;
  if (second === ABSENT) return first;
  if (first === SKIPPED || second === SKIPPED) return SKIPPED;
  if (first === UNKNOWN) return second;
  if (second === UNKNOWN) return first;
  if (first === PARTIAL) return mergePartialWith(second);
  if (second === PARTIAL) return mergeWithPartial(first);
  if (first >= 0) return first > 0 ? full(second) : second;
  if (second >= 0) return second > 0 ? full(first) : first;
  return mergeFractions(first, second);
}

function mergePartialWith(second: ValueCode): ValueCode {
  if (second === PARTIAL || second === 0 || second === 1) return PARTIAL;
  return second > 0 ? second : full(second);
}

function mergeWithPartial(first: ValueCode): ValueCode {
  if (first === 0) return PARTIAL;
  return first > 0 ? first : full(first);
}

/** The fully covered form of a fraction: `m/m`. */
export function full(code: ValueCode): ValueCode {
  const total = totalOf(code);
  return fraction(total, total);
}

function mergeFractions(first: ValueCode, second: ValueCode): ValueCode {
  if (first === second) return first;
  const firstTotal = totalOf(first);
  const secondTotal = totalOf(second);
  if (takenOf(first) === firstTotal) return first;
  if (takenOf(second) === secondTotal) return second;
  return fraction(Math.max(takenOf(first), takenOf(second)), Math.max(firstTotal, secondTotal));
}

function clampPart(part: number): number {
  if (!(part > 0)) return 0;
  return Math.min(Math.trunc(part), LARGEST_FRACTION_PART);
}
