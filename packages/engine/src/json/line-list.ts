import type { ReportContext } from '../formats/format.ts';
import { LARGEST_LINE, STATEMENT, type LineTable } from '../model/line-table.ts';
import { ABSENT, UNKNOWN } from '../model/value.ts';
import { COMMA, DOT, LOWER_E, LOWER_N, SPACE, ZERO, skipBlanks } from './characters.ts';
import type { JsonScanner } from './scanner.ts';
import { noteUnreadable, readLineValue, typeOfValue } from './values.ts';

/** How the array of a file's lines is read. */
export interface LineListOptions {
  /** Line of the first element: 1, or 0 where that is a filler. */
  readonly firstLine: 0 | 1;
  /** Whether a null is a line without class, instead of no line. */
  readonly keepsNulls: boolean;
}

/**
 * Records the next value if it is an array with one coverage value for each line (SimpleCov, Coveralls, custom JSON); see
 * {@link readLineValue} for the values.
 */
export function readLineList(
  json: JsonScanner,
  options: LineListOptions,
  table: LineTable,
  report: ReportContext,
): void {
  if (!json.enterArray()) return;
  let line: number = options.firstLine;
  while (nextLine(json, line, report)) {
    line = readPlainRun(json, line, options.keepsNulls, table);
    if (json.kind() === 'none') continue;
    if (line > LARGEST_LINE) return leaveList(json, report);
    readOddValue(json, line, options.keepsNulls, table, report);
    line++;
  }
}

/** Goes to the item for `line` of an array that has one for each line. False at its end, or where no line can be recorded. */
export function nextLine(json: JsonScanner, line: number, report: ReportContext): boolean {
  if (!json.nextItem()) return false;
  if (line <= LARGEST_LINE) return true;
  leaveList(json, report);
  return false;
}

function leaveList(json: JsonScanner, report: ReportContext): void {
  report.problem({
    code: 'limit_exceeded',
    severity: 'warning',
    byte: json.at,
    message: `A file has more than ${LARGEST_LINE} lines; those beyond are left out.`,
    hint: 'The tool that wrote this report lost track of its source; look at its version.',
  });
  json.leave();
}

/** More digits than this do not fit a double exactly. */
const MOST_DIGITS = 15;
const NULL = Uint8Array.of(110, 117, 108, 108);

/**
 * Records counts and nulls from the item the scanner stands before, as long as nothing else comes: nearly all items of nearly all
 * lists, two to five bytes each, so there is no call for one. Returns the line of the item it stopped before or behind.
 */
function readPlainRun(json: JsonScanner, firstLine: number, keepsNulls: boolean, table: LineTable): number {
  const { bytes, end } = json;
  let at = json.at;
  let line = firstLine;
  while (line <= LARGEST_LINE) {
    const start = at;
    let value = 0;
    let digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      while (digit >= 0 && digit <= 9 && at + 1 < end) {
        value = value * 10 + digit;
        digit = bytes[++at] - ZERO;
      }
      const next = bytes[at];
      if ((digit >= 0 && digit <= 9) || at - start > MOST_DIGITS || next === DOT || (next | 32) === LOWER_E) break;
    } else if (bytes[at] === LOWER_N && isNull(bytes, at)) {
      at += NULL.length;
      value = keepsNulls ? UNKNOWN : ABSENT;
    } else {
      break;
    }
    if (value !== ABSENT && line > 0) {
      if (table.reserve(line) && table.values[line] === ABSENT) {
        table.values[line] = value;
        if (line > table.highest) table.highest = line;
        if (line < table.lowest) table.lowest = line;
      } else {
        table.append(line, value);
      }
    }
    line++;
    const stop = at;
    if (at < end && bytes[at] <= SPACE) at = skipBlanks(bytes, at, end);
    const isMore = at < end && bytes[at] === COMMA;
    if (isMore) at++;
    if (at < end && bytes[at] <= SPACE) at = skipBlanks(bytes, at, end);
    if (!isMore || at >= end) {
      json.consumeTo(stop);
      return line;
    }
    json.standBefore(at);
  }
  return line;
}

function readOddValue(
  json: JsonScanner,
  line: number,
  keepsNulls: boolean,
  table: LineTable,
  report: ReportContext,
): void {
  if (line === 0) return;
  const byte = json.at;
  const value = readLineValue(json, report);
  if (value === ABSENT) {
    if (json.damage === null) noteUnreadable(report, 'A line value', byte);
  } else if (value !== UNKNOWN || keepsNulls) {
    table.append(line, value, value >= 0 ? STATEMENT : typeOfValue(value));
  }
}

function isNull(bytes: Uint8Array, at: number): boolean {
  if (at + NULL.length >= bytes.length) return false;
  return bytes[at + 1] === NULL[1] && bytes[at + 2] === NULL[2] && bytes[at + 3] === NULL[3];
}
