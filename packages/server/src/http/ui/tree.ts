import { z } from 'zod';
import { textParameter } from '../api/query.ts';
import { readCursor } from '../api/paging.ts';
import { answer, asUiFailure, NOT_THERE, type UiAnswer } from './answer.ts';
import type { TreeAnswer } from './contract/tree.ts';
import { folderOf, folderRows, listRows, ORDER_QUERY, type OrderQuery, type RowsChoice } from './file-rows.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';
import type { ReportFiles } from '../../reports/report-files.ts';
import { REPORT_QUERY, viewReport, type ReportQuery } from './report-view.ts';

const ROWS_QUERY = z.object({
  ...REPORT_QUERY,
  ...ORDER_QUERY,
  path: textParameter('The folder; empty = all.'),
  cursor: textParameter('`next_cursor` of the answer before.'),
});

interface RowsQuery extends ReportQuery, OrderQuery {
  readonly path?: string;
  readonly cursor?: string;
}

/** The files of a report: folder by folder, and as one list (web-ui §3.4, §4.2). */
export const TREE_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/tree`, query: ROWS_QUERY }, (call) => answerRows(call, folderRows)),
  repositoryPage({ path: `${UI_REPOSITORY}/files`, query: ROWS_QUERY }, (call) => answerRows(call, listRows)),
];

async function answerRows(
  call: UiRepositoryCall<RowsQuery>,
  rowsOf: (files: ReportFiles, choice: RowsChoice) => TreeAnswer,
): Promise<UiAnswer> {
  const { path, search = '', sort, direction, cursor } = call.query;
  const slice = readCursor({ cursor });
  if (slice.kind === 'failure') return asUiFailure(slice);
  const view = await viewReport(call);
  if (view === null) return NOT_THERE;
  const choice = { folder: folderOf(path), search, sort, direction, after: slice.after };
  return answer<TreeAnswer>(rowsOf(await view.list(), choice));
}
