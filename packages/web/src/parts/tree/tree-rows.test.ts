import type { TreeAnswer, TreeRow } from '@thatch/server/http/ui/contract/tree.ts';
import { expect, test } from 'vitest';
import { gridRows, onlyFolder, rowAfterKey, rowByText, rowKey, type FolderState } from './tree-rows.ts';

const COUNTS = { lines: 1, hits: 1, partials: 0, misses: 0, coverage: '100', files: 1 };
const folder = (path: string): TreeRow => ({ ...COUNTS, kind: 'folder', name: nameOf(path), path, index: null });
const file = (path: string): TreeRow => ({ ...COUNTS, kind: 'file', name: nameOf(path), path, index: 0 });
const here = (rows: TreeRow[], next_cursor: string | null = null): FolderState => ({
  kind: 'here',
  answer: { rows, next_cursor, totals: COUNTS } satisfies TreeAnswer,
});

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const FOLDERS: Readonly<Record<string, FolderState>> = {
  '': here([folder('lib'), folder('src'), file('readme.ts')]),
  lib: { kind: 'loading' },
  src: here([folder('src/core'), file('src/a.ts')], 'next'),
  'src/core': { kind: 'failed' },
};
const rowsOf = (...open: string[]) =>
  gridRows(
    '',
    (path) => FOLDERS[path],
    (path) => open.includes(path),
  );

test('open folders show their rows below them, one level deeper', () => {
  expect(rowsOf('src').map((row) => [rowKey(row), row.level])).toEqual([
    ['folder lib', 1],
    ['folder src', 1],
    ['folder src/core', 2],
    ['file src/a.ts', 2],
    ['more src', 2],
    ['file readme.ts', 1],
  ]);
});

test('a folder that loads or failed says so in its place', () => {
  expect(
    rowsOf('lib', 'src', 'src/core')
      .filter(({ kind }) => kind !== 'entry')
      .map(rowKey),
  ).toEqual(['loading lib', 'failed src/core', 'more src']);
});

test('keys lead up, down, to the ends and to the parent', () => {
  const rows = rowsOf('src');
  expect(rowAfterKey(rows, 0, 'ArrowDown')).toBe(1);
  expect(rowAfterKey(rows, 0, 'ArrowUp')).toBeNull();
  expect(rowAfterKey(rows, 5, 'ArrowDown')).toBeNull();
  expect(rowAfterKey(rows, 3, 'ArrowLeft')).toBe(1);
  expect(rowAfterKey(rows, 1, 'ArrowLeft')).toBeNull();
  expect(rowAfterKey(rows, 3, 'Home')).toBe(0);
  expect(rowAfterKey(rows, 3, 'End')).toBe(5);
});

test('typed letters lead to the next row that begins with them, around the end', () => {
  const rows = rowsOf('src');
  expect(rowByText(rows, 1, 's')).toBe(1);
  expect(rowByText(rows, 0, 'RE')).toBe(5);
  expect(rowByText(rows, 5, 'l')).toBe(0);
  expect(rowByText(rows, 0, 'x')).toBeNull();
});

test('a folder is the only one when nothing is beside it, and no more is to come', () => {
  const answer = (rows: TreeRow[], next_cursor: string | null = null): TreeAnswer => ({
    rows,
    next_cursor,
    totals: COUNTS,
  });
  expect(onlyFolder(answer([folder('src')]))).toBe('src');
  expect(onlyFolder(answer([folder('src'), file('a.ts')]))).toBeNull();
  expect(onlyFolder(answer([folder('src')], 'next'))).toBeNull();
  expect(onlyFolder(answer([file('a.ts')]))).toBeNull();
  expect(onlyFolder(answer([]))).toBeNull();
});
