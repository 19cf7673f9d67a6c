import { countOf, lineOf } from '../../json/values.ts';
import { BRANCH, METHOD, STATEMENT, type LineTable, type LineType } from '../../model/line-table.ts';
import { ABSENT } from '../../model/value.ts';
import type { ReportContext } from '../format.ts';
import type { Counts, Entry, Places } from './entry.ts';
import { joined, joinIds } from './join.ts';

/**
 * Records a file as the compatible system does by default (report-formats §4.2): every statement, branch arm and function appends its
 * count to the line where it begins. Counts merge by maximum, so a line is never partial here [compat].
 */
export function recordLines(entry: Entry, table: LineTable, report: ReportContext): void {
  recordPlaces(entry.statements, entry.statementCounts, STATEMENT, table, report);
  recordArms(entry, table, report);
  recordFunctions(entry, table, report);
}

/** Records every function of a file at the line where it begins. */
export function recordFunctions(entry: Entry, table: LineTable, report: ReportContext): void {
  recordPlaces(entry.functions, entry.functionCounts, METHOD, table, report);
}

function recordPlaces(places: Places, counts: Counts, type: LineType, table: LineTable, report: ReportContext): void {
  const join = joinIds(places.ids, counts.ids);
  const lines = places.lines.items;
  const values = counts.values.items;
  for (let index = 0; index < places.lines.length; index++) {
    const at = joined(join, index, counts.ids);
    if (at >= 0) record(table, lines[index], values[at], type, places.byte, report);
  }
}

function recordArms(entry: Entry, table: LineTable, report: ReportContext): void {
  const { branches, branchCounts } = entry;
  const join = joinIds(branches.ids, branchCounts.ids);
  const lines = branches.arms.lines.items;
  for (let index = 0; index < branches.ids.length; index++) {
    const at = joined(join, index, branchCounts.ids);
    if (at < 0) continue;
    const first = index === 0 ? 0 : branches.ends.items[index - 1];
    const firstCount = at === 0 ? 0 : branchCounts.ends.items[at - 1];
    const arms = Math.min(branches.ends.items[index] - first, branchCounts.ends.items[at] - firstCount);
    for (let arm = 0; arm < arms; arm++) {
      record(
        table,
        lines[first + arm],
        branchCounts.values.items[firstCount + arm],
        BRANCH,
        branches.arms.byte,
        report,
      );
    }
  }
}

function record(
  table: LineTable,
  written: number,
  count: number,
  type: LineType,
  byte: number,
  report: ReportContext,
): void {
  // An arm without a line is an `else` that is not written; a count that is no number says nothing.
  const line = lineOf(written, report, byte);
  if (line === 0 || Number.isNaN(count)) return;
  const value = countOf(count, report, byte);
  if (line < table.values.length && table.values[line] === ABSENT) {
    table.values[line] = value;
    table.types[line] = type;
    table.touch(line);
  } else {
    table.append(line, value, type);
  }
}
