import { z } from 'zod';
import { accessRepository, visibilityOf } from '../../auth/repository-access.ts';
import { findBranchesByText, findCommitsByPrefix, findRepositoriesByText } from '../../database/queries/jump.ts';
import { findRepository, type OwnedRepository } from '../../database/queries/repositories.ts';
import { parseRepositoryName, type Service, shortService } from '../../names.ts';
import { textParameter } from '../api/query.ts';
import { answer } from './answer.ts';
import { titleOf } from './commit-brief.ts';
import type { JumpAnswer } from './contract/jump.ts';
import { openOperation, type UiCall, type UiOperation } from './operation.ts';

const JUMP_QUERY = z.object({
  search: textParameter('What was typed.'),
  repository: textParameter('`gh/acme/web`: where the person is.'),
});

/** What the palette finds (web-ui §4.4). */
export const JUMP_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/jump', query: JUMP_QUERY }, async (call) => {
    const text = (call.query.search ?? '').trim().slice(0, LONGEST_TEXT);
    if (text === '') return answer<JumpAnswer>({ repositories: [], branches: [], commits: [] });
    const { kysely } = call.app.database;
    const [visibility, here] = await Promise.all([visibilityOf(accessOptions(call), call.principal), findHere(call)]);
    const [repositories, branches, commits] = await Promise.all([
      findRepositoriesByText(kysely, visibility, text, MOST.repositories),
      here === null ? [] : findBranchesByText(kysely, here.id, text, MOST.branches),
      here === null || !SHA_BEGINNING.test(text)
        ? []
        : findCommitsByPrefix(kysely, here.id, text.toLowerCase(), MOST.commits),
    ]);
    return answer<JumpAnswer>({
      repositories: repositories.map(({ service, ...names }) => ({
        service: shortService(service as Service),
        ...names,
      })),
      branches,
      commits: commits.map(({ sha, message }) => ({ sha, title: titleOf(message) })),
    });
  }),
];

const LONGEST_TEXT = 200;
const MOST = { repositories: 8, branches: 6, commits: 6 };
/** Shorter ones are words. */
const SHA_BEGINNING = /^[0-9a-f]{4,40}$/i;

/** The repository that the person is in; null when there is none to be seen. */
async function findHere(call: UiCall<{ readonly repository?: string | undefined }>): Promise<OwnedRepository | null> {
  const name = parseRepositoryName(call.query.repository ?? '');
  if (name === null) return null;
  const repository = await findRepository(call.app.database.kysely, name);
  const access = await accessRepository(accessOptions(call), { principal: call.principal, repository, method: 'GET' });
  return access.kind === 'allowed' ? access.repository : null;
}

function accessOptions({ app }: Pick<UiCall, 'app'>) {
  return { database: app.database.kysely, guestAccess: app.config.setup.guestAccess };
}
