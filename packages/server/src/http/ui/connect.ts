import { refuseScope } from '../../auth/api-principal.ts';
import { openSealedToken } from '../../auth/token-hash.ts';
import { findSealedToken } from '../../database/queries/repository-tokens.ts';
import { isAnyReportOf } from '../../database/queries/reports.ts';
import { answer } from './answer.ts';
import type { ConnectAnswer, ConnectToken } from './contract/connect.ts';
import { publicAddress } from './instance.ts';
import { hasRole, repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';

/** How a CI sends reports of a repository (web-ui §3.8). */
export const CONNECT_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/connect` }, async (call) =>
    answer<ConnectAnswer>({
      address: await publicAddress(call),
      token: await tokenFor(call),
      may_change: hasRole(call.role, 'admin'),
      has_report: await isAnyReportOf(call.app.database.kysely, call.repository.id),
    }),
  ),
];

/** The same rule as for programs (public-api §2.3): members see it, an API token only with the scope for it, and that is written down. */
async function tokenFor({ app, repository, role, principal }: UiRepositoryCall): Promise<ConnectToken> {
  if (!hasRole(role, 'member') || refuseScope(principal, 'repo:secrets') !== null) return { kind: 'not_allowed' };
  const token = await findSealedToken(app.database.kysely, repository.id);
  if (token === null) return { kind: 'none' };
  if (app.config.setup.hideAllCodecovTokens) return { kind: 'hidden' };
  const text = openSealedToken(app.tokenSecrets, token.sealed, token.hash);
  // Sealed by another key than the present one: it still opens, but nobody can read it again.
  if (text === null) return { kind: 'none' };
  app.log.info(
    {
      audit: 'repo.secrets.read',
      user: principal.kind === 'user' ? principal.name : principal.kind,
      repository_id: repository.id,
    },
    'the secrets of a repository were shown',
  );
  return { kind: 'shown', id: token.id, text };
}
