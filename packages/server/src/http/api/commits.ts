import { z } from 'zod';
import { countCommits, listCommitsByTime } from '../../database/queries/commit-lists.ts';
import { COMMIT_DETAIL, COMMIT_PAGE } from '../../presenters/commit.ts';
import { NOT_FOUND } from './answer.ts';
import { commitOfPath } from './choose-commit.ts';
import { openCommitText, presentCommits } from './commit-text.ts';
import { repositoryOperation, REPOSITORY_PATH, type Operation } from './operation.ts';
import { answerPage, PAGE_QUERY } from './paging.ts';
import { choiceParameter, textParameter } from './query.ts';

/** Commits (public-api §2.5). */
export const COMMIT_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'commitsList',
      path: `${REPOSITORY_PATH}/commits`,
      summary: 'Commits, newest first.',
      query: z.object({ ...PAGE_QUERY, branch: textParameter('Only those of this branch.') }),
      answer: COMMIT_PAGE,
      failures: [404],
    },
    async (call) => {
      const { kysely } = call.app.database;
      const filter = { repositoryId: call.repository.id, branch: call.query.branch };
      return answerPage(call, {
        count: () => countCommits(kysely, filter),
        items: async (slice) => presentCommits(call, await listCommitsByTime(kysely, filter, slice)),
      });
    },
  ),
  repositoryOperation(
    {
      id: 'commitsRetrieve',
      path: `${REPOSITORY_PATH}/commits/{sha}`,
      summary: 'One commit with its report.',
      query: z.object({
        include: choiceParameter('How much of the report: nothing but totals, files, or files with lines (default).', [
          'none',
          'files',
          'lines',
        ]),
      }),
      answer: COMMIT_DETAIL,
      failures: [404],
    },
    async (call) => {
      const commit = await commitOfPath(call);
      if (commit === null) return NOT_FOUND;
      return openCommitText(call, commit, { include: call.query.include ?? 'lines' });
    },
  ),
];
