import { LineTable } from '../model/line-table.ts';
import { emptyTotals, addTotals, type Totals } from '../model/totals.ts';
import type { FileEntry } from '../storage/directory.ts';
import type { StoredReport } from '../storage/stored-report.ts';
import { recordOf, type LineRecord } from './line-record.ts';

/** Files between two pieces while branches are counted, so that whoever sends the text can do something else meanwhile. */
const FILES_A_PIECE = 200;

/**
 * A stored part or report as Cobertura XML (coverage-04.dtd), in pieces; folders are packages, files are classes. What Cobertura cannot
 * say is written as what it reads back to in the same class (`line-record.ts`).
 *
 * @param at when it is written: readers refuse reports that are old
 */
export function* coberturaText(report: StoredReport, at: Date): Generator<string> {
  yield '<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n';
  const folders = Map.groupBy(report.directory.files(), ({ path }) => folderOf(path));
  const packages: (readonly [folder: string, files: readonly FileEntry[], rates: string])[] = [];
  const table = new LineTable();
  const all = new Sum();
  let files = 0;
  for (const [folder, entries] of folders) {
    const own = new Sum();
    for (const entry of entries) {
      own.add(entry.totals, recordsOf(report, entry, table));
      // White space may stand before the root.
      if (++files % FILES_A_PIECE === 0) yield '\n';
    }
    packages.push([folder, entries, own.rates()]);
    all.join(own);
  }
  yield `<coverage ${all.rates()} ${all.counts()} complexity="0" version="thatch" timestamp="${at.getTime()}">\n`;
  yield '<sources><source>.</source></sources>\n<packages>\n';
  for (const [folder, entries, rates] of packages) {
    yield `<package name="${attribute(folder)}" ${rates} complexity="0"><classes>\n`;
    for (const entry of entries) yield writeClass(entry, recordsOf(report, entry, table));
    yield '</classes></package>\n';
  }
  yield '</packages>\n</coverage>\n';
}

type Records = readonly (readonly [line: number, record: LineRecord])[];

function recordsOf(report: StoredReport, entry: FileEntry, table: LineTable): Records {
  table.clear();
  report.read(entry, table);
  const records: (readonly [number, LineRecord])[] = [];
  for (const line of table.lines()) {
    const record = recordOf(table.valueOf(line));
    if (record !== null) records.push([line, record]);
  }
  return records;
}

function writeClass({ path, totals }: FileEntry, records: Records): string {
  const sum = new Sum();
  sum.add(totals, records);
  const name = attribute(path.slice(path.lastIndexOf('/') + 1));
  const head = `<class name="${name}" filename="${attribute(path)}" ${sum.rates()} complexity="0"><methods/><lines>\n`;
  const lines = records.map(([line, { count, branches, taken }]) => {
    if (branches === 0) return `<line number="${line}" hits="${count}" branch="false"/>\n`;
    const share = `${Math.floor((taken * 100) / branches)}% (${taken}/${branches})`;
    return `<line number="${line}" hits="${count}" branch="true" condition-coverage="${share}"/>\n`;
  });
  return `${head}${lines.join('')}</lines></class>\n`;
}

/** Lines and branches of files, as their rates and counts are written. */
class Sum {
  private readonly totals = emptyTotals();
  private branches = 0;
  private taken = 0;

  add(totals: Totals, records: Records): void {
    addTotals(this.totals, totals);
    for (const [, { branches, taken }] of records) {
      this.branches += branches;
      this.taken += taken;
    }
  }

  join({ totals, branches, taken }: Sum): void {
    addTotals(this.totals, totals);
    this.branches += branches;
    this.taken += taken;
  }

  rates(): string {
    return `line-rate="${rate(this.covered(), this.totals.lines)}" branch-rate="${rate(this.taken, this.branches)}"`;
  }

  counts(): string {
    const lines = `lines-covered="${this.covered()}" lines-valid="${this.totals.lines}"`;
    return `${lines} branches-covered="${this.taken}" branches-valid="${this.branches}"`;
  }

  /** Cobertura counts a line that ran, whatever its branches did. */
  private covered(): number {
    return this.totals.hits + this.totals.partials;
  }
}

function rate(part: number, whole: number): string {
  return whole === 0 ? '1' : String(Number((part / whole).toFixed(4)));
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end);
}

const ENTITIES: Readonly<Record<string, string | undefined>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function attribute(text: string): string {
  // Of control characters XML 1.0 has hardly any, not even as numbers, and it has no half of a pair.
  return text.toWellFormed().replace(/[&<>"\p{Cc}\ufffe\uffff]/gu, (character) => ENTITIES[character] ?? '\ufffd');
}
