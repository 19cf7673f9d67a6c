import { beforeEach, describe, expect, test } from 'vitest';
import {
  accepted,
  authorizerOf,
  makeRepository,
  openWeb,
  OTHER_SHA,
  refused,
  SECRETS,
  SHA,
  storeCommit,
  storeToken,
  uploadRequest,
  useUploadWorld,
} from '../../test/support/upload-world.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import { findOrCreateOwner } from '../database/queries/owners.ts';
import { findRepository } from '../database/queries/repositories.ts';
import { findTokensByHash, revokeToken } from '../database/queries/tokens.ts';
import { readTokenPresentation } from './token-forms.ts';
import { hashToken } from './token-hash.ts';
import type { UploadAuthorizer } from './upload-authorization.ts';
import type { UploadEndpoint, UploadTarget } from './upload-request.ts';

const worlds = useUploadWorld();
let world: UploadWorld;
let authorize: UploadAuthorizer;
beforeEach(() => {
  world = worlds.get();
  authorize = authorizerOf(world);
});

const CORE = { kind: 'path', service: 'github', slug: 'acme::::core' } as const;
const NOPE = { kind: 'path', service: 'github', slug: 'acme::::nope' } as const;
const FAILED_TOKEN = { detail: expect.stringMatching(/^Failed token authentication, please double-check/) };

describe('rule 1, open repositories', () => {
  beforeEach(() => openWeb(world));

  test('a wrong token is noted, not refused', async () => {
    const answer = accepted(await authorize(uploadRequest({ token: world.X })));
    expect(answer).toMatchObject({
      principal: { kind: 'anyone' },
      notices: [{ code: 'token_wrong' }],
      isUnprotected: false,
    });
  });

  test('a token of another repository is noted, and the path decides', async () => {
    const answer = accepted(await authorize(uploadRequest({ token: world.P })));
    expect(answer).toMatchObject({
      repository: { id: world.web.id },
      notices: [{ code: 'token_of_another_repository' }],
    });
  });

  test('a malformed header is noted', async () => {
    const presented = readTokenPresentation({ authorization: 'token ' });
    expect(accepted(await authorize(uploadRequest({ presented }))).notices).toMatchObject([
      { code: 'token_malformed' },
    ]);
  });

  test('a right token is the principal', async () => {
    expect(accepted(await authorize(uploadRequest({ token: world.R }))).principal.kind).toBe('repository');
  });

  test('a global token of another provider neither moves the upload nor makes a repository', async () => {
    const making = authorizerOf(world, {
      createRepositories: true,
      globalTokens: [{ service: 'gitlab', token: 'for-gitlab' }],
    });
    const answer = accepted(await making(uploadRequest({ token: 'for-gitlab' })));
    expect(answer.repository.id).toBe(world.web.id);
    expect(await findRepository(world.database, { service: 'gitlab', owner: 'acme', name: 'web' })).toBeNull();
  });

  test.each<UploadEndpoint>(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'own'])('%s needs no token', async (endpoint) => {
    const target: UploadTarget =
      endpoint === 'own' ? { kind: 'own', repository: 'gh/acme/web' } : uploadRequest().target;
    expect(accepted(await authorize(uploadRequest({ endpoint, target }))).principal.kind).toBe('anyone');
  });

  test.each<UploadEndpoint>(['K', 'meta'])('%s needs a token all the same', async (endpoint) => {
    const target: UploadTarget =
      endpoint === 'meta'
        ? { kind: 'own', repository: 'gh/acme/web' }
        : { kind: 'plain', service: 'github', owner: 'acme', name: 'web' };
    expect(refused(await authorize(uploadRequest({ endpoint, target }))).status).toBe(401);
    expect(accepted(await authorize(uploadRequest({ endpoint, target, token: world.R }))).repository.id).toBe(
      world.web.id,
    );
  });
});

describe('rule 6, without a token', () => {
  test.each<UploadEndpoint>(['B', 'C', 'G'])('%s asks the stored commit for its branch', async (endpoint) => {
    const request = uploadRequest({ endpoint, branch: 'me:said-so' });
    expect(refused(await authorize(request)).hint).toContain('not known');
    await storeCommit(world.database, world.web, SHA, 'me:fix');
    await storeCommit(world.database, world.web, OTHER_SHA, 'main');
    expect(accepted(await authorize(request)).isUnprotected).toBe(true);
    expect(refused(await authorize({ ...request, sha: OTHER_SHA })).status).toBe(401);
  });

  test.each<UploadEndpoint>(['E', 'H'])('%s is never taken', async (endpoint) => {
    await storeCommit(world.database, world.web, SHA, 'me:fix');
    expect(refused(await authorize(uploadRequest({ endpoint, branch: 'me:fix' })))).toMatchObject({
      status: 401,
      body: FAILED_TOKEN,
    });
  });

  test.each<UploadEndpoint>(['A', 'D'])('%s does not touch a commit of a usual branch', async (endpoint) => {
    await storeCommit(world.database, world.web, SHA, 'main');
    expect(refused(await authorize(uploadRequest({ endpoint, branch: 'me:fix' }))).status).toBe(401);
  });

  test('row 28: D is taken on a fork branch only', async () => {
    expect(accepted(await authorize(uploadRequest({ endpoint: 'D', branch: 'me:x' }))).isUnprotected).toBe(true);
    expect(refused(await authorize(uploadRequest({ endpoint: 'D', branch: 'x' }))).status).toBe(401);
  });

  test.each([':x', 'me:', null])('%j is not the branch of a fork', async (branch) => {
    expect(refused(await authorize(uploadRequest({ branch }))).status).toBe(401);
  });

  test('it can be switched off; lists stay public', async () => {
    const strict = authorizerOf(world, { tokenless: 'off' });
    expect(refused(await strict(uploadRequest({ branch: 'me:fix' }))).hint).toContain('thatch.uploads.tokenless');
    expect(accepted(await strict(uploadRequest({ method: 'GET' }))).repository.id).toBe(world.web.id);
  });

  test('the 61st upload of an address within the hour is throttled, another address is not', async () => {
    const now = { at: 0 };
    const limited = authorizerOf(world, { clock: () => now.at });
    const request = uploadRequest({ endpoint: 'D', branch: 'me:fix' });
    for (let count = 0; count < 60; count++) accepted(await limited(request));
    const answer = refused(await limited(request));
    expect(answer).toMatchObject({ status: 429, body: { detail: 'Request was throttled.' } });
    expect(answer.headers['retry-after']).toBe('60');
    expect(accepted(await limited({ ...request, address: '192.0.2.2' })).isUnprotected).toBe(true);
    now.at += 60_000;
    expect(accepted(await limited(request)).isUnprotected).toBe(true);
  });

  test('the answer about a private repository is that about none', async () => {
    for (const branch of ['main', 'me:fix']) {
      for (const token of [undefined, world.X]) {
        const hidden = refused(await authorize(uploadRequest({ branch, token, target: CORE })));
        const absent = refused(await authorize(uploadRequest({ branch, token, target: NOPE })));
        expect(hidden).toEqual(absent);
      }
    }
  });
});

describe('tokens', () => {
  test('a revoked token opens nothing from that moment on', async () => {
    expect(accepted(await authorize(uploadRequest({ token: world.R }))).principal.kind).toBe('repository');
    const [row] = await findTokensByHash(world.database, [hashToken(SECRETS, world.R)]);
    expect(await revokeToken(world.database, row.id)).toBe(true);
    expect(refused(await authorize(uploadRequest({ token: world.R })))).toMatchObject({
      status: 401,
      code: 'token_revoked',
    });
    expect(await revokeToken(world.database, row.id)).toBe(false);
  });

  test('the use of a token is noted, to the minute', async () => {
    const now = { at: Date.parse('2026-11-25T10:00:00Z') };
    const timed = authorizerOf(world, { clock: () => now.at });
    const lastUse = async () => {
      const [row] = await findTokensByHash(world.database, [hashToken(SECRETS, world.R)]);
      return row.last_used_at?.toISOString();
    };
    await timed(uploadRequest({ token: world.R }));
    now.at += 59_000;
    await timed(uploadRequest({ token: world.R }));
    expect(await lastUse()).toBe('2026-11-25T10:00:00.000Z');
    now.at += 1_000;
    await timed(uploadRequest({ token: world.R }));
    expect(await lastUse()).toBe('2026-11-25T10:01:00.000Z');
  });

  test('an API token does not upload, and the refusal says what it is', async () => {
    const user = await world.database
      .insertInto('users')
      .values({ name: `anna-${world.web.id}`, password_hash: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    const token = await storeToken(world.database, { kind: 'api', userId: user.id, scopes: ['read'] });
    expect(refused(await authorize(uploadRequest({ token })))).toMatchObject({
      status: 401,
      code: 'token_is_api_token',
    });
  });

  test('a global token made by the shell counts for the provider of the path', async () => {
    const token = await storeToken(world.database, { kind: 'global', service: null });
    const lab = await makeRepository(world.database, 'acme', 'web', { service: 'gitlab' });
    const target = { kind: 'path', service: 'gl', slug: 'acme::::web' } as const;
    expect(accepted(await authorize(uploadRequest({ token, target }))).repository.id).toBe(lab.id);
    expect(accepted(await authorize(uploadRequest({ token }))).repository.id).toBe(world.web.id);
  });

  test('a refusal holds no more of a token than its first four characters', async () => {
    for (const endpoint of ['A', 'E', 'I', 'K', 'own'] as const) {
      const answer = refused(await authorize(uploadRequest({ endpoint, token: world.X, target: CORE })));
      expect(JSON.stringify(answer)).not.toContain(world.X.slice(0, 5));
    }
  });
});

describe('repositories that do not exist yet', () => {
  let making: UploadAuthorizer;
  beforeEach(() => {
    making = authorizerOf(world, { createRepositories: true });
  });

  test('are made, private, by a global token', async () => {
    const answer = accepted(await making(uploadRequest({ token: world.G, target: NOPE })));
    expect(answer).toMatchObject({
      isNew: true,
      repository: { service: 'github', owner_name: 'acme', name: 'nope', is_private: true },
    });
    expect(accepted(await making(uploadRequest({ token: world.G, target: NOPE })))).toMatchObject({
      isNew: false,
      repository: { id: answer.repository.id },
    });
  });

  test('are made together with their owner', async () => {
    const target = { kind: 'path', service: 'github', slug: 'newcomer::::first' } as const;
    expect(accepted(await making(uploadRequest({ token: world.G, target }))).isNew).toBe(true);
  });

  test('are made by a token of their owner, never of another', async () => {
    expect(accepted(await making(uploadRequest({ token: world.O, target: NOPE }))).isNew).toBe(true);
    const target = { kind: 'path', service: 'github', slug: 'newcomer::::first' } as const;
    expect(refused(await making(uploadRequest({ token: world.O, target }))).status).toBe(403);
  });

  test('are not made by a token of a repository, or without one', async () => {
    expect(refused(await making(uploadRequest({ token: world.R, target: NOPE }))).status).toBe(400);
    expect(refused(await making(uploadRequest({ target: NOPE, branch: 'me:fix' }))).status).toBe(401);
  });

  test('come into being once, however many uploads ask for them at once', async () => {
    const target = { kind: 'path', service: 'github', slug: 'crowd::::matrix' } as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => making(uploadRequest({ token: world.G, target }))),
    );
    expect(new Set(answers.map((answer) => accepted(answer).repository.id)).size).toBe(1);
    expect(answers.filter((answer) => accepted(answer).isNew)).toHaveLength(1);
  });

  test('lie on no forge when nothing names one', async () => {
    const token = await storeToken(world.database, { kind: 'global', service: null });
    const target = { kind: 'own', repository: 'team/tool' } as const;
    expect(accepted(await making(uploadRequest({ endpoint: 'own', token, target }))).repository).toMatchObject({
      service: 'git',
      owner_name: 'team',
      name: 'tool',
    });
  });

  test('are not made with names that could do harm', async () => {
    for (const slug of ['acme::::..', 'acme::::a\u0000b', 'acme::::a b', 'a/b::::c']) {
      const answer = await making(uploadRequest({ token: world.G, target: { kind: 'path', service: 'github', slug } }));
      expect(refused(answer).status).toBe(401);
    }
  });
});

describe('a repository that was switched off', () => {
  beforeEach(async () => {
    await world.database
      .updateTable('repositories')
      .set({ deactivated_at: new Date() })
      .where('id', '=', world.web.id)
      .execute();
  });

  test.each<UploadEndpoint>(['A', 'B', 'C', 'D'])('%s is refused and told where to switch it on', async (endpoint) => {
    expect(refused(await authorize(uploadRequest({ endpoint, token: world.R })))).toMatchObject({
      status: 400,
      body: [
        'This repository is deactivated. To resume uploading to it, please activate the repository in the Thatch UI: ' +
          'https://thatch.example/github/acme/web/config/general',
      ],
    });
  });

  test.each<UploadEndpoint>(['F', 'G', 'H'])('%s is not', async (endpoint) => {
    expect(accepted(await authorize(uploadRequest({ endpoint, token: world.R }))).repository.id).toBe(world.web.id);
  });
});

test('names of a plain git remote differ by case, those of a forge do not', async () => {
  await findOrCreateOwner(world.database, { service: 'git', owner: 'Team' });
  const other = await findOrCreateOwner(world.database, { service: 'git', owner: 'team' });
  const upper = await makeRepository(world.database, 'team', 'Tool', { service: 'git' });
  const lower = await makeRepository(world.database, 'team', 'tool', { service: 'git' });
  expect(upper.id).not.toBe(lower.id);
  expect(upper.owner_id).toBe(other.id);
  const same = await makeRepository(world.database, 'ACME', 'WEB');
  expect(same.id).toBe(world.web.id);
});
