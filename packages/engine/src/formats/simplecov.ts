import { readLineList, type LineListOptions } from '../json/line-list.ts';
import { JsonScanner } from '../json/scanner.ts';
import { finishDocument } from '../json/values.ts';
import type { DocumentFormat, ReportContext, Sample } from './format.ts';

/**
 * JSON of SimpleCov's first formatter (`simplecov-json`): a list of files; report-formats §4. The newer one, and result sets, have
 * a `coverage` object and are read by `custom.ts`.
 */
export const simplecov: DocumentFormat = {
  name: 'simplecov',
  compatName: 'json/simplecov',
  kind: 'json',
  version: 1,
  detect: isSimpleCov,
  read,
};

function isSimpleCov(sample: Sample): boolean {
  const entries = sample.top?.type === 'object' ? sample.top.entries : [];
  if (entries.some((entry) => entry.key === 'meta' && entry.keys.includes('simplecov_version'))) return true;
  const command = entries.find((entry) => entry.key === 'command_name' && entry.type === 'string');
  if (command === undefined) return false;
  // Only RSpec is known there (report-model §12 row 5).
  return command.text === 'RSpec' || entries.some((entry) => entry.key === 'files' && entry.type === 'array');
}

function read(document: Uint8Array, report: ReportContext): void {
  const json = new JsonScanner(document, report.codec);
  if (json.enterObject()) {
    while (json.nextKey()) {
      if (!json.keyIs('files') || !json.enterArray()) continue;
      while (json.nextItem()) if (json.enterObject()) readFile(json, report);
    }
  }
  finishDocument(json, report);
}

/** Nulls are lines without class here [compat]. */
const LINES: LineListOptions = { firstLine: 1, keepsNulls: true };

function readFile(json: JsonScanner, report: ReportContext): void {
  let path = '';
  let coverage: JsonScanner | null = null;
  while (json.nextKey()) {
    if (json.keyIs('filename')) path = json.string() ?? '';
    else if (json.keyIs('coverage')) coverage = json.fork();
  }
  if (coverage === null || path === '') return;
  const table = report.source(path);
  if (!coverage.enterObject()) {
    readLineList(coverage, LINES, table, report);
    return;
  }
  while (coverage.nextKey()) if (coverage.keyIs('lines')) readLineList(coverage, LINES, table, report);
}
