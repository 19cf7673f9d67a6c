import { z } from 'zod';
import { countBranches, findBranch, listBranches, type BranchOrder } from '../../database/queries/branch-lists.ts';
import { findCommit } from '../../database/queries/commits.ts';
import { BRANCH_DETAIL, BRANCH_PAGE, presentBranch } from '../../presenters/branch.ts';
import { NOT_FOUND } from './answer.ts';
import { openCommitText } from './commit-text.ts';
import type { RepositoryCall } from './context.ts';
import { repositoryOperation, REPOSITORY_PATH, withoutSuffix, type Operation } from './operation.ts';
import { answerPage, PAGE_QUERY } from './paging.ts';
import { integerParameter, orderingParameter } from './query.ts';

const LIST_QUERY = z.object({
  ...PAGE_QUERY,
  author: integerParameter('Number of an owner among the authors of the branch.'),
  ordering: orderingParameter(['updatestamp', '-updatestamp', 'name', '-name']),
});

/** Branches (public-api §2.4). */
export const BRANCH_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'branchesList',
      path: `${REPOSITORY_PATH}/branches`,
      summary: 'Branches, last changed first.',
      query: LIST_QUERY,
      answer: BRANCH_PAGE,
      failures: [404],
    },
    async (call) => {
      const { app, repository, query } = call;
      const { kysely } = app.database;
      // Without a forge no author of a commit is an owner, so none matches.
      if (query.author !== undefined) return answerPage(call, { count: async () => 0, items: async () => [] });
      const order = readOrder(query.ordering);
      return answerPage(call, {
        count: () => countBranches(kysely, repository.id),
        items: async (slice) => (await listBranches(kysely, repository.id, order, slice)).map(presentBranch),
      });
    },
  ),
  repositoryOperation(
    {
      id: 'branchesRetrieve',
      path: `${REPOSITORY_PATH}/branches/{name*}`,
      summary: 'One branch and the report of its head without lines. Slashes in the name may be plain or `%2F`.',
      query: z.object({}),
      answer: BRANCH_DETAIL,
      failures: [404],
    },
    async (call) => {
      const branch = await branchOfPath(call);
      if (branch === null) return NOT_FOUND;
      const shown = presentBranch(branch);
      const head = await findCommit(call.app.database.kysely, call.repository.id, branch.head_sha);
      if (head === null) return { kind: 'json', value: { ...shown, head_commit: null } };
      const opening = JSON.stringify(shown).slice(0, -1);
      return openCommitText(call, head, {
        include: 'files',
        before: `${opening},"head_commit":`,
        after: '}',
      });
    },
  ),
];

async function branchOfPath({ app, repository, parameter }: RepositoryCall<unknown>) {
  const name = parameter('name');
  const find = (each: string) => findBranch(app.database.kysely, repository.id, each);
  return (await find(name)) ?? find(withoutSuffix(name));
}

function readOrder(ordering: z.output<typeof LIST_QUERY>['ordering']): BranchOrder {
  if (ordering === undefined) return { column: 'updatestamp', direction: 'desc' };
  const column = ordering.endsWith('name') ? 'name' : 'updatestamp';
  return { column, direction: ordering.startsWith('-') ? 'desc' : 'asc' };
}
