import { LineTable, type StoredReport } from '@thatch/engine';
import { describe, expect, test } from 'vitest';
import { thinOut } from '../presenters/thin-out.ts';
import { staleDays } from '../presenters/stale.ts';
import { stripOf } from '../presenters/strip.ts';
import { ListedReports } from './listed-reports.ts';
import { ReportFiles } from './report-files.ts';

/** What {@link ReportFiles} reads of a report. */
function reportOf(files: Readonly<Record<string, readonly [hits: number, partials: number, misses: number]>>) {
  const sorted = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  return { directory: { size: sorted.length, cursor: () => cursorOver(sorted) } } as unknown as StoredReport;
}

function cursorOver(sorted: readonly (readonly [path: string, counts: readonly [number, number, number]])[]) {
  let index = 0;
  const cursor = { path: Buffer.alloc(0), pathLength: 0, totals: { hits: 0, partials: 0, misses: 0 }, next };
  function next(): boolean {
    if (index === sorted.length) return false;
    const [path, [hits, partials, misses]] = sorted[index++];
    // What stands behind the path's end is left from a longer one.
    cursor.path = Buffer.from(`${path}left`);
    cursor.pathLength = Buffer.byteLength(path);
    Object.assign(cursor.totals, { hits, partials, misses });
    return true;
  }
  return cursor;
}

const files = new ReportFiles(
  reportOf({
    'readme.ts': [1, 0, 0],
    'src/a.ts': [5, 1, 4],
    'src/a/b.ts': [0, 0, 1],
    'src/a-b/c.ts': [2, 0, 0],
    'src/main/java/org/One.java': [3, 0, 7],
    'src/main/java/org/Two.java': [1, 2, 0],
    'srcs/x.ts': [1, 0, 1],
  }),
);
const all = files.filter('');

describe('the files of a report', () => {
  test('a folder lists what is directly in it, with the sums below', () => {
    expect(files.children('', all).map(({ name, kind, files: count, lines }) => [name, kind, count, lines])).toEqual([
      ['readme.ts', 'file', 1, 1],
      ['src', 'folder', 5, 26],
      ['srcs', 'folder', 1, 2],
    ]);
  });

  test('folders whose only child is a folder are one row, and its path opens the last of them', () => {
    const chain = files.children('src', all).find(({ name }) => name === 'main/java/org')!;
    expect(chain).toMatchObject({ path: 'src/main/java/org', files: 2, hits: 4, partials: 2, misses: 7 });
    expect(files.children(chain.path, all).map(({ name }) => name)).toEqual(['One.java', 'Two.java']);
  });

  test('a file and a folder of nearly the same name stay apart', () => {
    expect(files.children('src', all).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'folder a-b',
      'file a.ts',
      'folder a',
      'folder main/java/org',
    ]);
    expect(files.rangeOf('src/a')).toEqual({ start: 3, end: 4 });
  });

  test('an unknown folder is empty', () => {
    expect(files.children('nowhere', all)).toEqual([]);
    expect(files.sum(files.rangeOf('sr'), all).files).toBe(0);
  });

  test('a text leaves the rows that hold it, and the sum of the rows is the sum of the folder', () => {
    const two = files.filter('TWO');
    expect(files.children('', two)).toMatchObject([{ name: 'src/main/java/org', files: 1, lines: 3 }]);
    for (const search of ['', 'a', '.ts', 'java']) {
      const wanted = files.filter(search);
      const rows = files.children('', wanted);
      const sum = files.sum(files.rangeOf(''), wanted);
      expect(rows.reduce((lines, row) => lines + row.lines, 0)).toBe(sum.lines);
      expect(rows.reduce((count, row) => count + row.files, 0)).toBe(sum.files);
    }
  });

  test('files are sorted by any count, equal ones by path', () => {
    const range = files.rangeOf('');
    const paths = (key: 'misses' | 'coverage', isDescending: boolean) =>
      files.sorted(range, all, key, isDescending).map((index) => files.paths[index]);
    expect(paths('misses', true).slice(0, 3)).toEqual(['src/main/java/org/One.java', 'src/a.ts', 'src/a/b.ts']);
    expect(paths('coverage', false)[0]).toBe('src/a/b.ts');
  });
});

test('lists of files beyond the bound are forgotten, the oldest first, and made again when asked for', async () => {
  const listed = new ListedReports(2);
  const held: string[] = [];
  const list = (name: string) =>
    listed.list(name, async () => {
      held.push(name);
      return { report: reportOf({ [`${name}.ts`]: [1, 0, 0] }), release: () => {} };
    });
  await list('a');
  await list('b');
  await list('a');
  await list('c');
  await list('a');
  await list('b');
  expect(held).toEqual(['a', 'b', 'c', 'b']);
});

describe('a strip', () => {
  const stripOfLines = (values: Readonly<Record<number, number>>) => {
    const table = new LineTable();
    for (const [line, value] of Object.entries(values)) table.append(Number(line), value);
    return stripOf(table);
  };

  test('has the worst class of every stretch, and gaps where nothing is tracked', () => {
    const values = Object.fromEntries(Array.from({ length: 96 }, (_, index) => [index + 1, 1]));
    delete values[3];
    delete values[4];
    values[96] = 0;
    expect(stripOfLines(values)).toBe(`h.${'h'.repeat(45)}m`);
  });

  test('of a file with few lines has several bins for each', () => {
    expect(stripOfLines({ 1: 1, 2: 0 })).toBe('h'.repeat(24) + 'm'.repeat(24));
  });

  test('reaches its last bin with a line far beyond the others', () => {
    expect(stripOfLines({ 1: 1, 9_000_000: 0 })).toBe(`h${'.'.repeat(46)}m`);
  });

  test('is none without tracked lines', () => {
    expect(stripOfLines({})).toBeNull();
    expect(stripOfLines({ 5: -2 })).toBeNull();
  });
});

describe('thinning out', () => {
  const points = Array.from({ length: 10_000 }, (_, index) =>
    index === 4321 ? 1000 : index === 777 ? -1000 : index % 7,
  );

  test('keeps the least, the greatest, the first and the last, in their order', () => {
    const kept = thinOut(points, 400, (value) => value);
    expect(kept.length).toBeLessThanOrEqual(400);
    expect(Math.max(...kept)).toBe(1000);
    expect(Math.min(...kept)).toBe(-1000);
    expect(kept.indexOf(-1000)).toBeLessThan(kept.indexOf(1000));
    expect(kept.at(-1)).toBe(points.at(-1));
    expect(kept[0]).toBe(points[0]);
  });

  test('keeps gaps', () => {
    const gapped = points.map((value, index) => (index >= 5000 && index < 5100 ? null : value));
    expect(thinOut(gapped, 400, (value) => value)).toContain(null);
  });

  test('leaves few points as they are', () => {
    expect(thinOut([1, 2, 3], 3, (value) => value)).toEqual([1, 2, 3]);
  });
});

test('a branch is stale after 14 days, or 20 commits without a report', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  expect(staleDays(daysAgo(14), 20, now)).toBeNull();
  expect(staleDays(daysAgo(14.1), 0, now)).toBe(14);
  expect(staleDays(daysAgo(0.5), 21, now)).toBe(0);
});
