import { columnOf, countOf, lineOf } from '../../json/values.ts';
import { BRANCH, STATEMENT, type LineTable, type PartialRange } from '../../model/line-table.ts';
import { fraction } from '../../model/value.ts';
import type { ReportContext } from '../format.ts';
import type { Entry, Places } from './entry.ts';
import { joined, joinIds } from './join.ts';
import { recordFunctions } from './lines.ts';
import { NO_COLUMN } from './location.ts';

/**
 * Records a file with `parsers.javascript.enable_partials` (report-formats §4.2): branch arms and statements give column ranges,
 * `if` branches give `taken/all`.
 */
export function recordPartials(entry: Entry, table: LineTable, report: ReportContext): void {
  const branches = readBranchCounts(entry);
  recordArms(entry, branches, table, report);
  recordStatements(entry, table, report);
  recordIfs(entry, branches, table, report);
  recordFunctions(entry, table, report);
}

/** A branch with counts: its number in the entry, the index of its first arm, and the count of each arm. */
interface CountedBranch {
  readonly index: number;
  readonly firstArm: number;
  readonly arms: number;
  readonly counts: readonly number[];
}

function readBranchCounts({ branches, branchCounts }: Entry): CountedBranch[] {
  const counted: CountedBranch[] = [];
  const join = joinIds(branches.ids, branchCounts.ids);
  for (let index = 0; index < branches.ids.length; index++) {
    const at = joined(join, index, branchCounts.ids);
    if (at < 0) continue;
    const firstArm = index === 0 ? 0 : branches.ends.items[index - 1];
    const firstCount = at === 0 ? 0 : branchCounts.ends.items[at - 1];
    const counts = [...branchCounts.values.items.subarray(firstCount, branchCounts.ends.items[at])];
    counted.push({ index, firstArm, arms: branches.ends.items[index] - firstArm, counts });
  }
  return counted;
}

/** Arms of other branches than `if` that lie within one line; several of them make the line a fraction. */
function recordArms(entry: Entry, branches: readonly CountedBranch[], table: LineTable, report: ReportContext): void {
  const byLine = new Map<number, PartialRange[]>();
  const places = entry.branches.arms;
  for (const { index, firstArm, arms, counts } of branches) {
    if (entry.branches.isIf.items[index] === 1) continue;
    for (let arm = 0; arm < Math.min(arms, counts.length); arm++) {
      // The arm that begins a line is what the statement there says already.
      if (places.startColumns.items[firstArm + arm] <= 0) continue;
      const range = rangeOf(places, firstArm + arm, counts[arm], report);
      if (range !== null) addTo(byLine, lineOf(places.lines.items[firstArm + arm], report, places.byte), range);
    }
  }
  for (const [line, ranges] of byLine) {
    ranges.sort(byStart);
    if (ranges.length === 1) table.append(line, ranges[0].value, BRANCH, null, ranges);
    else table.append(line, ...fractionOf(ranges.map((range) => range.value)), ranges);
  }
}

/** The first statement of a line gives its value, all that lie within it its ranges. Lines with arms have theirs already. */
function recordStatements(entry: Entry, table: LineTable, report: ReportContext): void {
  const { statements, statementCounts } = entry;
  const join = joinIds(statements.ids, statementCounts.ids);
  const values = new Map<number, number>();
  const rangesByLine = new Map<number, PartialRange[]>();
  for (let index = 0; index < statements.ids.length; index++) {
    const at = joined(join, index, statementCounts.ids);
    const line = lineOf(statements.lines.items[index], report, statements.byte);
    const count = at < 0 ? Number.NaN : statementCounts.values.items[at];
    if (line === 0 || Number.isNaN(count) || table.partials.has(line)) continue;
    if (!values.has(line)) values.set(line, countOf(count, report, statements.byte));
    const range = rangeOf(statements, index, count, report);
    if (range !== null) addTo(rangesByLine, line, range);
  }
  for (const [line, value] of values) {
    table.append(line, value, STATEMENT, null, rangesByLine.get(line)?.sort(byStart) ?? null);
  }
}

/** `if` branches replace what their line had: the last of them gives the value, the ranges stay or are split. */
function recordIfs(entry: Entry, branches: readonly CountedBranch[], table: LineTable, report: ReportContext): void {
  const countsByLine = new Map<number, readonly number[]>();
  const rangesByLine = new Map<number, Set<string>>();
  const { wholes, arms, isIf } = entry.branches;
  for (const { index, firstArm, arms: armCount, counts } of branches) {
    if (isIf.items[index] !== 1 || counts.length === 0) continue;
    // Writers before `loc` repeat the whole `if` as its first arm.
    const [places, place] =
      wholes.startColumns.items[index] === NO_COLUMN && armCount > 0 ? [arms, firstArm] : [wholes, index];
    const line = lineOf(wholes.lines.items[index] || places.lines.items[place], report, places.byte);
    if (line === 0) continue;
    countsByLine.set(line, counts);
    const range = rangeOf(places, place, 0, report);
    if (range !== null) addKey(rangesByLine, line, keyOf(range));
  }
  for (const [line, counts] of countsByLine) {
    const ranges = splitIfs(table.partials.get(line) ?? null, rangesByLine.get(line) ?? new Set());
    table.replace(line, ...fractionOf(counts), ranges);
  }
}

/** `if (` and `) `: what stands before a condition and between it and the statement that depends on it. */
const BEFORE_CONDITION = 4;
const BEHIND_CONDITION = 2;

/**
 * Where a statement is one of the `if`s of its line, it says how often the condition ran: its range shrinks to the condition, which
 * ends before the next range, the dependent statement.
 */
function splitIfs(ranges: readonly PartialRange[] | null, ifs: ReadonlySet<string>): readonly PartialRange[] | null {
  if (ranges === null || ifs.size === 0) return ranges;
  const split: PartialRange[] = [];
  let following = -1;
  let lastStart = -1;
  for (let index = ranges.length - 1; index >= 0; index--) {
    const range = ranges[index];
    if (lastStart > range.start) following = lastStart;
    lastStart = range.start;
    if (following < 0 || !ifs.has(keyOf(range))) {
      split.push(range);
      continue;
    }
    const condition = { start: range.start + BEFORE_CONDITION, end: following - BEHIND_CONDITION, value: range.value };
    if (condition.end > condition.start) split.push(condition);
  }
  return split.reverse().sort(byStart);
}

/** Value, type and missing branches of counts: how many are not zero, of all. */
function fractionOf(counts: readonly number[]): [value: number, type: typeof BRANCH, missing: string[] | null] {
  const missing: string[] = [];
  counts.forEach((count, index) => {
    if (!(count > 0)) missing.push(String(index));
  });
  return [fraction(counts.length - missing.length, counts.length), BRANCH, missing.length > 0 ? missing : null];
}

/** A place as a range of columns; null when it goes over several lines, is one character wide or has no count. */
function rangeOf(places: Places, index: number, count: number, report: ReportContext): PartialRange | null {
  const line = places.lines.items[index];
  const startColumn = places.startColumns.items[index];
  if (!(line >= 1) || line !== places.endLines.items[index] || startColumn < 0 || Number.isNaN(count)) return null;
  const start = columnOf(startColumn, report, places.byte);
  const endColumn = places.endColumns.items[index];
  const end = endColumn < 0 ? null : columnOf(endColumn, report, places.byte);
  if (end !== null && end - start <= 1) return null;
  return { start, end, value: countOf(count, report, places.byte) };
}

function addTo(byLine: Map<number, PartialRange[]>, line: number, range: PartialRange): void {
  const ranges = byLine.get(line);
  if (ranges === undefined) byLine.set(line, [range]);
  else ranges.push(range);
}

function addKey(byLine: Map<number, Set<string>>, line: number, key: string): void {
  const keys = byLine.get(line);
  if (keys === undefined) byLine.set(line, new Set([key]));
  else keys.add(key);
}

function keyOf(range: PartialRange): string {
  return `${range.start}:${range.end}`;
}

function byStart(left: PartialRange, right: PartialRange): number {
  return left.start - right.start;
}
