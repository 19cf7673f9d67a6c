import { guessJson } from '../json/guess.ts';
import { JsonScanner } from '../json/scanner.ts';
import { scanJsonTop } from '../json/top.ts';
import { finishDocument } from '../json/values.ts';
import type { LineTable } from '../model/line-table.ts';
import { SAMPLE_BYTES, type DocumentFormat, type ReportContext, type Sample } from './format.ts';
import { Entry } from './istanbul/entry.ts';
import { isLegacy, recordLegacy } from './istanbul/legacy.ts';
import { recordLines } from './istanbul/lines.ts';
import { recordPartials } from './istanbul/partials.ts';

/**
 * `coverage-final.json` of Istanbul, nyc, Jest, Vitest, c8 and the JSCover family; report-formats §4.2. The catch-all of JSON: any
 * object of objects comes here.
 */
export const istanbul: DocumentFormat = {
  name: 'istanbul',
  compatName: 'json/node',
  kind: 'json',
  version: 1,
  detect: isIstanbul,
  read,
};

function isIstanbul(sample: Sample): boolean {
  if (sample.top?.type !== 'object') return false;
  const { entries } = sample.top;
  return entries.length > 0 && entries.every((entry) => entry.type === 'object');
}

function read(document: Uint8Array, report: ReportContext): void {
  const json = new JsonScanner(document, report.codec);
  let hasFiles = false;
  let entry: Entry | null = null;
  if (json.enterObject()) {
    while (json.nextKey()) {
      const path = json.key();
      entry ??= new Entry(wantsPartials(path, report));
      entry.read(json);
      if (!entry.isIstanbul) continue;
      hasFiles = true;
      record(entry, report.source(path, candidatesOf(path)), report);
    }
  }
  finishDocument(json, report);
  if (!hasFiles) noteNoReport(document, report);
}

/** The setting counts where the first key of the report is a `.js` file [compat]; `strict` takes it for all (report-model §12 row 7). */
function wantsPartials(firstPath: string, { settings }: ReportContext): boolean {
  if (settings.compat === 'strict') return true;
  return settings.parsers.javascript.enablePartials && firstPath.endsWith('.js');
}

function record(entry: Entry, table: LineTable, report: ReportContext): void {
  if (isLegacy(entry.legacy)) recordLegacy(entry.legacy, table, report);
  else if (entry.withColumns) recordPartials(entry, table, report);
  else recordLines(entry, table, report);
}

/** Compiled files in `lib/` stand for those in `src/`. */
function candidatesOf(path: string): readonly string[] | undefined {
  return path.includes('lib/') ? [path, path.replace('lib/', 'src/')] : undefined;
}

function noteNoReport(document: Uint8Array, report: ReportContext): void {
  const sample = document.subarray(0, SAMPLE_BYTES);
  const top = scanJsonTop(sample, sample.length === document.length, report.codec);
  const guess = top === null ? null : guessJson(top);
  report.problem({
    code: 'not_a_coverage_report',
    severity: 'warning',
    message: `This file is not a coverage report.${guess === null ? '' : ` It looks like ${guess}.`}`,
    hint: 'Leave it out of the upload, and upload the report that your coverage tool writes (lcov, Istanbul JSON …).',
  });
}
