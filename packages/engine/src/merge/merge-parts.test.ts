import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { anyLines, tableOf, type LineRecord } from '../../test/support/arbitraries.ts';
import { LineTable, type MissingBranches } from '../model/line-table.ts';
import { mergeKnowingMissing } from '../model/merge-lines.ts';
import { classOf, fraction, SKIPPED, type ValueCode } from '../model/value.ts';
import { compatReport, type CompatReport } from '../report/compat.ts';
import { encodeColumns } from '../storage/encode-columns.ts';
import { totalsOf } from '../model/totals.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { ReportWriter } from '../storage/report-writer.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { FLAG_RULES, mergeParts, type MergedReport, type MergePart } from './merge-parts.ts';

type Files = Readonly<Record<string, readonly LineRecord[]>>;

function part(files: Files, name: string, flags: readonly string[] = []): MergePart {
  const writer = new ReportWriter(nodeCodec);
  for (const path of Object.keys(files).sort()) {
    const table = tableOf(files[path]);
    const columns = new ByteWriter();
    encodeColumns(table, columns, nodeCodec);
    writer.add(path, columns.view(), totalsOf(table), [`/builds/x/${path}`, path]);
  }
  const bytes = writer.finish([], null);
  const hasher = nodeCodec.sha256();
  hasher.update(bytes);
  return {
    stored: StoredReport.open(inMemory(bytes), nodeCodec),
    rawDigest: hasher.digest(),
    flags,
    name,
    job: null,
  };
}

function read(merged: MergedReport): CompatReport {
  return compatReport(StoredReport.open(inMemory(merged.bytes), nodeCodec), 0);
}

const anyFiles = (values?: fc.Arbitrary<ValueCode>): fc.Arbitrary<Files> =>
  fc.dictionary(fc.constantFrom('a.ts', 'b/c.py', 'b/d.rb', 'z.go'), anyLines(values), {
    minKeys: 1,
    noNullPrototype: true,
  });

const anyParts = (values?: fc.Arbitrary<ValueCode>): fc.Arbitrary<MergePart[]> =>
  fc
    .array(fc.tuple(anyFiles(values), fc.subarray(['unit', 'e2e'])), { minLength: 1, maxLength: 6 })
    .map((uploads) => uploads.map(([files, flags], index) => part(files, `upload ${index}`, flags)));

/** Values whose merge has one answer in any grouping: counts, and fractions over one total without ids. */
const simple = fc.oneof(fc.nat(3), fc.constantFrom(fraction(0, 2), fraction(1, 2), fraction(2, 2)));

describe('merging parts (report-model §11)', () => {
  test('gives the same bytes in any order of the uploads', () => {
    fc.assert(
      fc.property(anyParts(), fc.infiniteStream(fc.nat()), (parts, random) => {
        const shuffled = parts
          .map((each) => [random.next().value as number, each] as const)
          .sort((left, right) => left[0] - right[0])
          .map(([, each]) => each);
        expect(mergeParts(shuffled, nodeCodec).bytes).toEqual(mergeParts(parts, nodeCodec).bytes);
      }),
    );
  });

  test('is not changed by an upload that comes twice', () => {
    fc.assert(
      fc.property(anyParts(), fc.nat(), (parts, which) => {
        const repeated = [...parts, parts[which % parts.length]];
        expect(mergeParts(repeated, nodeCodec).digest).toEqual(mergeParts(parts, nodeCodec).digest);
      }),
    );
  });

  test('has the lines of its only part', () => {
    fc.assert(
      fc.property(anyFiles(), (files) => {
        const only = part(files, 'one');
        expect(read(mergeParts([only], nodeCodec))).toEqual(compatReport(only.stored, 0));
      }),
    );
  });

  test('folds every line over its uploads as the definition says', () => {
    fc.assert(
      fc.property(anyParts(), (parts) => {
        const merged = StoredReport.open(inMemory(mergeParts(parts, nodeCodec).bytes), nodeCodec);
        for (const { path } of merged.directory.files()) {
          if (path.endsWith('.rb')) continue;
          expect(linesOf(merged, path)).toEqual(foldedLines(parts, path));
        }
      }),
    );
  });

  // Bare partials beside the count 1, and lists of branches that contradict their fraction, are the exceptions of report-model §12
  // rows 8 and 9.
  test('never turns a hit into anything less when an upload is added, skipped lines aside', () => {
    const counted = fc.oneof(
      fc.nat(3),
      fc.constantFrom(fraction(1, 2), fraction(0, 3), fraction(3, 3), fraction(2, 4)),
    );
    const withoutSkips = fc
      .array(anyFiles(counted), { minLength: 1, maxLength: 6 })
      .map((uploads) => uploads.map((files, index) => part(withoutIds(files), String(index))));
    fc.assert(
      fc.property(withoutSkips, (parts) => {
        const before = StoredReport.open(inMemory(mergeParts(parts.slice(1), nodeCodec).bytes), nodeCodec);
        const after = StoredReport.open(inMemory(mergeParts(parts, nodeCodec).bytes), nodeCodec);
        for (const { path } of before.directory.files()) {
          if (path.endsWith('.rb')) continue;
          const now = linesOf(after, path);
          for (const [line, value] of linesOf(before, path))
            if (classOf(value) === 'hit') expect(classOf(now.get(line)!)).toBe('hit');
        }
      }),
    );
  });

  test('of counts and fractions without ids gives the same lines in one go and in two', () => {
    const plain = fc
      .array(anyFiles(simple), { minLength: 2, maxLength: 4 })
      .map((uploads) => uploads.map((files, index) => part(withoutRuby(withoutIds(files)), String(index))));
    fc.assert(
      fc.property(plain, (parts) => {
        const first = mergeParts(parts.slice(0, -1), nodeCodec);
        const stored = StoredReport.open(inMemory(first.bytes), nodeCodec);
        const joined = mergeParts(
          [{ stored, rawDigest: first.digest, flags: [], name: null, job: null }, parts.at(-1)!],
          nodeCodec,
        );
        const classes = (report: MergedReport): Map<string, number> =>
          new Map(Object.entries(read(report).totals) as [string, number][]);
        expect(classes(joined).get('hits')).toBe(classes(mergeParts(parts, nodeCodec)).get('hits'));
        expect(classes(joined).get('lines')).toBe(classes(mergeParts(parts, nodeCodec)).get('lines'));
      }),
    );
  });

  test('stores totals that its lines add up to', () => {
    fc.assert(
      fc.property(anyParts(), (parts) => {
        const merged = mergeParts(parts, nodeCodec);
        const stored = StoredReport.open(inMemory(merged.bytes), nodeCodec);
        expect(stored.totals).toEqual(merged.totals);
        for (const entry of stored.directory.files()) {
          const table = new LineTable();
          stored.read(entry, table);
          expect(totalsOf(table)).toEqual(entry.totals);
        }
        expect(merged.totals.hits + merged.totals.misses + merged.totals.partials).toBe(merged.totals.lines);
      }),
    );
  });

  test('a flag never has more hit lines than the whole', () => {
    const withoutSkips = anyParts(fc.oneof(fc.nat(3), fc.constantFrom(fraction(1, 2), fraction(0, 2), fraction(2, 2))));
    fc.assert(
      fc.property(withoutSkips, (parts) => {
        const flagged = parts.filter((each) => each.flags.includes('unit'));
        expect(mergeParts(flagged, nodeCodec, FLAG_RULES).totals.hits).toBeLessThanOrEqual(
          parts.every(({ stored }) => ![...stored.directory.files()].some(({ path }) => path.endsWith('.rb')))
            ? mergeParts(parts, nodeCodec).totals.hits
            : Infinity,
        );
      }),
    );
  });

  test('leaves out uploads with misses only of a Ruby file that another upload covers', () => {
    const line = (number: number, value: ValueCode): LineRecord => ({
      line: number,
      value,
      type: 0,
      missing: null,
    });
    const noise = part({ 'b/d.rb': [line(1, 0), line(2, 0), line(3, 0)] }, 'noise');
    const real = part({ 'b/d.rb': [line(1, 4), line(3, 0)] }, 'real');
    expect(read(mergeParts([noise, real], nodeCodec)).files['b/d.rb']).toEqual({
      '1': [4],
      '3': [0],
    });
    expect(read(mergeParts([noise], nodeCodec)).totals.misses).toBe(3);
  });

  test('of two uploads that miss different branches is a full hit, as branch ids tell', () => {
    const branch = (missing: string): LineRecord => ({
      line: 7,
      value: fraction(1, 2),
      type: 1,
      missing: [missing],
    });
    const merged = mergeParts([part({ 'a.ts': [branch('0')] }, 'x'), part({ 'a.ts': [branch('1')] }, 'y')], nodeCodec);
    expect(read(merged).files['a.ts']).toEqual({ '7': ['2/2', 'b', []] });
    const skip: LineRecord = { line: 7, value: SKIPPED, type: 0, missing: null };
    expect(
      read(mergeParts([part({ 'a.ts': [branch('0')] }, 'x'), part({ 'a.ts': [skip] }, 'y')], nodeCodec)).files['a.ts'][
        '7'
      ][0],
    ).toBe(-1);
  });

  test('of nothing is an empty report', () => {
    expect(mergeParts([], nodeCodec).totals).toMatchObject({ files: 0, lines: 0 });
  });
});

function withoutIds(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, lines]) => [path, lines.map((line) => ({ ...line, missing: null }))]),
  );
}

/** Which uploads of a Ruby file count depends on all of them at once (report-model §3.7). */
function withoutRuby(files: Files): Files {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('.rb')));
}

function linesOf(stored: StoredReport, path: string): Map<number, ValueCode> {
  const table = new LineTable();
  const entry = stored.directory.find(path);
  if (entry !== null) stored.read(entry, table);
  return new Map([...table.lines()].map((line) => [line, table.valueOf(line)]));
}

/** The definition: all sessions of a line in the order of the uploads, folded one after the other. */
function foldedLines(parts: readonly MergePart[], path: string): Map<number, ValueCode> {
  const key = (each: MergePart): string =>
    Buffer.from(each.rawDigest).toString('hex') + JSON.stringify([[...each.flags].sort(), each.name]);
  const ordered = [...new Map(parts.map((each) => [Buffer.from(each.rawDigest).toString('hex'), each])).values()].sort(
    (left, right) => (key(left) < key(right) ? -1 : 1),
  );
  const sessions = new Map<number, Session[]>();
  for (const { stored } of ordered) {
    const table = new LineTable();
    const entry = stored.directory.find(path);
    if (entry !== null) stored.read(entry, table);
    for (const line of table.lines()) {
      const known = sessions.get(line) ?? [];
      known.push({ value: table.valueOf(line), missing: table.missing.get(line) ?? null });
      sessions.set(line, known);
    }
  }
  const folded = [...sessions].map(([line, list]) => [line, fold(list)] as const);
  return new Map(folded.sort((left, right) => left[0] - right[0]));
}

interface Session {
  readonly value: ValueCode;
  readonly missing: MissingBranches | null;
}

function fold(sessions: readonly Session[]): ValueCode {
  const missing = missingOf(sessions);
  return sessions
    .map(({ value }) => value)
    .reduce((before, value) => mergeKnowingMissing(before, value, missing?.length ?? -1));
}

/** What all sessions with a list miss; nothing where one without a list is a hit (report-model §3.3). */
function missingOf(sessions: readonly Session[]): MissingBranches | null {
  const lists = sessions.flatMap(({ missing }) => (missing === null ? [] : [missing]));
  if (lists.length === 0) return null;
  if (sessions.some(({ value, missing }) => missing === null && classOf(value) === 'hit')) return [];
  return lists.reduce((common, list) => common.filter((id) => list.includes(id)));
}
