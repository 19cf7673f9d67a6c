import { BRANCH, STATEMENT, type LineType } from '../model/line-table.ts';
import { fraction, isFraction, isWholeFraction, takenOf, totalOf } from '../model/value.ts';

/*
 * The columns of one source file, all of one file together (report-model §10 "Storage"); written by encode-columns.ts, read by
 * decode-columns.ts:
 *
 *   flags           which optional columns follow
 *   lines           runs: (lines skipped before the run, lines in the run), until a run of length 0
 *   complexity      count; per line: lines since the last one, tag, numbers
 *   values          runs: value word · 2 + (1 when a length follows), length − 2
 *   types           runs: step from the expected type + 3 · (length − 1); only where some type is not the expected one
 *   missing         dictionary of ids; per line whose fraction lets expect some: whether there is a list and of how many, ids;
 *                   count of other lines; per line: lines since the last one, number of ids, ids
 *   partials        count; per line: lines since the last one, number of ranges, (start, end + 1 or 0, value word)
 *
 * A value word is 0 for a miss, count + WORD_COUNT for a hit, and small numbers for the rest; the word of a fraction with more than
 * four branches is followed by its two numbers. The encoding is canonical: equal tables give equal bytes, which the digest of a report relies on.
 */
/** Bits of the first number of a file's columns. */
export const HAS_TYPES = 1;
export const HAS_MISSING = 2;
export const HAS_PARTIALS = 4;
export const HAS_COMPLEXITY = 8;
/** Some line has missing branches beside a count, which merging has to treat line by line. */
export const HAS_MISSING_BESIDE_COUNTS = 16;
export const KNOWN_FLAGS = 31;
/** Statement, branch, method. */
export const TYPES = 3;

export const WORD_SKIPPED = 1;
export const WORD_UNKNOWN = 2;
export const WORD_PARTIAL = 3;
export const WORD_FRACTION = 4;
export const WORD_WHOLE = 5;
/** A count too large to be a word itself follows. */
export const WORD_LARGE = 6;
/** Fractions of up to four branches, by far the most, are words of their own: 0/1, 1/1, 0/2, 1/2 … 4/4. */
export const WORD_SMALL_FRACTION = 7;
const SMALL_TOTAL = 4;
export const SMALL_FRACTIONS: readonly number[] = [1, 2, 3, SMALL_TOTAL].flatMap((total) =>
  Array.from({ length: total + 1 }, (_, taken) => fraction(taken, total)),
);
/** The word of count k ≥ 1 is k + WORD_COUNT. */
export const WORD_COUNT = WORD_SMALL_FRACTION + SMALL_FRACTIONS.length - 1;
/** A word is doubled when written, which must stay exact. */
export const LARGEST_WORD = 2 ** 40;

/** The type that a value has unless the types column says otherwise: nearly every fraction is a branch. */
export function expectedType(value: number): LineType {
  return isFraction(value) ? BRANCH : STATEMENT;
}

/** The word of a fraction: its own where it has one. */
export function fractionWord(value: number): number {
  if (isWholeFraction(value)) return WORD_WHOLE;
  const total = totalOf(value);
  const taken = takenOf(value);
  if (total === 0 || total > SMALL_TOTAL || taken > total) return WORD_FRACTION;
  // Before the fractions of a total stand those of all smaller ones, one more than each total.
  return WORD_SMALL_FRACTION + ((total - 1) * (total + 2)) / 2 + taken;
}

/** What begins a list of missing branches: the number of ids is the expected one, there is no list, or how far the number is from it. */
export const LIST_AS_EXPECTED = 0;
export const NO_LIST = 1;

/** How many branches a value lets expect to be missing: tools that name them name all. */
export function expectedMissing(value: number): number {
  return isFraction(value) ? Math.max(0, totalOf(value) - takenOf(value)) : 0;
}
