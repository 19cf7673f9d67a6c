import type { ReportContext } from '../formats/format.ts';
import { BRANCH, LARGEST_COLUMN, LARGEST_LINE, STATEMENT, type LineType } from '../model/line-table.ts';
import {
  ABSENT,
  LARGEST_COUNT,
  PARTIAL,
  SKIPPED,
  UNKNOWN,
  isFraction,
  readValue,
  type ValueCode,
} from '../model/value.ts';
import type { JsonScanner } from './scanner.ts';

/**
 * Reads a coverage value in the forms of Codecov's custom JSON (report-formats §4.1): a count, a count as text, `"n/m"`, true, null,
 * and SimpleCov's `"ignored"`. `ABSENT` when it is none of them.
 */
export function readLineValue(json: JsonScanner, report: ReportContext): ValueCode {
  const byte = json.at;
  switch (json.kind()) {
    case 'number':
      return valueOfNumber(json.number(), report, byte);
    case 'string':
      return valueOfText(json.string());
    case 'null':
    case 'false':
      json.skip();
      return UNKNOWN;
    case 'true':
      json.skip();
      return PARTIAL;
    default:
      json.skip();
      return ABSENT;
  }
}

/** The type of a line that has nothing but its value: fractions and bare partials are branches. */
export function typeOfValue(value: ValueCode): LineType {
  return value === PARTIAL || isFraction(value) ? BRANCH : STATEMENT;
}

/** A count as written: negative ones become 0, part hits (0.5) one hit, huge ones are clamped. `count` must not be NaN. */
export function countOf(count: number, report: ReportContext, byte: number): number {
  if (!(count > 0)) return 0;
  if (count <= LARGEST_COUNT) return count < 1 ? 1 : Math.trunc(count);
  report.problem(clamped(`Counts above ${LARGEST_COUNT}`, LARGEST_COUNT, byte));
  return LARGEST_COUNT;
}

/** A line number that can be recorded: too large ones are clamped; 0 for what is not a positive integer. */
export function lineOf(line: number, report: ReportContext, byte: number): number {
  if (!(line >= 1)) return 0;
  if (line <= LARGEST_LINE) return Number.isInteger(line) ? line : 0;
  report.problem(clamped(`Line numbers above ${LARGEST_LINE}`, LARGEST_LINE, byte));
  return LARGEST_LINE;
}

/** A column that can be recorded: negative ones become 0, too large ones are clamped. */
export function columnOf(column: number, report: ReportContext, byte: number): number {
  if (!(column > 0)) return 0;
  if (column <= LARGEST_COLUMN) return Math.trunc(column);
  report.problem(clamped(`Columns above ${LARGEST_COLUMN}`, LARGEST_COLUMN, byte));
  return LARGEST_COLUMN;
}

/** A line number written as a key: `"12"`; NaN when it is no integer. */
export function lineOfKey(json: JsonScanner): number {
  if (json.keyNumber >= 0) return json.keyNumber;
  const text = json.key().trim();
  return /^[+-]?\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
}

/** Says that something of the document could not be read as what it should be; the rest counts. */
export function noteUnreadable(report: ReportContext, what: string, byte: number): void {
  report.problem({
    code: 'record_unreadable',
    severity: 'warning',
    byte,
    message: `${what} is not readable and was left out.`,
    hint: 'The rest of the report counts; look at the named byte of the report.',
  });
}

/** Ends a document: says where it breaks off or is damaged, if so. Call it last, with the scanner of the whole document. */
export function finishDocument(json: JsonScanner, report: ReportContext): void {
  json.finish();
  if (json.damage === null) return;
  const { kind, byte } = json.damage;
  report.problem({
    code: kind === 'truncated' ? 'file_truncated' : kind === 'invalid' ? 'file_damaged' : 'limit_exceeded',
    severity: 'warning',
    byte,
    message: `${DAMAGE[kind]}; what was read before is kept.`,
    hint: 'Look for a full disk, a killed process or two processes that wrote the same file.',
  });
}

const DAMAGE = {
  truncated: 'The JSON document breaks off before its end',
  invalid: 'The document stops being JSON',
  too_deep: 'The JSON document is nested deeper than any report',
};

function valueOfNumber(count: number, report: ReportContext, byte: number): ValueCode {
  if (Number.isNaN(count)) return ABSENT;
  return count === -1 ? SKIPPED : countOf(count, report, byte);
}

function valueOfText(text: string | null): ValueCode {
  if (text === null) return ABSENT;
  // SimpleCov writes this for lines between :nocov: marks; it fails there (report-model §12 row 4).
  return text === 'ignored' ? SKIPPED : (readValue(text) ?? ABSENT);
}

function clamped(what: string, limit: number, byte: number) {
  return {
    code: 'number_clamped',
    severity: 'warning',
    byte,
    message: `${what} are counted as ${limit}.`,
    hint: 'The tool that wrote this report lost track of its source; look at its version.',
  } as const;
}
