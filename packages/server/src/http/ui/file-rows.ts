import type { FileCounts, FileFilter, FileKey, FolderChild, ReportFiles } from '../../reports/report-files.ts';
import { sortValue } from '../../reports/report-files.ts';
import { choiceParameter } from '../api/query.ts';
import { writeCursor } from '../api/paging.ts';
import type { ReportCoverage } from './contract/shared.ts';
import { TREE_SORTS, type TreeAnswer, type TreeRow } from './contract/tree.ts';
import { presentCoverageOf } from './numbers.ts';
import type { ReportView } from './report-view.ts';

const MOST_ROWS = 1000;
const MOST_FILES = 500;

/** How rows of files are sorted. */
export const ORDER_QUERY = {
  sort: choiceParameter('What rows are sorted by.', TREE_SORTS),
  direction: choiceParameter('Up or down.', ['ASC', 'DESC']),
};

/** A parsed {@link ORDER_QUERY}. */
export interface OrderQuery {
  readonly sort?: FileKey;
  readonly direction?: 'ASC' | 'DESC';
}

/** How a page asks for the rows that it shows first, so that they come with what stands above them. */
export const FIRST_ROWS_QUERY = {
  ...ORDER_QUERY,
  rows: choiceParameter('Whether the first rows come too, and how.', ['tree', 'list']),
};

/** A parsed {@link FIRST_ROWS_QUERY}. */
export interface FirstRowsQuery extends OrderQuery {
  readonly rows?: 'tree' | 'list';
}

/** Which rows of a report. */
export interface RowsChoice extends OrderQuery {
  /** Without a slash at either end; empty = all. */
  readonly folder: string;
  /** Only paths that hold this text. */
  readonly search: string;
  /** Rows that are passed over. */
  readonly after: number;
}

/** The children of a folder, folders first; at most 1,000. */
export function folderRows(files: ReportFiles, choice: RowsChoice): TreeAnswer {
  const { folder, sort = 'name', direction, after } = choice;
  const isWanted = filterOf(files, choice);
  const children = sortChildren(files.children(folder, isWanted), sort, direction === 'DESC');
  return {
    rows: children.slice(after, after + MOST_ROWS).map(presentChild),
    next_cursor: nextCursor(after + MOST_ROWS, children.length),
    totals: presentTotals(files.sum(files.rangeOf(folder), isWanted)),
  };
}

/** All files below a folder as one list; at most 500. */
export function listRows(files: ReportFiles, choice: RowsChoice): TreeAnswer {
  const { folder, sort = 'name', direction, after } = choice;
  const isWanted = filterOf(files, choice);
  const range = files.rangeOf(folder);
  const sorted = files.sorted(range, isWanted, sort, direction === 'DESC');
  return {
    rows: sorted.slice(after, after + MOST_FILES).map((index) => presentFile(files, index)),
    next_cursor: nextCursor(after + MOST_FILES, sorted.length),
    totals: presentTotals(files.sum(range, isWanted)),
  };
}

/** The rows that a page shows first; null when it does not ask for them, or there is no report. */
export async function firstRows(
  view: ReportView | null,
  { rows, ...order }: FirstRowsQuery,
  { folder, search = '' }: { readonly folder: string; readonly search?: string },
): Promise<TreeAnswer | null> {
  if (rows === undefined || view === null) return null;
  const files = await view.list();
  const choice = { ...order, folder, search, after: 0 };
  return rows === 'tree' ? folderRows(files, choice) : listRows(files, choice);
}

/** A folder as its files name it. */
export function folderOf(path = ''): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function filterOf(files: ReportFiles, { search }: RowsChoice): FileFilter {
  return files.filter(search.trim());
}

/** Folders before files; equal ones stay in the order of their names. */
function sortChildren(children: readonly FolderChild[], key: FileKey, isDescending: boolean): FolderChild[] {
  const sign = isDescending ? -1 : 1;
  const compare = (one: FolderChild, other: FolderChild): number =>
    key === 'name' ? NAMES.compare(one.name, other.name) : sortValue(one, key) - sortValue(other, key);
  return children.toSorted((one, other) =>
    one.kind === other.kind ? sign * compare(one, other) : one.kind === 'folder' ? -1 : 1,
  );
}

const NAMES = new Intl.Collator('en', { numeric: true });

function presentChild({ kind, name, path, range, ...counts }: FolderChild): TreeRow {
  return {
    kind,
    name,
    path,
    index: kind === 'file' ? range.start : null,
    files: counts.files,
    ...presentCoverageOf(counts),
  };
}

function presentFile(files: ReportFiles, index: number): TreeRow {
  const path = files.paths[index];
  return { kind: 'file', name: path, path, index, files: 1, ...presentCoverageOf(files.countsOf(index)) };
}

function presentTotals(counts: FileCounts): ReportCoverage {
  return { files: counts.files, ...presentCoverageOf(counts) };
}

function nextCursor(shown: number, all: number): string | null {
  return shown < all ? writeCursor(shown) : null;
}
