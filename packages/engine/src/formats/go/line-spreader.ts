import { ABSENT, classOf, fraction } from '../../model/value.ts';
import type { LineTable } from '../../model/line-table.ts';
import { columnOf, lineOf } from './block-store.ts';

/** The end of a range that reaches to the end of its line. */
const OPEN = -1;

/**
 * Lays the blocks of one file over its lines and gives each line its value (report-formats §5.3): each line collects ranges
 * (start column, end column or open, count); one range gives its count, several the share of covered regions.
 */
export class LineSpreader {
  /** Whether some block was too long to be believed. */
  wasLimited = false;
  private readonly partialsAsHits: boolean;
  private table!: LineTable;
  /** First range of each line of the dense table; its count stands in the table itself. */
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);
  /** All ranges of the lines that have several: start, end, count, start, … */
  private readonly ranges = new Map<number, number[]>();
  /** Lines that may still be filled: a few bytes must not make millions of lines. */
  private allowance: number;

  /** `blocks` is how many blocks the profile has. */
  constructor(partialsAsHits: boolean, blocks: number) {
    this.partialsAsHits = partialsAsHits;
    this.allowance = FIRST_LINES + LINES_PER_BLOCK * blocks;
  }

  /** Starts a file, with an empty table. */
  open(table: LineTable): void {
    this.table = table;
  }

  /** Adds a block by its packed positions. */
  add(from: number, to: number, count: number): void {
    const firstLine = lineOf(from);
    const lastLine = lineOf(to);
    if (firstLine === lastLine) {
      this.range(firstLine, columnOf(from), columnOf(to), count);
      return;
    }
    this.range(firstLine, columnOf(from), OPEN, count);
    if (this.mayFill(lastLine - firstLine - 1)) {
      for (let line = firstLine + 1; line < lastLine; line++) this.range(line, 0, OPEN, count);
    }
    // A closing brace in the first columns is not worth a line of its own.
    const endColumn = columnOf(to);
    if (endColumn > 2) this.range(lastLine, 0, endColumn, count);
  }

  /** Gives the lines of the file their values. */
  close(): void {
    for (const [line, ranges] of this.ranges) {
      const value = valueOf(ranges);
      this.table.replace(line, this.partialsAsHits && classOf(value) === 'partial' ? 1 : value);
    }
    if (this.ranges.size > 0) this.ranges.clear();
  }

  private mayFill(lines: number): boolean {
    if (lines <= LONGEST_BLOCK && lines <= this.allowance) {
      this.allowance -= lines;
      return true;
    }
    this.wasLimited = true;
    return false;
  }

  private range(line: number, start: number, end: number, count: number): void {
    const { table } = this;
    if (line < table.values.length || table.reserve(line)) {
      if (line >= this.starts.length) this.grow();
      const before = table.values[line];
      if (before === ABSENT) {
        table.values[line] = count;
        if (line > table.highest) table.highest = line;
        if (line < table.lowest) table.lowest = line;
        this.starts[line] = start;
        this.ends[line] = end;
        return;
      }
      if (before === count && this.starts[line] === start && this.ends[line] === end) return;
      this.collect(line, start, end, count, [this.starts[line], this.ends[line], before]);
      return;
    }
    this.collect(line, start, end, count, []);
  }

  private collect(line: number, start: number, end: number, count: number, before: number[]): void {
    const ranges = this.ranges.get(line);
    if (ranges === undefined) this.ranges.set(line, [...before, start, end, count]);
    else if (ranges.length < MOST_RANGES) ranges.push(start, end, count);
    else this.wasLimited = true;
  }

  private grow(): void {
    const capacity = this.table.values.length;
    const starts = new Int32Array(capacity);
    const ends = new Int32Array(capacity);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}

const FIRST_LINES = 1_000_000;
const LINES_PER_BLOCK = 100;
/** No block of a Go program is longer. */
const LONGEST_BLOCK = 100_000;
/** 512 ranges on one line bound the square of them below. */
const MOST_RANGES = 3 * 512;

/**
 * The value of a line with several ranges. Each column takes the greatest count of the ranges over it; open ranges run to the last
 * known column and go on behind it. Neighbouring regions of one count are one region, also across columns that no range holds.
 */
function valueOf(ranges: readonly number[]): number {
  const edges = new Set<number>();
  let lastColumn = 0;
  let tail = -1;
  for (let at = 0; at < ranges.length; at += 3) {
    edges.add(ranges[at]);
    lastColumn = Math.max(lastColumn, ranges[at], ranges[at + 1]);
    if (ranges[at + 1] === OPEN) tail = Math.max(tail, ranges[at + 2]);
    else edges.add(ranges[at + 1]);
  }
  const regions =
    tail >= 0
      ? joined([...countsBetween(ranges, edges, lastColumn), tail])
      : joined(countsBetween(ranges, edges, lastColumn));
  if (regions.length > 1) return fraction(regions.filter((count) => count > 0).length, regions.length);
  return regions.length === 1 ? regions[0] : greatest(ranges);
}

/** The greatest count of each stretch of columns between two edges, up to the last known column. */
function countsBetween(ranges: readonly number[], edges: ReadonlySet<number>, lastColumn: number): number[] {
  const sorted = [...edges, lastColumn].sort((left, right) => left - right);
  const counts: number[] = [];
  for (let index = 0; index + 1 < sorted.length; index++) {
    const start = sorted[index];
    const end = sorted[index + 1];
    if (start === end) continue;
    const count = greatest(ranges, start);
    // The region before the first column belongs to no code.
    if (count >= 0 && !(start === 0 && end === 1)) counts.push(count);
  }
  return counts;
}

/** The greatest count of the ranges over a column, −1 when there is none; of all ranges without a column. */
function greatest(ranges: readonly number[], column: number | null = null): number {
  let count = -1;
  for (let at = 0; at < ranges.length; at += 3) {
    const isOver = column === null || (ranges[at] <= column && (ranges[at + 1] === OPEN || ranges[at + 1] > column));
    if (isOver && ranges[at + 2] > count) count = ranges[at + 2];
  }
  return count;
}

function joined(counts: readonly number[]): number[] {
  return counts.filter((count, index) => index === 0 || count !== counts[index - 1]);
}
