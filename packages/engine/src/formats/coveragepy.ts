import { JsonScanner } from '../json/scanner.ts';
import { finishDocument, lineOf, noteUnreadable } from '../json/values.ts';
import type { LineTable } from '../model/line-table.ts';
import type { DocumentFormat, ReportContext, Sample } from './format.ts';

/** `coverage json` of coverage.py; report-formats §4. Excluded lines, contexts, functions and branches are not read. */
export const coveragepy: DocumentFormat = {
  name: 'coveragepy',
  compatName: 'json/pycoverage',
  kind: 'json',
  version: 1,
  detect: isCoveragePy,
  read,
};

function isCoveragePy(sample: Sample): boolean {
  const entries = sample.top?.entries ?? [];
  if (!entries.some((entry) => entry.key === 'files' && entry.type === 'object')) return false;
  if (entries.some((entry) => entry.key === 'meta' && entry.keys.includes('show_contexts'))) return true;
  // Written with sorted keys, `meta` may lie beyond the sample.
  return !sample.isWhole && sample.text.includes('"executed_lines"');
}

function read(document: Uint8Array, report: ReportContext): void {
  const json = new JsonScanner(document, report.codec);
  if (json.enterObject()) {
    while (json.nextKey()) if (json.keyIs('files') && json.enterObject()) readFiles(json, report);
  }
  finishDocument(json, report);
}

function readFiles(json: JsonScanner, report: ReportContext): void {
  while (json.nextKey()) {
    const path = json.key();
    if (!json.enterObject()) continue;
    const table = report.source(path);
    while (json.nextKey()) {
      if (json.keyIs('executed_lines')) readLines(json, table, 1, report);
      else if (json.keyIs('missing_lines')) readLines(json, table, 0, report);
    }
  }
}

function readLines(json: JsonScanner, table: LineTable, value: number, report: ReportContext): void {
  if (!json.enterArray()) return;
  while (json.nextItem()) {
    const byte = json.at;
    const written = json.number();
    const line = lineOf(written, report, byte);
    if (line > 0) table.append(line, value);
    else if (!Number.isInteger(written) && json.damage === null) noteUnreadable(report, 'A line number', byte);
  }
}
