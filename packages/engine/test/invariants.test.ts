import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../node/codec.ts';
import {
  addTotals,
  classOf,
  emptyTotals,
  inMemory,
  LineTable,
  mergeParts,
  parseUpload,
  sourceOf,
  StoredReport,
  DEFAULT_SETTINGS,
  type ByteSource,
  type MergedReport,
  type MergePart,
} from '../src/index.ts';

/**
 * The invariants of report-model §11 over the whole way of a report: uploads as a client writes them, read, stored and merged. The
 * rules of single steps are tested beside them.
 */

/** A value as the custom JSON format writes it. */
type Written = number | string | boolean;
type Upload = Readonly<Record<string, Readonly<Record<string, Written>>>>;

const PATHS = ['a.ts', 'b/c.py', 'b/d.go', 'z/y/x.java'];

const anyWritten = (values: fc.Arbitrary<Written>): fc.Arbitrary<Upload> =>
  fc.dictionary(
    fc.constantFrom(...PATHS),
    fc.dictionary(fc.integer({ min: 1, max: 30 }).map(String), values, { minKeys: 1, noNullPrototype: true }),
    { minKeys: 1, noNullPrototype: true },
  );

const counts = fc.nat(4);
const fractions = fc.constantFrom('0/2', '1/2', '2/2');
const mixedFractions = fc.constantFrom('0/2', '1/2', '2/2', '1/3', '3/3', '2/4');

async function spool(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) kept.push(chunk);
  return sourceOf(Buffer.concat(kept));
}

async function partOf(upload: Upload, name: string): Promise<MergePart> {
  const parsed = await parseUpload(
    sourceOf(Buffer.from(JSON.stringify({ coverage: upload }))),
    {
      settings: DEFAULT_SETTINGS,
      format: null,
      defaultName: 'codecov.json',
      network: null,
      limits: { decompressedBytes: 2 ** 26, filesPerReport: null, linesPerReport: null },
    },
    { codec: nodeCodec, spool },
  );
  if (parsed.part === null) throw new Error('a generated upload was not read');
  return { ...flagless(name), stored: open(parsed.part), rawDigest: parsed.contentDigest };
}

function asPart(merged: MergedReport, name: string): MergePart {
  return { ...flagless(name), stored: open(merged.bytes), rawDigest: merged.digest };
}

function flagless(name: string): Pick<MergePart, 'flags' | 'name' | 'job'> {
  return { flags: [], name, job: null };
}

function open(bytes: Uint8Array): StoredReport {
  return StoredReport.open(inMemory(bytes), nodeCodec);
}

/** `path:line` → code of the value. */
function linesOf(stored: StoredReport): Map<string, number> {
  const lines = new Map<string, number>();
  for (const entry of stored.directory.files()) {
    const table = new LineTable();
    stored.read(entry, table);
    for (const line of table.lines()) lines.set(`${entry.path}:${line}`, table.valueOf(line));
  }
  return lines;
}

const mergedLines = (parts: readonly MergePart[]): Map<string, number> =>
  linesOf(open(mergeParts(parts, nodeCodec).bytes));

const RANKS = ['miss', 'partial', 'hit'];
const HIT = RANKS.indexOf('hit');
/** -1 for what does not count. */
const rankOf = (value: number): number => RANKS.indexOf(String(classOf(value)));

function forUploads(
  values: fc.Arbitrary<Written>,
  check: (parts: readonly MergePart[]) => void,
  shape: { minLength: number; maxLength: number } = { minLength: 1, maxLength: 5 },
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.array(anyWritten(values), shape), async (uploads) =>
      check(await Promise.all(uploads.map((upload, index) => partOf(upload, `upload ${index}`)))),
    ),
  );
}

describe('invariants of reports (report-model §11)', () => {
  test('3: the same lines come out in batches of any size', () =>
    forUploads(
      fc.oneof(counts, fractions),
      (parts) => {
        const whole = mergedLines(parts);
        for (let cut = 1; cut < parts.length; cut++) {
          const batches = [parts.slice(0, cut), parts.slice(cut)];
          const merged = batches.map((batch, index) => asPart(mergeParts(batch, nodeCodec), `batch ${index}`));
          expect(mergedLines(merged)).toEqual(whole);
        }
      },
      { minLength: 2, maxLength: 5 },
    ));

  test('4: an upload without a line changes nothing', async () => {
    const nothing = asPart(mergeParts([], nodeCodec), 'nothing');
    await forUploads(fc.oneof(counts, mixedFractions, fc.boolean()), (parts) => {
      expect(mergeParts([...parts, nothing], nodeCodec).bytes).toEqual(mergeParts(parts, nodeCodec).bytes);
    });
  });

  test('5: one more upload never makes a line worse', () =>
    forUploads(
      fc.oneof(counts, mixedFractions),
      (parts) => {
        const after = mergedLines(parts);
        for (const [line, value] of mergedLines(parts.slice(1))) {
          expect(rankOf(after.get(line)!)).toBeGreaterThanOrEqual(rankOf(value));
        }
      },
      { minLength: 2, maxLength: 5 },
    ));

  test('6: what is left after an upload is removed is what was there before it came', () =>
    forUploads(
      fc.oneof(counts, mixedFractions, fc.boolean()),
      (parts) => {
        const before = mergeParts(parts.slice(1), nodeCodec);
        mergeParts(parts, nodeCodec);
        const after = mergeParts([...parts].reverse().slice(0, -1), nodeCodec);
        expect(after.bytes).toEqual(before.bytes);
        expect(after.digest).toEqual(before.digest);
      },
      { minLength: 2, maxLength: 5 },
    ));

  test('8: totals of the report are the sum of its files, and every line is hit, missed or partly hit', () =>
    forUploads(fc.oneof(counts, mixedFractions, fc.boolean()), (parts) => {
      const merged = mergeParts(parts, nodeCodec);
      const sum = emptyTotals();
      for (const { totals } of open(merged.bytes).directory.files()) addTotals(sum, { ...totals, files: 1 });
      expect(sum).toEqual(merged.totals);
      expect(merged.totals.hits + merged.totals.misses + merged.totals.partials).toBe(merged.totals.lines);
      const ranks = [...mergedLines(parts).values()].map(rankOf).filter((rank) => rank >= 0);
      expect(ranks.length).toBe(merged.totals.lines);
      expect(ranks.filter((rank) => rank === HIT).length).toBe(merged.totals.hits);
    }));

  test('15: a report that is written again as a report of its own keeps every line', () =>
    forUploads(fc.oneof(counts, mixedFractions, fc.boolean()), (parts) => {
      const merged = mergeParts(parts, nodeCodec);
      expect(linesOf(open(mergeParts([asPart(merged, 'again')], nodeCodec).bytes))).toEqual(
        linesOf(open(merged.bytes)),
      );
    }));
});
