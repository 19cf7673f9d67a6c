import { z } from 'zod';
import { defaultBranch } from '../../database/queries/branches.ts';
import { listCommitPage, newestCommit } from '../../database/queries/commit-pages.ts';
import type { CommitState } from '../../database/tables.ts';
import { CURSOR_QUERY, readCursor, writeCursor } from '../api/paging.ts';
import { booleanParameter, textParameter, textsParameter } from '../api/query.ts';
import { answer, asUiFailure } from './answer.ts';
import { presentCommitBriefs } from './commit-brief.ts';
import type { CommitsAnswer, CoverageStatus } from './contract/commits.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation } from './operation.ts';

const COMMITS_QUERY = z.object({
  ...CURSOR_QUERY,
  branch: textParameter('Only those of this branch; of the default branch where neither this nor `all` is given.'),
  all: booleanParameter('Those of every branch.'),
  coverageStatus: textsParameter('Only those in one of these states.'),
  search: textParameter('Beginning of a sha, else words of the message.'),
  author: textParameter('A part of the name of the author.'),
});

/** The list of commits (web-ui §3.5). */
export const COMMITS_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/commits`, query: COMMITS_QUERY }, async ({ app, repository, query }) => {
    const slice = readCursor(query);
    if (slice.kind === 'failure') return asUiFailure(slice);
    const { kysely } = app.database;
    const main = await defaultBranch(kysely, repository);
    const branch = query.all === true ? null : (given(query.branch) ?? main);
    const filter = {
      repositoryId: repository.id,
      branch,
      states: statesOf(query.coverageStatus ?? []),
      search: given(query.search),
      author: given(query.author),
    };
    const found = await listCommitPage(kysely, filter, slice.after === 0 ? null : slice.after, slice.limit + 1);
    const shown = found.slice(0, slice.limit);
    const briefs = await presentCommitBriefs(kysely, shown);
    return answer<CommitsAnswer>({
      repository_id: repository.id,
      newest: await newestCommit(kysely, repository.id),
      default_branch: main,
      branch,
      commits: briefs.map((brief, index) => ({ ...brief, number: shown[index].id })),
      next_cursor: found.length > slice.limit ? writeCursor(shown[slice.limit - 1].id) : null,
    });
  }),
];

const STATES: Readonly<Record<CoverageStatus, CommitState>> = {
  COMPLETED: 'complete',
  PENDING: 'pending',
  ERROR: 'error',
};

/** Words that are none are as if they were not there (web-ui §1.4). */
function statesOf(words: readonly string[]): CommitState[] {
  return words.flatMap((word) => (Object.hasOwn(STATES, word) ? [STATES[word as CoverageStatus]] : []));
}

function given(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
