import { z } from 'zod';
import type { FileCounts, FileKey, FolderChild } from '../../reports/report-files.ts';
import { sortValue } from '../../reports/report-files.ts';
import { choiceParameter, textParameter } from '../api/query.ts';
import { readCursor, writeCursor } from '../api/paging.ts';
import { answer, asUiFailure, NOT_THERE } from './answer.ts';
import { TREE_SORTS, type TreeAnswer, type TreeRow } from './contract/tree.ts';
import type { ReportCoverage } from './contract/shared.ts';
import { presentCoverageOf } from './numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';
import { REPORT_QUERY, viewReport, type ReportQuery } from './report-view.ts';

const MOST_ROWS = 1000;
const MOST_FILES = 500;

const ROWS_QUERY = z.object({
  ...REPORT_QUERY,
  path: textParameter('The folder; empty = all.'),
  sort: choiceParameter('What rows are sorted by.', TREE_SORTS),
  direction: choiceParameter('Up or down.', ['ASC', 'DESC']),
  cursor: textParameter('`next_cursor` of the answer before.'),
});

interface RowsQuery extends ReportQuery {
  readonly path?: string;
  readonly sort?: FileKey;
  readonly direction?: 'ASC' | 'DESC';
  readonly cursor?: string;
}

/** The files of a report: folder by folder, and as one list (web-ui §3.4, §4.2). */
export const TREE_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/tree`, query: ROWS_QUERY }, async (call) => {
    const chosen = await chooseFiles(call);
    if (chosen.kind !== 'chosen') return chosen;
    const { files, folder, isWanted, after, sort, isDescending } = chosen;
    const children = sortChildren(files.children(folder, isWanted), sort, isDescending);
    const shown = children.slice(after, after + MOST_ROWS);
    return answer<TreeAnswer>({
      rows: shown.map(presentChild),
      next_cursor: nextCursor(after + MOST_ROWS, children.length),
      totals: presentTotals(files.sum(files.rangeOf(folder), isWanted)),
    });
  }),
  repositoryPage({ path: `${UI_REPOSITORY}/files`, query: ROWS_QUERY }, async (call) => {
    const chosen = await chooseFiles(call);
    if (chosen.kind !== 'chosen') return chosen;
    const { files, folder, isWanted, after, sort, isDescending } = chosen;
    const range = files.rangeOf(folder);
    const sorted = files.sorted(range, isWanted, sort, isDescending);
    return answer<TreeAnswer>({
      rows: sorted.slice(after, after + MOST_FILES).map((index): TreeRow => {
        const path = files.paths[index];
        return { kind: 'file', name: path, path, index, files: 1, ...presentCoverageOf(files.countsOf(index)) };
      }),
      next_cursor: nextCursor(after + MOST_FILES, sorted.length),
      totals: presentTotals(files.sum(range, isWanted)),
    });
  }),
];

async function chooseFiles(call: UiRepositoryCall<RowsQuery>) {
  const { query } = call;
  const cursor = readCursor({ cursor: query.cursor });
  if (cursor.kind === 'failure') return asUiFailure(cursor);
  const view = await viewReport(call);
  if (view === null) return NOT_THERE;
  const files = await view.list();
  return {
    kind: 'chosen' as const,
    files,
    folder: (query.path ?? '').replace(/^\/+|\/+$/g, ''),
    isWanted: files.filter((query.search ?? '').trim()),
    after: cursor.after,
    sort: query.sort ?? 'name',
    isDescending: query.direction === 'DESC',
  };
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

function presentTotals(counts: FileCounts): ReportCoverage {
  return { files: counts.files, ...presentCoverageOf(counts) };
}

function nextCursor(shown: number, all: number): string | null {
  return shown < all ? writeCursor(shown) : null;
}
