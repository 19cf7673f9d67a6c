import { readLineList, type LineListOptions } from '../json/line-list.ts';
import { JsonScanner } from '../json/scanner.ts';
import { finishDocument, lineOf, lineOfKey, noteUnreadable, readLineValue, typeOfValue } from '../json/values.ts';
import type { LineTable } from '../model/line-table.ts';
import { ABSENT } from '../model/value.ts';
import type { DocumentFormat, ReportContext, Sample } from './format.ts';

/**
 * Codecov's custom JSON (`cargo llvm-cov --codecov`, Perl and Haskell tools …) and SimpleCov's result sets, which have the same
 * `coverage` object below the name of each test command; report-formats §4.1.
 */
export const custom: DocumentFormat = {
  name: 'custom',
  compatName: 'json/vone',
  kind: 'json',
  version: 1,
  detect: isCustom,
  read,
};

function isCustom(sample: Sample): boolean {
  if (sample.top?.type !== 'object') return false;
  const { entries } = sample.top;
  if (entries.some(({ key }) => key === 'coverage' || key === 'RSpec' || key === 'MiniTest')) return true;
  // Result sets of other commands fall to Istanbul there and give nothing (report-model §12 row 5).
  return entries.length > 0 && entries.every((entry) => entry.keys.includes('coverage'));
}

function read(document: Uint8Array, report: ReportContext): void {
  const json = new JsonScanner(document, report.codec);
  if (json.enterObject()) {
    let isUnwrapped = false;
    while (json.nextKey()) {
      if (json.keyIs('coverage')) {
        isUnwrapped = true;
        readCoverage(json, 0, report);
      } else if (!isUnwrapped && json.enterObject()) {
        readResult(json, report);
      }
    }
  }
  finishDocument(json, report);
}

/** What one test command left: `coverage`, and mostly `timestamp` behind it, which tells how lists are to be read. */
function readResult(json: JsonScanner, report: ReportContext): void {
  let coverage: JsonScanner | null = null;
  let isResultSet = false;
  while (json.nextKey()) {
    if (json.keyIs('coverage')) coverage = json.fork();
    else if (json.keyIs('timestamp')) isResultSet = true;
  }
  if (coverage === null) return;
  // A result set that breaks off lacks its timestamp only because of that.
  readCoverage(coverage, isResultSet || json.damage !== null ? 1 : 0, report);
}

/**
 * Every file of a `coverage` object. `firstLine` is the line of the first element of a plain list: 0 (a filler, dropped) in
 * Codecov's convention, 1 in a result set of SimpleCov before 0.18 (report-model §12 row 17).
 */
function readCoverage(json: JsonScanner, firstLine: 0 | 1, report: ReportContext): void {
  if (!json.enterObject()) return;
  while (json.nextKey()) {
    const path = json.key();
    const kind = json.kind();
    if (kind === 'array') readLineList(json, { firstLine, keepsNulls: false }, report.source(path), report);
    else if (kind === 'object') readFileObject(json, report.source(path), report);
  }
}

const LINES: LineListOptions = { firstLine: 1, keepsNulls: false };

/** `{"lines": [...]}`, whose first element is line 1, or `{"12": value}`. */
function readFileObject(json: JsonScanner, table: LineTable, report: ReportContext): void {
  let hasLines = false;
  let oddKeyAt = -1;
  json.enterObject();
  while (json.nextKey()) {
    const byte = json.at;
    if (json.kind() === 'array' && json.keyIs('lines')) {
      hasLines = true;
      readLineList(json, LINES, table, report);
      continue;
    }
    const written = lineOfKey(json);
    if (Number.isNaN(written)) oddKeyAt = byte;
    else readKeyedLine(json, written, table, report);
  }
  // Beside `lines` stand `branches` and `methods`.
  if (oddKeyAt >= 0 && !hasLines) noteUnreadable(report, 'A line number', oddKeyAt);
}

function readKeyedLine(json: JsonScanner, written: number, table: LineTable, report: ReportContext): void {
  const byte = json.at;
  const line = lineOf(written, report, byte);
  if (line === 0) return;
  const value = readLineValue(json, report);
  if (value === ABSENT) {
    if (json.damage === null) noteUnreadable(report, 'A line value', byte);
  } else table.append(line, value, typeOfValue(value));
}
