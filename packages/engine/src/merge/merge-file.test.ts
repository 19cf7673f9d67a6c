import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { anyLines, tableOf, type LineRecord } from '../../test/support/arbitraries.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { LineTable } from '../model/line-table.ts';
import { totalsOf } from '../model/totals.ts';
import { compatLines } from '../report/compat.ts';
import { encodeColumns } from '../storage/encode-columns.ts';
import { ReportWriter } from '../storage/report-writer.ts';
import { inMemory, StoredReport } from '../storage/stored-report.ts';
import { mergeFile } from './merge-file.ts';
import { COMMIT_RULES, FLAG_RULES, mergeParts, type MergePart } from './merge-parts.ts';

const PATHS = ['a.ts', 'b/c.py', 'b/d.rb'] as const;

type Files = Readonly<Record<string, readonly LineRecord[]>>;

function part(files: Files, index: number): MergePart {
  const writer = new ReportWriter(nodeCodec);
  for (const path of Object.keys(files).sort()) {
    const table = tableOf(files[path]);
    const columns = new ByteWriter();
    encodeColumns(table, columns, nodeCodec);
    writer.add(path, columns.view(), totalsOf(table), []);
  }
  const bytes = writer.finish([], null);
  const hasher = nodeCodec.sha256();
  hasher.update(bytes);
  return {
    stored: StoredReport.open(inMemory(bytes), nodeCodec),
    rawDigest: hasher.digest(),
    flags: [],
    name: `upload ${index}`,
    job: null,
  };
}

const anyParts = fc
  .array(fc.dictionary(fc.constantFrom(...PATHS), anyLines(), { minKeys: 1, noNullPrototype: true }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((uploads) => uploads.map(part));

test.each([
  ['a commit', COMMIT_RULES],
  ['a flag', FLAG_RULES],
])('one file has the lines that it has in the whole report of %s', (_, rules) => {
  fc.assert(
    fc.property(anyParts, fc.constantFrom(...PATHS), (parts, path) => {
      const merged = StoredReport.open(inMemory(mergeParts(parts, nodeCodec, rules).bytes), nodeCodec);
      const alone = mergeFile(parts, path, nodeCodec, rules);
      expect(alone === null ? null : compatLines(alone)).toEqual(linesOf(merged, path));
    }),
  );
});

function linesOf(report: StoredReport, path: string): ReturnType<typeof compatLines> | null {
  const entry = report.directory.find(path);
  if (entry === null) return null;
  const table = new LineTable();
  report.read(entry, table);
  return compatLines(table);
}
