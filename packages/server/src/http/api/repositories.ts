import { z } from 'zod';
import { visibilityOf } from '../../auth/repository-access.ts';
import {
  countRepositories,
  findListedRepository,
  listRepositories,
  type RepositoryFilter,
  type RepositoryOrder,
} from '../../database/queries/repository-lists.ts';
import { REPOSITORY, REPOSITORY_PAGE, presentRepository } from '../../presenters/repository.ts';
import { NOT_FOUND } from './answer.ts';
import { repositoryOperation, REPOSITORY_PATH, serviceOperation, type Operation } from './operation.ts';
import { ownerOfPath } from './owners.ts';
import { answerPage, PAGE_QUERY } from './paging.ts';
import { booleanParameter, orderingParameter, textParameter, textsParameter } from './query.ts';

const LIST_QUERY = z.object({
  ...PAGE_QUERY,
  active: booleanParameter('Whether it has received an upload.'),
  names: textsParameter('Exact names; repeat the key.'),
  search: textParameter('Words that the name contains, in any case.'),
  ordering: orderingParameter(['updatestamp', '-updatestamp', 'name', '-name']),
});

/** Repositories (public-api §2.3). */
export const REPOSITORY_OPERATIONS: readonly Operation[] = [
  serviceOperation(
    {
      id: 'reposList',
      path: '/api/v2/{service}/{owner}/repos',
      summary: 'Repositories of an owner that the caller may see, newest first.',
      query: LIST_QUERY,
      answer: REPOSITORY_PAGE,
      failures: [404],
    },
    async (call) => {
      const owner = await ownerOfPath(call);
      if (owner === null) return NOT_FOUND;
      const { app, query, principal } = call;
      const { kysely } = app.database;
      const filter: RepositoryFilter = {
        ownerId: owner.id,
        visibility: await visibilityOf({ database: kysely, guestAccess: app.config.setup.guestAccess }, principal),
        active: query.active,
        names: query.names,
        words: wordsOf(query.search),
      };
      const order = readOrder(query.ordering);
      return answerPage(call, {
        count: () => countRepositories(kysely, filter),
        items: async (slice) => (await listRepositories(kysely, filter, order, slice)).map(presentRepository),
      });
    },
  ),
  repositoryOperation(
    {
      id: 'reposRetrieve',
      path: REPOSITORY_PATH,
      summary: 'One repository.',
      query: z.object({}),
      answer: REPOSITORY,
      failures: [404],
    },
    async ({ app, repository }) => {
      const listed = await findListedRepository(app.database.kysely, repository.id);
      return listed === null ? NOT_FOUND : { kind: 'json', value: presentRepository(listed) };
    },
  ),
];

const MOST_WORDS = 20;

/** Words between blanks and commas (public-api §1.4, "Search"). */
function wordsOf(search: string | undefined): string[] | undefined {
  return search
    ?.split(/[\s,]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
}

function readOrder(ordering: z.output<typeof LIST_QUERY>['ordering']): RepositoryOrder {
  if (ordering === undefined) return { column: 'id', direction: 'desc' };
  const column = ordering.endsWith('name') ? 'name' : 'updatestamp';
  return { column, direction: ordering.startsWith('-') ? 'desc' : 'asc' };
}
