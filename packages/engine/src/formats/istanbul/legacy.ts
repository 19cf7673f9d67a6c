import { nextLine } from '../../json/line-list.ts';
import type { JsonScanner } from '../../json/scanner.ts';
import { columnOf, countOf, lineOf, lineOfKey, noteUnreadable } from '../../json/values.ts';
import { BRANCH, type LineTable, type PartialRange } from '../../model/line-table.ts';
import { fraction, takenOf, wholeFraction, type ValueCode } from '../../model/value.ts';
import type { ReportContext } from '../format.ts';
import type { LegacyParts } from './entry.ts';

/** Whether a file has one of the old forms. */
export function isLegacy(legacy: LegacyParts): boolean {
  return legacy.lineData !== null || legacy.linesCovered !== null;
}

/** Records a file of the JSCover family: `lineData` with `branchData`, or `linesCovered`; report-formats §4.2. */
export function recordLegacy(legacy: LegacyParts, table: LineTable, report: ReportContext): void {
  if (legacy.lineData !== null) recordLineData(legacy.lineData, conditionsOf(legacy.branchData, report), table, report);
  else if (legacy.linesCovered !== null) recordLinesCovered(legacy.linesCovered, table, report);
}

/** The index is the line; element 0 is a filler. */
function recordLineData(
  json: JsonScanner,
  conditions: ReadonlyMap<number, readonly PartialRange[]>,
  table: LineTable,
  report: ReportContext,
): void {
  if (!json.enterArray()) return;
  for (let line = 0; nextLine(json, line, report); line++) {
    const byte = json.at;
    const count = json.number();
    if (line === 0 || Number.isNaN(count)) continue;
    const partials = conditions.get(line);
    if (partials === undefined) table.append(line, countOf(count, report, byte));
    else table.append(line, valueOfConditions(partials), BRANCH, null, partials);
  }
}

function recordLinesCovered(json: JsonScanner, table: LineTable, report: ReportContext): void {
  if (!json.enterObject()) return;
  while (json.nextKey()) {
    const byte = json.at;
    const written = lineOfKey(json);
    if (Number.isNaN(written)) noteUnreadable(report, 'A line number', byte);
    const line = lineOf(written, report, byte);
    const count = json.number();
    if (line > 0 && !Number.isNaN(count)) table.append(line, countOf(count, report, byte));
  }
}

/** One condition alone gives its own fraction, several give how many of them were met at least once. */
function valueOfConditions(partials: readonly PartialRange[]): ValueCode {
  if (partials.length === 1) return partials[0].value;
  return fraction(partials.filter((range) => takenOf(range.value) > 0).length, partials.length);
}

/** `branchData`: for each line a list of conditions whose element 0 is a filler. */
function conditionsOf(json: JsonScanner | null, report: ReportContext): Map<number, PartialRange[]> {
  const conditions = new Map<number, PartialRange[]>();
  if (json === null || !json.enterObject()) return conditions;
  while (json.nextKey()) {
    const line = lineOfKey(json);
    if (!json.enterArray()) continue;
    const partials: PartialRange[] = [];
    for (let index = 0; json.nextItem(); index++) {
      const condition = index === 0 ? null : readCondition(json, report);
      if (condition !== null) partials.push(condition);
    }
    if (partials.length > 0) conditions.set(line, partials);
  }
  return conditions;
}

/** Whether a condition was seen true and false, of two; written as an exact fraction (0, 1/2, 1). */
function readCondition(json: JsonScanner, report: ReportContext): PartialRange | null {
  const byte = json.at;
  if (!json.enterObject()) return null;
  let position = Number.NaN;
  let length = 0;
  let taken = 0;
  while (json.nextKey()) {
    if (json.keyIs('position')) position = json.number();
    else if (json.keyIs('nodeLength')) length = json.number() || 0;
    else if (json.keyIs('evalTrue') || json.keyIs('evalFalse')) taken += json.number() > 0 ? 1 : 0;
  }
  if (Number.isNaN(position)) return null;
  const start = columnOf(position, report, byte);
  return {
    start,
    end: columnOf(position + length, report, byte),
    value: taken === 1 ? fraction(1, 2) : wholeFraction(taken / 2),
  };
}
