import { LARGEST_LINE } from '../model/line-table.ts';
import { LARGEST_COUNT, readValue, type ValueCode } from '../model/value.ts';
import type { XmlScanner } from '../xml/scanner.ts';
import type { ReportContext } from './format.ts';

/**
 * The line number in an attribute of the current tag, 0 when the record must be left out: `undefined` and numbers below 1 silently,
 * as the compatible system does, what is no number with a problem. Lines above the limit are counted as the last one.
 */
export function lineNumber(xml: XmlScanner, attribute: number, report: ReportContext): number {
  const line = xml.tag.integer(attribute);
  if (line >= 1 && line <= LARGEST_LINE) return line;
  return oddLineNumber(xml, attribute, line, report);
}

/** The execution count in an attribute of the current tag; null, with a problem, when there is none to read. */
export function hitCount(xml: XmlScanner, attribute: number, report: ReportContext): ValueCode | null {
  const count = xml.tag.integer(attribute);
  if (count >= 0 && count <= LARGEST_COUNT) return count;
  if (count > LARGEST_COUNT) {
    report.problem({
      code: 'number_clamped',
      severity: 'warning',
      byte: xml.byte,
      message: `Counts above ${LARGEST_COUNT} are kept as ${LARGEST_COUNT}.`,
      hint: 'Nothing to do: such a line is covered either way.',
    });
  }
  const value = readValue(count);
  if (value === null) unreadable(xml, report, 'count');
  return value;
}

function oddLineNumber(xml: XmlScanner, attribute: number, line: number, report: ReportContext): number {
  if (line > LARGEST_LINE) {
    report.problem({
      code: 'number_clamped',
      severity: 'warning',
      byte: xml.byte,
      message: `Line numbers above ${LARGEST_LINE} are counted as line ${LARGEST_LINE}.`,
      hint: 'The tool that wrote this report lost track of its source; look at its version.',
    });
    return LARGEST_LINE;
  }
  if (Number.isNaN(line) && xml.tag.text(attribute) !== 'undefined') unreadable(xml, report, 'line number');
  return 0;
}

function unreadable(xml: XmlScanner, report: ReportContext, what: string): void {
  report.problem({
    code: 'record_unreadable',
    severity: 'warning',
    byte: xml.byte,
    message: `A record without a readable ${what} was left out.`,
    hint: 'The rest of the report counts; look at the named byte of the report.',
  });
}
