import { z } from 'zod';
import { openSealedToken } from '../../auth/token-hash.ts';
import { findSealedToken } from '../../database/queries/repository-tokens.ts';
import { REPOSITORY_CONFIG } from '../../presenters/repository.ts';
import { failure } from './answer.ts';
import type { RepositoryCall } from './context.ts';
import { repositoryOperation, REPOSITORY_PATH, type Operation } from './operation.ts';

/** Secrets of a repository, for its members (public-api §2.3). */
export const REPOSITORY_CONFIG_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'repoConfigRetrieve',
      path: `${REPOSITORY_PATH}/config`,
      summary: 'Upload token and image token of a repository.',
      query: z.object({}),
      answer: REPOSITORY_CONFIG,
      scopes: ['repo:secrets'],
      failures: [403, 404],
      isConfig: true,
    },
    async (call) => {
      const { request, repository, role, principal } = call;
      if (role !== 'member' && role !== 'admin') {
        return failure(403, 'not_allowed', 'You do not have permission to perform this action.');
      }
      request.log.info(
        {
          audit: 'repo.secrets.read',
          repository_id: repository.id,
          user_id: principal.kind === 'user' ? principal.userId : null,
        },
        'the secrets of a repository were shown',
      );
      return { kind: 'json', value: { upload_token: await uploadToken(call), graph_token: null } };
    },
  ),
];

const MASKED = '*'.repeat(16);

/** The newest upload token of the repository itself that is in force. */
async function uploadToken({ app, repository }: RepositoryCall<unknown>): Promise<string | null> {
  const token = await findSealedToken(app.database.kysely, repository.id);
  if (token === null) return null;
  return app.config.setup.hideAllCodecovTokens ? MASKED : openSealedToken(app.tokenSecrets, token.sealed, token.hash);
}
