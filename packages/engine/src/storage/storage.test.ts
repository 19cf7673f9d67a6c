import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { anyLines, tableOf } from '../../test/support/arbitraries.ts';
import { DamagedData } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { branchId } from '../model/branch-id.ts';
import { BRANCH, LineTable, STATEMENT } from '../model/line-table.ts';
import { totalsOf } from '../model/totals.ts';
import { fraction } from '../model/value.ts';
import { compatLines } from '../report/compat.ts';
import { decodeColumns } from './decode-columns.ts';
import { encodeColumns } from './encode-columns.ts';
import { ReportWriter } from './report-writer.ts';
import { StoredReport, inMemory } from './stored-report.ts';

function columnsOf(table: LineTable): Uint8Array {
  const writer = new ByteWriter();
  encodeColumns(table, writer, nodeCodec);
  return writer.copy();
}

describe('columns', () => {
  test('decoding what was encoded gives the same lines', () => {
    fc.assert(
      fc.property(anyLines(), (lines) => {
        const table = tableOf(lines);
        table.partials.set(lines[0].line, [
          { start: 2, end: null, value: fraction(1, 2) },
          { start: 9, end: 12, value: 3 },
        ]);
        table.complexity.set(lines[0].line, [1, 4]);
        const decoded = new LineTable();
        decodeColumns(columnsOf(table), decoded, nodeCodec);
        expect(compatLines(decoded)).toEqual(compatLines(table));
        expect(totalsOf(decoded)).toEqual(totalsOf(table));
      }),
    );
  });

  test('equal lines are equal bytes, in whatever order they were recorded', () => {
    fc.assert(
      fc.property(anyLines(), (lines) => {
        const unique = [...new Map(lines.map((line) => [line.line, line])).values()];
        const turned = unique.toReversed().map((line) => ({
          ...line,
          missing: line.missing === null ? null : line.missing.toReversed(),
        }));
        expect(columnsOf(tableOf(turned))).toEqual(columnsOf(tableOf(unique)));
      }),
    );
  });

  test('an id that a tool wrote as text and one that came as two numbers are one id', () => {
    const written = tableOf([{ line: 3, value: fraction(1, 2), type: 1, missing: ['4:1'] }]);
    const numbered = tableOf([{ line: 3, value: fraction(1, 2), type: 1, missing: [branchId(4, 1)] }]);
    expect(columnsOf(written)).toEqual(columnsOf(numbered));
  });

  test('lists that are as long as their fraction says cost two bytes, others are kept as well', () => {
    const table = new LineTable();
    for (let line = 1; line <= 100; line++) table.append(line, fraction(1, 2), BRANCH, [branchId(line, 1)]);
    const size = columnsOf(table).length;
    table.replace(50, fraction(1, 2), BRANCH, [branchId(50, 0), branchId(50, 1)]);
    table.replace(60, fraction(1, 2), BRANCH);
    table.replace(70, fraction(2, 2), BRANCH, []);
    table.replace(80, 5, STATEMENT, ['exit']);
    expect(size).toBeLessThan(320);
    const decoded = new LineTable();
    decodeColumns(columnsOf(table), decoded, nodeCodec);
    expect(compatLines(decoded)).toEqual(compatLines(table));
    for (let line = 1; line <= 100; line++) expect(decoded.missing.has(line)).toBe(table.missing.has(line));
  });

  test('a run of equal lines costs a few bytes however long it is', () => {
    const table = new LineTable();
    for (let line = 1; line <= 100_000; line++) table.append(line, 1);
    expect(columnsOf(table).length).toBeLessThan(16);
  });

  test('the largest counts are kept exactly', () => {
    const table = new LineTable();
    for (let line = 1; line <= 4; line++) table.append(line, Number.MAX_SAFE_INTEGER - (line >> 1));
    const decoded = new LineTable();
    decodeColumns(columnsOf(table), decoded, nodeCodec);
    expect(compatLines(decoded)).toEqual(compatLines(table));
  });

  test('ten million lines of one file are numbers, not objects, in whatever order the first ones come', () => {
    const table = new LineTable();
    table.append(2_000_000, 7);
    for (let line = 1; line <= 3_000_000; line++) table.append(line, 1);
    expect([table.far.size, table.valueOf(2_000_000), totalsOf(table).hits]).toEqual([0, 7, 3_000_000]);
    const decoded = new LineTable();
    decodeColumns(columnsOf(table), decoded, nodeCodec);
    expect(totalsOf(decoded)).toEqual(totalsOf(table));
    table.clear();
    expect([table.isEmpty(), table.values.length < 10_000]).toEqual([true, true]);
  });

  test('bytes that are cut off or changed are found to be damaged or read as other lines, never anything else', () => {
    fc.assert(
      fc.property(anyLines(), fc.nat(), fc.nat(255), (lines, position, byte) => {
        const bytes = columnsOf(tableOf(lines));
        bytes[position % bytes.length] = byte;
        try {
          decodeColumns(bytes.subarray(0, bytes.length - (position % 3)), new LineTable(), nodeCodec);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedData);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a stored report', () => {
  const paths = Array.from({ length: 500 }, (_, index) => `src/${String(index % 7)}/häuser/file${index}.ts`).sort();

  function store(): StoredReport {
    const writer = new ReportWriter(nodeCodec);
    for (const path of paths) {
      const table = new LineTable();
      for (let line = 1; line <= 300; line++) table.append(line, (line * path.length) % 11);
      writer.add(path, columnsOf(table), totalsOf(table), [`/builds/x/${path}`]);
    }
    const bytes = writer.finish([{ path: 'gone.ts', reason: 'not_in_repo', lines: 3, hits: 1 }], {
      made: 'here',
    });
    return StoredReport.open(inMemory(bytes), nodeCodec);
  }

  test('gives every file by its path, and none that is not there', () => {
    const stored = store();
    for (const path of paths) {
      const entry = stored.directory.find(path)!;
      const table = new LineTable();
      stored.read(entry, table);
      expect([entry.path, table.valueOf(2), entry.totals, entry.writtenAs]).toEqual([
        path,
        (2 * path.length) % 11,
        totalsOf(table),
        [`/builds/x/${path}`],
      ]);
    }
    for (const path of ['', 'a', 'src/0/häuser/file0.t', 'zzz']) expect(stored.directory.find(path)).toBeNull();
  });

  test('keeps totals, what was dropped, and its notes', () => {
    const stored = store();
    expect(stored.totals).toMatchObject({ files: 500, lines: 150_000 });
    expect(stored.dropped).toEqual([{ path: 'gone.ts', reason: 'not_in_repo', lines: 3, hits: 1 }]);
    expect(stored.directory.notes()).toEqual({ made: 'here' });
  });

  test('reads one file without touching the blocks of the others', () => {
    const bytes = (() => {
      const writer = new ReportWriter(nodeCodec);
      for (const path of paths) {
        const table = new LineTable();
        for (let line = 1; line <= 3000; line++) table.append(line, (line * 7919) % 1009);
        writer.add(path, columnsOf(table), totalsOf(table));
      }
      return writer.finish([], null);
    })();
    let read = 0;
    const counted = {
      size: bytes.length,
      read: (offset: number, length: number) => ((read += length), bytes.subarray(offset, offset + length)),
    };
    const stored = StoredReport.open(counted, nodeCodec);
    stored.read(stored.directory.find(paths[250])!, new LineTable());
    expect(read).toBeLessThan(bytes.length / 10);
  });

  test('bytes that are not a report, or are cut off, are damaged data', () => {
    expect(() => StoredReport.open(inMemory(new Uint8Array(100)), nodeCodec)).toThrow(DamagedData);
    expect(() => StoredReport.open(inMemory(new Uint8Array(3)), nodeCodec)).toThrow(DamagedData);
  });
});
