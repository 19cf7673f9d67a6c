import { LineMap } from './line-map.ts';
import { ABSENT, mergeValues, type ValueCode } from './value.ts';
import { mergeMissing, mergeSameSession } from './merge-lines.ts';

/** What kind of line it is: a plain statement, a branch, a method (report-formats §1). */
export type LineType = 0 | 1 | 2;
export const STATEMENT: LineType = 0;
export const BRANCH: LineType = 1;
export const METHOD: LineType = 2;

/** A covered column range inside a line: start column, end column (null = to the end of the line), value. */
export interface PartialRange {
  readonly start: number;
  readonly end: number | null;
  readonly value: ValueCode;
}

/** Cyclomatic complexity: a number, or covered and total paths. */
export type Complexity = number | readonly [covered: number, total: number];

/**
 * Id of a branch as the report's tool names it. Ids of the form `block:branch` (lcov) are numbers, see model/branch-id.ts, so that
 * millions of them cost no text.
 */
export type BranchId = string | number;

/** Ids of the branches of a line that were not taken. */
export type MissingBranches = readonly BranchId[];

/** The largest line number that is accepted; report-formats §8. */
export const LARGEST_LINE = 10_000_000;
/** The largest column number that is accepted; report-formats §8. */
export const LARGEST_COLUMN = 1_000_000;

/**
 * Lines above this are kept in a map unless they follow closely on the ones before: a hostile line number must not size an array, and ten
 * million real lines must not each be an object.
 */
const DENSE_LIMIT = 1 << 18;
const CLOSE = 64;
const NO_LINE = LARGEST_LINE + 1;
const FIRST_CAPACITY = 1 << 10;

/**
 * All lines of one source file in one upload, indexed by line number. Reused for file after file: `values` and `types` are
 * dense, everything rare is in maps.
 *
 * Hot readers may write `values[line]` directly when `line < values.length` and the slot is `ABSENT`, and must then call
 * {@link LineTable.touch}. Everything else goes through {@link LineTable.append} and {@link LineTable.replace}.
 */
export class LineTable {
  values = new Float64Array(FIRST_CAPACITY).fill(ABSENT);
  types = new Uint8Array(FIRST_CAPACITY);
  /** Smallest and largest line with a record in the dense part; `lowest > highest` when empty. */
  lowest = NO_LINE;
  highest = 0;
  readonly far = new Map<number, { value: ValueCode; type: LineType }>();
  readonly missing = new LineMap<MissingBranches>();
  readonly partials = new LineMap<readonly PartialRange[]>();
  readonly complexity = new LineMap<Complexity>();

  /** Makes room for `line` in the dense part where it belongs there, and tells whether it does. */
  reserve(line: number): boolean {
    if (line < this.values.length) return true;
    if (line >= DENSE_LIMIT && line > this.highest + CLOSE) return false;
    let capacity = this.values.length * 2;
    while (capacity <= line) capacity *= 2;
    const values = new Float64Array(capacity).fill(ABSENT, this.values.length);
    values.set(this.values);
    const types = new Uint8Array(capacity);
    types.set(this.types);
    this.values = values;
    this.types = types;
    if (this.far.size > 0) this.takeNear();
    return true;
  }

  /** Notes that the dense slot of `line` holds a record. */
  touch(line: number): void {
    if (line > this.highest) this.highest = line;
    if (line < this.lowest) this.lowest = line;
  }

  /** The value of a line, `ABSENT` when there is no record. */
  valueOf(line: number): ValueCode {
    if (line < this.values.length) return this.values[line];
    return this.far.get(line)?.value ?? ABSENT;
  }

  /** The type of a line; `STATEMENT` when there is no record. */
  typeOf(line: number): LineType {
    if (line < this.types.length) return this.types[line] as LineType;
    return this.far.get(line)?.type ?? STATEMENT;
  }

  /**
   * Adds a record. Where the line already has one in this upload, both are merged as the same session reported twice
   * (report-model §3.4). `line` must be 1 … {@link LARGEST_LINE}.
   */
  append(
    line: number,
    value: ValueCode,
    type: LineType = STATEMENT,
    missing: MissingBranches | null = null,
    partials: readonly PartialRange[] | null = null,
    complexity: Complexity | null = null,
  ): void {
    const before = this.valueOf(line);
    if (before === ABSENT) {
      this.set(line, value, type);
      if (missing !== null) this.missing.set(line, missing);
      if (partials !== null) this.partials.set(line, partials);
      if (complexity !== null) this.complexity.set(line, complexity);
      return;
    }
    const typeBefore = this.typeOf(line);
    const mergedType = typeBefore === STATEMENT ? type : typeBefore;
    if (missing === null && this.missing.size === 0) {
      this.set(line, mergeValues(before, value), mergedType);
    } else {
      const missingBefore = this.missing.get(line) ?? null;
      const mergedMissing = mergeMissing(before, missingBefore, value, missing);
      this.set(line, mergeSameSession(before, value, mergedMissing), mergedType);
      if (mergedMissing !== null) this.missing.set(line, mergedMissing);
    }
    if (partials !== null) this.addPartials(line, partials);
    // The compatible system loses complexity when a line is reported twice in one upload (report-model §3.4).
    this.complexity.delete(line);
  }

  /** Overwrites whatever the line had (report-formats §1 "replace"); nothing of the old record stays. */
  replace(
    line: number,
    value: ValueCode,
    type: LineType = STATEMENT,
    missing: MissingBranches | null = null,
    partials: readonly PartialRange[] | null = null,
    complexity: Complexity | null = null,
  ): void {
    this.set(line, value, type);
    setOrDelete(this.missing, line, missing);
    setOrDelete(this.partials, line, partials);
    setOrDelete(this.complexity, line, complexity);
  }

  /** Removes the record of a line. */
  remove(line: number): void {
    if (line < this.values.length) {
      this.values[line] = ABSENT;
      this.types[line] = STATEMENT;
    } else {
      this.far.delete(line);
    }
    this.missing.delete(line);
    this.partials.delete(line);
    this.complexity.delete(line);
  }

  /** Empties the table; costs the range of lines that was used. */
  clear(): void {
    if (this.values.length > DENSE_LIMIT) {
      this.values = new Float64Array(FIRST_CAPACITY).fill(ABSENT);
      this.types = new Uint8Array(FIRST_CAPACITY);
    } else if (this.lowest <= this.highest) {
      this.values.fill(ABSENT, this.lowest, this.highest + 1);
      this.types.fill(STATEMENT, this.lowest, this.highest + 1);
    }
    this.lowest = NO_LINE;
    this.highest = 0;
    if (this.far.size > 0) this.far.clear();
    this.missing.clear();
    this.partials.clear();
    this.complexity.clear();
  }

  /** Whether no line has a record. */
  isEmpty(): boolean {
    if (this.far.size > 0) return false;
    for (let line = this.lowest; line <= this.highest; line++) if (this.values[line] !== ABSENT) return false;
    return true;
  }

  /** Line numbers with a record, ascending. */
  *lines(): Generator<number> {
    for (let line = this.lowest; line <= this.highest; line++) if (this.values[line] !== ABSENT) yield line;
    if (this.far.size > 0) yield* [...this.far.keys()].sort((left, right) => left - right);
  }

  /** Adds every record of `other` by {@link LineTable.append}; for one source file that a report names twice. */
  appendAll(other: LineTable): void {
    for (const line of other.lines()) {
      this.append(
        line,
        other.valueOf(line),
        other.typeOf(line),
        other.missing.get(line) ?? null,
        other.partials.get(line) ?? null,
        other.complexity.get(line) ?? null,
      );
    }
  }

  private set(line: number, value: ValueCode, type: LineType): void {
    if (this.reserve(line)) {
      this.values[line] = value;
      this.types[line] = type;
      this.touch(line);
      return;
    }
    const record = this.far.get(line);
    if (record === undefined) {
      this.far.set(line, { value, type });
      return;
    }
    record.value = value;
    record.type = type;
  }

  /** Moves records out of the map that the dense part has grown to hold. */
  private takeNear(): void {
    for (const [line, { value, type }] of this.far) {
      if (line >= this.values.length) continue;
      this.values[line] = value;
      this.types[line] = type;
      this.touch(line);
      this.far.delete(line);
    }
  }

  private addPartials(line: number, added: readonly PartialRange[]): void {
    const before = this.partials.get(line);
    const all = before === undefined ? [...added] : [...before, ...added];
    this.partials.set(
      line,
      all.sort((left, right) => left.start - right.start),
    );
  }
}

function setOrDelete<Value>(map: LineMap<Value>, line: number, value: Value | null): void {
  if (value !== null) map.set(line, value);
  else if (map.size > 0) map.delete(line);
}
