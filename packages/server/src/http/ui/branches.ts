import { z } from 'zod';
import { listCoveredBranches } from '../../database/queries/branch-pages.ts';
import { defaultBranch } from '../../database/queries/branches.ts';
import { isoTime } from '../../presenters/time.ts';
import { CURSOR_QUERY, readCursor, writeCursor } from '../api/paging.ts';
import { textParameter } from '../api/query.ts';
import { answer, asUiFailure } from './answer.ts';
import type { BranchesAnswer } from './contract/branches.ts';
import { presentReportCoverage } from './numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation } from './operation.ts';

/** Branches to choose from. */
export const BRANCH_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    {
      path: `${UI_REPOSITORY}/branches`,
      query: z.object({ ...CURSOR_QUERY, search: textParameter('Only names that hold this text.') }),
    },
    async ({ app, repository, query }) => {
      const cursor = readCursor(query);
      if (cursor.kind === 'failure') return asUiFailure(cursor);
      const { kysely } = app.database;
      const { after, limit } = cursor;
      const first = await defaultBranch(kysely, repository);
      const choice = { search: (query.search ?? '').trim(), first };
      const found = await listCoveredBranches(kysely, repository.id, choice, { offset: after, limit: limit + 1 });
      return answer<BranchesAnswer>({
        branches: found.slice(0, limit).map((branch) => ({
          name: branch.name,
          is_default: branch.name === first,
          head: branch.head_sha,
          at: isoTime(branch.updated_at),
          coverage: presentReportCoverage(branch),
        })),
        next_cursor: found.length > limit ? writeCursor(after + limit) : null,
      });
    },
  ),
];
