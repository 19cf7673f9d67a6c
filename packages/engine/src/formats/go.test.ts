import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCompat } from '../../test/support/read-compat.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts';

const PARTIALS_AS_HITS: Settings = {
  ...DEFAULT_SETTINGS,
  parsers: { ...DEFAULT_SETTINGS.parsers, go: { partialsAsHits: true } },
};

async function linesOf(blocks: string, settings = DEFAULT_SETTINGS): Promise<Record<string, unknown>> {
  const { report } = await read(`mode: count\n${blocks}`, settings);
  return Object.fromEntries(Object.entries(report.files['a.go'] ?? {}).map(([line, record]) => [line, record[0]]));
}

function read(text: string, settings = DEFAULT_SETTINGS, chunkSize = Infinity): ReturnType<typeof readCompat> {
  return readCompat('c.out', new TextEncoder().encode(text), settings, chunkSize);
}

async function problemsOf(text: string): Promise<string[]> {
  return (await read(text)).problems.map(({ code, line, count }) => `${code} ${line ?? '-'} x${count ?? 1}`);
}

describe('blocks of a Go profile', () => {
  test.each([
    ['a block covers its lines, the last only beyond column 2', 'a.go:3.5,5.2 2 1', { 3: 1, 4: 1 }],
    ['a last line with code counts', 'a.go:3.5,5.9 2 0', { 3: 0, 4: 0, 5: 0 }],
    ['the number of statements does not matter', 'a.go:3.5,3.9 0 7', { 3: 7 }],
    [
      'equal blocks with other counts keep the greatest',
      'a.go:3.5,4.9 1 2\na.go:3.5,4.9 1 5\na.go:3.5,4.9 1 0',
      { 3: 5, 4: 5 },
    ],
    ['an inner block that did not run hides behind the outer', 'a.go:3.10,3.40 1 1\na.go:3.12,3.20 1 0', { 3: 1 }],
    ['an inner block that ran more splits the outer', 'a.go:3.10,3.40 1 0\na.go:3.12,3.20 1 4', { 3: '1/3' }],
    [
      'the end of one block and the start of another share a line',
      'a.go:2.1,3.12 1 0\na.go:3.13,4.2 1 6',
      { 2: 0, 3: '1/2' },
    ],
    [
      'shared lines of which all parts ran are full fractions',
      'a.go:2.1,3.12 1 1\na.go:3.13,4.2 1 6',
      { 2: 1, 3: '2/2' },
    ],
    ['regions of one count join across a gap', 'a.go:3.2,3.9 1 1\na.go:3.20,3.30 1 1', { 3: 1 }],
    [
      'three parts with alternating counts are three regions',
      'a.go:3.2,3.9 1 1\na.go:3.9,3.20 1 0\na.go:3.20,3.30 1 1',
      { 3: '2/3' },
    ],
    [
      'the region before the first column does not count',
      'a.go:2.1,4.2 1 0\na.go:3.1,3.9 1 5\na.go:3.9,3.20 1 5',
      { 2: 0, 3: '1/2' },
    ],
    ['an open block goes on behind the last known column', 'a.go:3.5,4.2 1 3\na.go:3.10,3.20 1 0', { 3: 3 }],
    ['blocks without any column take the greatest count', 'a.go:3.5,3.5 1 2\na.go:3.7,3.7 1 9', { 3: 9 }],
    [
      'lines beyond the dense table count too',
      'a.go:300000.5,300001.9 1 1\na.go:300001.9,300001.20 1 0',
      { 300000: 1, 300001: '1/2' },
    ],
  ])('%s', async (_rule, blocks, expected) => {
    expect(await linesOf(blocks)).toEqual(expected);
  });

  test('partials_as_hits turns partial lines into hits and leaves full fractions', async () => {
    const blocks = 'a.go:2.1,3.12 1 0\na.go:3.13,4.2 1 6\na.go:7.1,8.12 1 2\na.go:8.13,9.2 1 6';
    expect(await linesOf(blocks, PARTIALS_AS_HITS)).toEqual({ 2: 0, 3: 1, 7: 2, 8: '2/2' });
  });

  test('headers, empty lines, carriage returns and function summaries are no problem', async () => {
    const text =
      'mode: set\r\na.go:1.2,1.9 1 1\r\n\r\nmode: set\r\na.go:20:\tmain\t66.7%\r\ntotal:\t(statements)\t80%\r\na.go:2.2,2.9 1 0';
    const { report, problems } = await read(text);
    expect(report.files).toEqual({ 'a.go': { 1: [1], 2: [0] } });
    expect(problems).toEqual([]);
  });

  test('a profile without a header is recognised by its first line', async () => {
    expect((await read('a.go:1.2,1.9 1 1')).detected).toBe('txt/go');
    expect((await read('nothing of the kind')).detected).toBeNull();
  });

  test('Windows paths keep their drive until they are resolved', async () => {
    expect(Object.keys((await read('mode: set\nC:\\ci\\a.go:1.2,1.9 1 1')).report.files)).toEqual(['ci/a.go']);
  });

  test('a path that is the start of another is another file', async () => {
    const { report } = await read('mode: set\na.go:1.2,1.9 1 1\na.gox:1.2,1.9 1 0\na.go:2.2,2.9 1 1');
    expect(report.files).toEqual({ 'a.go': { 1: [1], 2: [1] }, 'a.gox': { 1: [0] } });
  });

  test('a colon without a number behind it is part of the path, whatever path stands before', async () => {
    const { report } = await read(
      'mode: set\na:1.2,1.9 1 1\na:b:1.2,1.9 1 0\na::1.2,1.9 1 1\na:2.2,2.9 1 0\na::2.2,2.9 1 0',
    );
    expect(report.files).toEqual({
      a: { 1: [1], 2: [0] },
      'a:b': { 1: [0] },
      'a:': { 1: [1], 2: [0] },
    });
  });

  test('a malformed line is left out and told, its neighbours stay', async () => {
    const text =
      'mode: set\na.go:1.2,1.9 1 1\na.go:oops\na.go:2.2,3 1 1\na.go:5.2,4.9 1 1\na.go:0.2,1.9 1 1\na.go:2.2,2.9 1 1\na.go:3.2,3.9 1';
    expect((await read(text)).report.files).toEqual({ 'a.go': { 1: [1], 2: [1] } });
    expect(await problemsOf(text)).toEqual(['record_unreadable 3 x3', 'record_unreadable 5 x2']);
  });
});

describe('hostile Go profiles', () => {
  test('numbers beyond every bound are clamped and told', async () => {
    const { report, problems } = await read(
      `mode: count\na.go:${10 ** 12}.2,${10 ** 12}.9 1 1\na.go:1.2,1.9 1 1${'0'.repeat(30)}`,
    );
    expect(report.files['a.go']).toEqual({ 1: [Number.MAX_SAFE_INTEGER], 10000000: [1] });
    expect(problems.map(({ code }) => code)).toEqual(['number_clamped']);
  });

  test('a block over millions of lines does not make millions of lines', async () => {
    const blocks = Array.from({ length: 1000 }, (_, index) => `a.go:${index + 1}.2,9999999.9 1 1`).join('\n');
    const { report, problems } = await read(`mode: count\n${blocks}`);
    expect(Object.keys(report.files['a.go']).length).toBeLessThan(100_000);
    expect(problems.map(({ code }) => code)).toEqual(['limit_exceeded']);
  });

  test('thousands of ranges on one line take bounded time', async () => {
    const blocks = Array.from(
      { length: 20_000 },
      (_, index) => `a.go:1.${index * 2 + 1},1.${index * 2 + 2} 1 ${index % 2}`,
    ).join('\n');
    const { report, problems } = await read(`mode: count\n${blocks}`);
    expect(report.files['a.go'][1][0]).toMatch(/^\d+\/\d+$/);
    expect(problems.map(({ code }) => code)).toEqual(['limit_exceeded']);
  });

  test('a profile cut at any byte gives a result and never more lines than the whole', async () => {
    const text = 'mode: count\na.go:2.1,3.12 1 0\nb/c.go:3.13,4.2 1 6\na.go:5.13,6.20 1 6\n';
    const whole = Object.keys((await read(text)).report.files).length;
    for (let length = 0; length <= text.length; length++) {
      const { report } = await read(text.slice(0, length));
      expect(Object.keys(report.files).length).toBeLessThanOrEqual(whole);
    }
  });

  test('no bytes make it fail', async () => {
    const text = new TextEncoder().encode('mode: count\na.go:2.1,3.12 1 0\nb/c.go:3.13,4.2 1 6\na.go:5.13,6.20 1 6\n');
    const flips = fc.array(fc.tuple(fc.nat(text.length - 1), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = text.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        await readCompat('c.out', bytes);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('invariants of Go profiles', () => {
  const block = fc
    .tuple(
      fc.constantFrom('a.go', 'b.go', 'x/a.go'),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(12),
      fc.nat(3),
      fc.nat(12),
      fc.nat(3),
    )
    .map(
      ([path, line, column, span, endColumn, count]) =>
        `${path}:${line}.${column},${line + span}.${endColumn} 1 ${count}`,
    );

  test('order, repetition and the size of blocks of bytes do not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (blocks, chunkSize) => {
          const expected = (await read(`mode: count\n${blocks.join('\n')}`)).report;
          const again = [...blocks, ...blocks, ...[...blocks].reverse()];
          expect((await read(`mode: count\n${again.join('\n')}`, DEFAULT_SETTINGS, chunkSize)).report).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 150, seed: 6 },
    );
  });

  test('a line is a hit, a miss or partial as the columns of its blocks say', async () => {
    // One line, blocks with known ends: count every column on its own.
    const range = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(range, { minLength: 2, maxLength: 6, selector: ([start, length]) => `${start} ${length}` }),
        async (ranges) => {
          const columns = new Map<number, number>();
          for (const [start, length, count] of ranges) {
            for (let column = start; column < start + length; column++)
              columns.set(column, Math.max(count, columns.get(column) ?? 0));
          }
          const counts = [...columns].sort((left, right) => left[0] - right[0]).map(([, count]) => count);
          const regions = counts.filter((count, index) => index === 0 || count !== counts[index - 1]);
          const expected =
            regions.length === 1 ? regions[0] : `${regions.filter((count) => count > 0).length}/${regions.length}`;
          const blocks = ranges.map(([start, length, count]) => `a.go:1.${start},1.${start + length} 1 ${count}`);
          expect(await linesOf(blocks.join('\n'))).toEqual({ 1: expected });
        },
      ),
      { numRuns: 200, seed: 8 },
    );
  });
});
