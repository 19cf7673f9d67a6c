import { z } from 'zod';
import { TREE, presentTree } from '../../presenters/tree.ts';
import { repositoryOperation, REPOSITORY_PATH, REPORT_SCOPES, type Operation } from './operation.ts';
import { integerParameter } from './query.ts';
import { chooseReport, selectFiles, SELECTION_QUERY } from './selection.ts';

/** The report of a commit as a tree (public-api §2.8). */
export const TREE_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'reportTreeRetrieve',
      path: `${REPOSITORY_PATH}/report/tree`,
      summary: 'Directories and files of a report, or of one directory of it, to a depth.',
      query: z.object({
        ...SELECTION_QUERY,
        depth: integerParameter('Levels, default 1.', { least: 1 }),
      }),
      answer: TREE,
      scopes: REPORT_SCOPES,
      failures: [404],
    },
    async (call) => {
      const chosen = await chooseReport(call);
      if (chosen.kind === 'failure') return chosen;
      const held = await chosen.hold();
      if (held === null) return { kind: 'json', value: [] };
      try {
        const path = (call.query.path ?? '').replace(/\/+$/, '');
        const view = { path, depth: call.query.depth ?? 1 };
        return { kind: 'json', value: presentTree(selectFiles(held.report, path), view) };
      } finally {
        held.release();
      }
    },
  ),
];
