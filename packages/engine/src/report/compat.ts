import { branchIdText } from '../model/branch-id.ts';
import { LineTable, METHOD, STATEMENT, type LineType, type PartialRange } from '../model/line-table.ts';
import { coverageText, type Totals } from '../model/totals.ts';
import { takenOf, totalOf, isFraction, writeValue, type ValueCode, type WrittenValue } from '../model/value.ts';
import type { StoredReport } from '../storage/stored-report.ts';

/** A line as the compatible system writes it: value, type, missing branches (sorted), partials, complexity; trailing nulls cut. */
export type CompatLine = readonly unknown[];

/** The JSON shape of a report that parity is checked with (corpus `_expected`). */
export interface CompatReport {
  readonly files: Readonly<Record<string, Readonly<Record<string, CompatLine>>>>;
  readonly totals: CompatTotals;
}

export interface CompatTotals {
  readonly branches: number;
  readonly complexity: number;
  readonly complexity_total: number;
  readonly coverage: string | null;
  readonly diff: number;
  readonly files: number;
  readonly hits: number;
  readonly lines: number;
  readonly messages: number;
  readonly methods: number;
  readonly misses: number;
  readonly partials: number;
  readonly sessions: number;
}

/** A stored part or report, all lines, in the compatible JSON shape. `sessions` is how many uploads it counts. */
export function compatReport(stored: StoredReport, sessions: number): CompatReport {
  const files: [string, Record<string, CompatLine>][] = [];
  const table = new LineTable();
  for (const entry of stored.directory.files()) {
    stored.read(entry, table);
    files.push([entry.path, compatLines(table)]);
    table.clear();
  }
  // A file may be called __proto__: an assignment would lose it.
  return { files: Object.fromEntries(files), totals: compatTotals(stored.totals, sessions) };
}

/** Totals in the compatible shape. */
export function compatTotals(totals: Totals, sessions: number): CompatTotals {
  return {
    branches: totals.branches,
    complexity: totals.complexity,
    complexity_total: totals.complexityTotal,
    coverage: coverageText(totals.hits, totals.lines),
    diff: 0,
    files: totals.files,
    hits: totals.hits,
    lines: totals.lines,
    messages: 0,
    methods: totals.methods,
    misses: totals.misses,
    partials: totals.partials,
    sessions,
  };
}

/** All lines of a table in the compatible shape. */
export function compatLines(table: LineTable): Record<string, CompatLine> {
  const lines: Record<string, CompatLine> = {};
  for (const line of table.lines()) {
    const partials = table.partials.get(line);
    lines[line] = cutNulls([
      writeValue(table.valueOf(line)),
      typeName(table.typeOf(line)),
      missingBranchTexts(table, line),
      partials === undefined ? null : partials.map(writePartial),
      table.complexity.get(line) ?? null,
    ]);
  }
  return lines;
}

/** Ids of the branches of a line that were not taken, as their tool wrote them, sorted; null where none are known. */
export function missingBranchTexts(table: LineTable, line: number): string[] | null {
  return table.missing.get(line)?.map(branchIdText).sort() ?? null;
}

function typeName(type: LineType): 'b' | 'm' | null {
  if (type === STATEMENT) return null;
  return type === METHOD ? 'm' : 'b';
}

function writePartial(range: PartialRange): readonly [number, number | null, WrittenValue] {
  return [range.start, range.end, writePartialValue(range.value)];
}

/** A fraction that is a whole number is written without its denominator here, as the compatible system reduces it. */
function writePartialValue(value: ValueCode): WrittenValue {
  if (!isFraction(value) || takenOf(value) % Math.max(1, totalOf(value)) !== 0) return writeValue(value);
  return String(takenOf(value) / Math.max(1, totalOf(value)));
}

function cutNulls(values: unknown[]): unknown[] {
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return values;
}
