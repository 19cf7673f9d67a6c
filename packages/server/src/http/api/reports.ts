import { emptyTotals, type Totals } from '@thatch/engine';
import { z } from 'zod';
import { REPORT } from '../../presenters/report.ts';
import { presentReportTotals } from '../../presenters/totals.ts';
import { NOT_FOUND, type ApiAnswer } from './answer.ts';
import type { RepositoryCall } from './context.ts';
import { repositoryOperation, REPOSITORY_PATH, REPORT_SCOPES, type Operation } from './operation.ts';
import { fileAddress } from './page-address.ts';
import { filesText, wholeText, type FileDetail } from './report-text.ts';
import {
  chooseReport,
  selectFiles,
  SELECTION_QUERY,
  sumFiles,
  type ChosenReport,
  type SelectionQuery,
} from './selection.ts';

/** The report of a commit, with and without lines (public-api §2.8). */
export const REPORT_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'totalsRetrieve',
      path: `${REPOSITORY_PATH}/totals`,
      summary: 'Report of a commit without lines.',
      query: z.object(SELECTION_QUERY),
      answer: REPORT,
      scopes: REPORT_SCOPES,
      failures: [404],
    },
    (call) => answerReport(call, 'files'),
  ),
  repositoryOperation(
    {
      id: 'reportRetrieve',
      path: `${REPOSITORY_PATH}/report`,
      summary: 'Report of a commit with the lines of every file.',
      query: z.object(SELECTION_QUERY),
      answer: REPORT,
      scopes: REPORT_SCOPES,
      failures: [404],
    },
    (call) => answerReport(call, 'lines'),
  ),
];

async function answerReport(call: RepositoryCall<SelectionQuery>, detail: FileDetail): Promise<ApiAnswer> {
  const chosen = await chooseReport(call);
  if (chosen.kind === 'failure') return chosen;
  const { sha } = chosen.commit;
  const path = call.query.path ?? '';
  const { totals, isFile } = await summarise(chosen, path);
  if (path !== '' && totals.files === 0) return NOT_FOUND;
  const before = `{"totals":${JSON.stringify(presentReportTotals(totals, chosen.sessions))},"files":`;
  const after = `,"commit_file_url":${JSON.stringify(fileAddress(call, { sha, path, isFile }))}}`;
  return {
    kind: 'streamed',
    tag: JSON.stringify([before, after, detail, chosen.tag]),
    open: async () => {
      const held = await chosen.hold();
      if (held === null) return { pieces: wholeText(`${before}[]${after}`), release: () => {} };
      const { report, release } = held;
      return { pieces: filesText({ before, report, files: selectFiles(report, path), detail, after }), release };
    },
  };
}

async function summarise(chosen: ChosenReport, path: string): Promise<{ totals: Totals; isFile: boolean }> {
  const held = await chosen.hold();
  if (held === null) return { totals: emptyTotals(), isFile: false };
  try {
    const { report } = held;
    const isFile = path !== '' && report.directory.find(path) !== null;
    return { totals: sumFiles(selectFiles(report, path)), isFile };
  } finally {
    held.release();
  }
}
