import { ABSENT, classOf, fraction, type ValueCode } from '../../model/value.ts';
import type { LineTable } from '../../model/line-table.ts';
import { columnOf, lineOf } from './packed-blocks.ts';

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
  private starts: Int32Array = new Int32Array(0);
  private ends: Int32Array = new Int32Array(0);
  /** Second, different range of a line; its count is −1 where there is none. */
  private secondStarts: Int32Array = new Int32Array(0);
  private secondEnds: Int32Array = new Int32Array(0);
  private secondCounts = new Float64Array(0);
  /** Dense lines with a second range. */
  private readonly shared: number[] = [];
  /** All ranges of lines with more than two, or outside of the dense table: start, end, count, start, … */
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
    const { table, shared } = this;
    for (const line of shared) {
      const count = this.secondCounts[line];
      this.secondCounts[line] = -1;
      if (this.ranges.has(line)) continue;
      table.values[line] = this.shown(
        valueOfTwo(
          this.starts[line],
          this.ends[line],
          table.values[line],
          this.secondStarts[line],
          this.secondEnds[line],
          count,
        ),
      );
    }
    shared.length = 0;
    if (this.ranges.size === 0) return;
    for (const [line, ranges] of this.ranges) table.replace(line, this.shown(valueOf(ranges)));
    this.ranges.clear();
  }

  private shown(value: ValueCode): ValueCode {
    return value < 0 && this.partialsAsHits && classOf(value) === 'partial' ? 1 : value;
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
    if (line >= table.values.length && !table.reserve(line)) {
      this.collect(line, start, end, count);
      return;
    }
    if (line >= this.starts.length) this.grow();
    const before = table.values[line];
    if (before === ABSENT) {
      table.values[line] = count;
      if (line > table.highest) table.highest = line;
      if (line < table.lowest) table.lowest = line;
      this.starts[line] = start;
      this.ends[line] = end;
    } else if (before !== count || this.starts[line] !== start || this.ends[line] !== end) {
      this.second(line, start, end, count);
    }
  }

  private second(line: number, start: number, end: number, count: number): void {
    const before = this.secondCounts[line];
    if (before < 0) {
      this.secondStarts[line] = start;
      this.secondEnds[line] = end;
      this.secondCounts[line] = count;
      this.shared.push(line);
      return;
    }
    if (before === count && this.secondStarts[line] === start && this.secondEnds[line] === end) return;
    if (!this.ranges.has(line)) {
      this.ranges.set(line, [
        this.starts[line],
        this.ends[line],
        this.table.values[line],
        this.secondStarts[line],
        this.secondEnds[line],
        before,
      ]);
    }
    this.collect(line, start, end, count);
  }

  private collect(line: number, start: number, end: number, count: number): void {
    const ranges = this.ranges.get(line);
    if (ranges === undefined) this.ranges.set(line, [start, end, count]);
    else if (ranges.length < MOST_RANGES) ranges.push(start, end, count);
    else this.wasLimited = true;
  }

  private grow(): void {
    const capacity = this.table.values.length;
    this.starts = enlarged(this.starts, capacity);
    this.ends = enlarged(this.ends, capacity);
    this.secondStarts = enlarged(this.secondStarts, capacity);
    this.secondEnds = enlarged(this.secondEnds, capacity);
    const counts = new Float64Array(capacity).fill(-1);
    counts.set(this.secondCounts);
    this.secondCounts = counts;
  }
}

function enlarged(array: Int32Array, capacity: number): Int32Array {
  const result = new Int32Array(capacity);
  result.set(array);
  return result;
}

const FIRST_LINES = 1_000_000;
const LINES_PER_BLOCK = 100;
/** No block of a Go program is longer. */
const LONGEST_BLOCK = 100_000;
/** 512 ranges on one line bound the square of them below. */
const MOST_RANGES = 3 * 512;

const pair = [0, 0, 0, 0, 0, 0];

/** Most lines with several ranges have two that do not overlap: the end of one block, the start of the next. */
function valueOfTwo(
  start: number,
  end: number,
  count: number,
  secondStart: number,
  secondEnd: number,
  secondCount: number,
): ValueCode {
  if (count === secondCount) return count;
  const isSecondAfter =
    end !== OPEN && secondStart >= end && end > start && end > 1 && (secondEnd === OPEN || secondEnd > secondStart);
  const isFirstAfter =
    secondEnd !== OPEN &&
    start >= secondEnd &&
    secondEnd > secondStart &&
    secondEnd > 1 &&
    (end === OPEN || end > start);
  if (isSecondAfter || isFirstAfter) return fraction((count > 0 ? 1 : 0) + (secondCount > 0 ? 1 : 0), 2);
  pair[0] = start;
  pair[1] = end;
  pair[2] = count;
  pair[3] = secondStart;
  pair[4] = secondEnd;
  pair[5] = secondCount;
  return valueOf(pair);
}

/** Columns where ranges start or end; made once, as lines with several ranges are many. */
const edges = new Int32Array(2 * (MOST_RANGES / 3) + 1);

/**
 * The value of a line with several ranges. Each column takes the greatest count of the ranges over it; open ranges run to the last
 * known column and go on behind it. Neighbouring regions of one count are one region, also across columns that no range holds.
 */
function valueOf(ranges: readonly number[]): ValueCode {
  const edgeCount = sortEdges(ranges);
  let regions = 0;
  let hits = 0;
  let before = -1;
  for (let index = 0; index < edgeCount; index++) {
    const isTail = index === edgeCount - 1;
    // The region before the first column belongs to no code; two edges in one place hold no column.
    if (!isTail && (edges[index] === edges[index + 1] || (edges[index] === 0 && edges[index + 1] === 1))) continue;
    const count = greatestOver(ranges, edges[index], isTail);
    if (count < 0 || count === before) continue;
    regions++;
    if (count > 0) hits++;
    before = count;
  }
  if (regions > 1) return fraction(hits, regions);
  return regions === 1 ? before : greatest(ranges);
}

/** Fills {@link edges}, ascending; the last one is the last known column. Gives how many there are. */
function sortEdges(ranges: readonly number[]): number {
  let length = 0;
  for (let at = 0; at < ranges.length; at += 3) {
    length = insertEdge(length, ranges[at]);
    if (ranges[at + 1] !== OPEN) length = insertEdge(length, ranges[at + 1]);
  }
  return length;
}

function insertEdge(length: number, column: number): number {
  let at = length;
  while (at > 0 && edges[at - 1] > column) at--;
  if (at > 0 && edges[at - 1] === column) return length;
  edges.copyWithin(at + 1, at, length);
  edges[at] = column;
  return length + 1;
}

/** The greatest count of the ranges over a column (behind the last known one: of open ranges), −1 when there is none. */
function greatestOver(ranges: readonly number[], column: number, isTail: boolean): number {
  let count = -1;
  for (let at = 0; at < ranges.length; at += 3) {
    const end = ranges[at + 1];
    const isOver = end === OPEN ? ranges[at] <= column : !isTail && ranges[at] <= column && end > column;
    if (isOver && ranges[at + 2] > count) count = ranges[at + 2];
  }
  return count;
}

function greatest(ranges: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < ranges.length; at += 3) count = Math.max(count, ranges[at + 2]);
  return count;
}
