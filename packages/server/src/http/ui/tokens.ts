import { z } from 'zod';
import { hashToken, sealToken } from '../../auth/token-hash.ts';
import { makeUploadToken, visiblePrefix } from '../../auth/token-make.ts';
import { findRepositoryToken, listRepositoryTokens, replaceToken } from '../../database/queries/repository-tokens.ts';
import { insertToken, revokeToken, type NewToken } from '../../database/queries/tokens.ts';
import type { Token } from '../../database/tables.ts';
import { isoTime } from '../../presenters/time.ts';
import { answer, EMPTY, NOT_THERE, type UiAnswer } from './answer.ts';
import type { NewTokenAnswer, TokenRow, TokensAnswer } from './contract/tokens.ts';
import { hasRole, repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';

const MOST_LISTED = 200;
const LONGEST_GRACE_DAYS = 7;
const DAY_MS = 86_400_000;
const TOKENS = `${UI_REPOSITORY}/tokens`;
/** How far an API token must reach to change upload tokens (public-api §4.5). */
const SCOPE = 'repo:secrets';

const NAME = z
  .string()
  .trim()
  .min(1, 'Say what it is for.')
  .max(100, 'At most 100 characters.')
  .refine((text) => !text.includes('\u0000'), 'Null characters are not allowed.');

/** Upload tokens of a repository: members see which there are, administrators make, rotate and revoke them (web-ui §3.13). */
export const TOKEN_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: TOKENS, needs: 'member' }, async ({ app, repository, role }) => {
    const tokens = await listRepositoryTokens(app.database.kysely, repository.id, { limit: MOST_LISTED });
    return answer<TokensAnswer>({ tokens: tokens.map(presentToken), may_change: hasRole(role, 'admin') });
  }),
  repositoryPage(
    { method: 'POST', path: TOKENS, needs: 'admin', scope: SCOPE, body: z.object({ name: NAME }) },
    async (call) => {
      const { kysely } = call.app.database;
      const [text, token] = makeToken(call, call.body.name);
      const id = await insertToken(kysely, token);
      return tellNew(call, 'token.created', id, text);
    },
  ),
  repositoryPage(
    {
      method: 'POST',
      path: `${TOKENS}/{id}/rotate`,
      needs: 'admin',
      scope: SCOPE,
      body: z.object({ grace_days: z.int().min(0).max(LONGEST_GRACE_DAYS, 'At most seven days.') }),
    },
    async (call) => {
      const old = await tokenOfCall(call);
      if (old === null) return NOT_THERE;
      const [text, next] = makeToken(call, old.name);
      const endsAt = new Date(Date.now() + call.body.grace_days * DAY_MS);
      const id = await replaceToken(call.app.database.kysely, { old, next, endsAt });
      return id === null ? NOT_THERE : tellNew(call, 'token.rotated', id, text);
    },
  ),
  repositoryPage({ method: 'DELETE', path: `${TOKENS}/{id}`, needs: 'admin', scope: SCOPE }, async (call) => {
    const token = await tokenOfCall(call);
    if (token === null || !(await revokeToken(call.app.database.kysely, token.id))) return NOT_THERE;
    audit(call, 'token.revoked', token.id);
    return EMPTY;
  }),
];

function presentToken({ id, name, prefix, created_at, expires_at, last_used_at }: Token): TokenRow {
  return {
    id,
    name,
    prefix,
    created_at: isoTime(created_at),
    expires_at: expires_at === null ? null : isoTime(expires_at),
    last_used_at: last_used_at === null ? null : isoTime(last_used_at),
  };
}

function makeToken({ app, repository }: UiRepositoryCall, name: string | null): [text: string, token: NewToken] {
  const text = makeUploadToken();
  return [
    text,
    {
      target: { kind: 'repository', repositoryId: repository.id },
      hash: hashToken(app.tokenSecrets, text),
      // Members may see it again: a snippet of R/new holds it (upload-protocol §2.1).
      sealed: sealToken(app.tokenSecrets, text),
      prefix: visiblePrefix(text),
      name,
      expiresAt: null,
    },
  ];
}

async function tellNew(call: UiRepositoryCall, act: string, id: number, text: string): Promise<UiAnswer> {
  audit(call, act, id);
  const token = await findRepositoryToken(call.app.database.kysely, call.repository.id, id);
  if (token === null) return NOT_THERE;
  return { kind: 'json', status: 201, value: { token: text, row: presentToken(token) } satisfies NewTokenAnswer };
}

const NUMBER = /^[1-9]\d{0,14}$/;

async function tokenOfCall(call: UiRepositoryCall): Promise<Token | null> {
  const id = call.parameter('id');
  return NUMBER.test(id) ? findRepositoryToken(call.app.database.kysely, call.repository.id, Number(id)) : null;
}

/** Who did what to which token; never its text. */
function audit({ app, principal, repository }: UiRepositoryCall, act: string, tokenId: number): void {
  app.log.info(
    {
      audit: act,
      user: principal.kind === 'user' ? principal.name : principal.kind,
      repository_id: repository.id,
      token_id: tokenId,
    },
    'a person changed tokens',
  );
}
