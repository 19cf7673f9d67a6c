import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/cluster.ts';
import type { TestDatabase } from '../../test/support/cluster.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import {
  authorizerOf,
  makeRepository,
  makeUploadWorld,
  OTHER_SHA,
  SHA,
  storeCommit,
  storeToken,
  uploadRequest,
} from '../../test/support/upload-world.ts';
import { findOrCreateOwner, setTokenRequired } from '../database/queries/owners.ts';
import { findRepository } from '../database/queries/repositories.ts';
import { findTokensByHash, revokeToken } from '../database/queries/tokens.ts';
import { answerRefusal } from './refusal.ts';
import { readTokenPresentation } from './token-forms.ts';
import { hashToken } from './token-hash.ts';
import { SECRETS } from '../../test/support/upload-world.ts';
import type { UploadAuthorization, UploadAuthorizer } from './upload-authorization.ts';
import type { UploadEndpoint, UploadTarget } from './upload-request.ts';

let databaseOfFile: TestDatabase;
let world: UploadWorld;
let authorize: UploadAuthorizer;

beforeAll(async () => {
  databaseOfFile = await createTestDatabase();
});
afterAll(() => databaseOfFile.drop());

beforeEach(async () => {
  const { kysely } = databaseOfFile.connection;
  await kysely.deleteFrom('tokens').execute();
  await kysely.deleteFrom('owners').execute();
  world = await makeUploadWorld(kysely);
  authorize = authorizerOf(world);
});

const CORE = { kind: 'path', service: 'github', slug: 'acme::::core' } as const;
const NOPE = { kind: 'path', service: 'github', slug: 'acme::::nope' } as const;
const TOKENLESS = { detail: 'Not valid tokenless upload' };
const FAILED_TOKEN = { detail: expect.stringMatching(/^Failed token authentication, please double-check/) };

function accepted(answer: UploadAuthorization) {
  if (answer.kind !== 'accepted') throw new Error(`refused: ${answer.detail} (${answer.hint})`);
  return answer;
}

function refused(answer: UploadAuthorization) {
  if (answer.kind !== 'refused') throw new Error(`accepted for ${answer.repository.name}`);
  const { status, headers, body } = answerRefusal(answer);
  const isJson = headers['content-type'] === 'application/json';
  return { status, headers, body: isJson ? (JSON.parse(body) as unknown) : body, code: answer.code, hint: answer.hint };
}

async function openWeb() {
  await setTokenRequired(world.database, world.web.owner_id, false);
}

describe('acceptance list', () => {
  test('row 1: A with the token of the repository is accepted', async () => {
    const answer = accepted(await authorize(uploadRequest({ token: world.R })));
    expect(answer).toMatchObject({
      repository: { id: world.web.id },
      principal: { kind: 'repository' },
      notices: [],
      isUnprotected: false,
      isNew: false,
    });
  });

  test('row 4: an unknown service is refused after the token was accepted', async () => {
    const target = { kind: 'path', service: 'svn', slug: 'acme::::web' } as const;
    expect(refused(await authorize(uploadRequest({ token: world.R, target })))).toMatchObject({
      status: 400,
      body: ['Service not found: svn'],
    });
    expect(refused(await authorize(uploadRequest({ target })))).toMatchObject({ status: 401, body: TOKENLESS });
  });

  test('row 5: an unknown repository is 400 with a token and 401 without one', async () => {
    expect(refused(await authorize(uploadRequest({ token: world.R, target: NOPE })))).toMatchObject({
      status: 400,
      body: ['Repository not found'],
    });
    const anonymous = refused(await authorize(uploadRequest({ target: NOPE })));
    expect(anonymous).toMatchObject({ status: 401, body: TOKENLESS });
    expect(anonymous.headers['www-authenticate']).toBe('Token');
  });

  test('row 6: a token that nobody made is refused on a usual branch', async () => {
    expect(refused(await authorize(uploadRequest({ token: world.X })))).toMatchObject({
      status: 401,
      body: TOKENLESS,
      code: 'token_wrong',
    });
  });

  test('row 7: a token that nobody made passes on a fork branch of a public repository, unprotected and noted', async () => {
    const answer = accepted(await authorize(uploadRequest({ token: world.X, branch: 'me:fix' })));
    expect(answer).toMatchObject({
      principal: { kind: 'tokenless' },
      isUnprotected: true,
      notices: [{ code: 'token_wrong' }],
    });
  });

  test('row 8: a private repository takes no fork branch', async () => {
    expect(refused(await authorize(uploadRequest({ branch: 'me:fix', target: CORE })))).toMatchObject({
      status: 401,
      body: TOKENLESS,
    });
  });

  test('row 9: a public repository without "token required" takes anything', async () => {
    await openWeb();
    expect(accepted(await authorize(uploadRequest()))).toMatchObject({
      principal: { kind: 'anyone' },
      notices: [],
      isUnprotected: false,
    });
  });

  test('row 10: the token of another repository is 403', async () => {
    expect(refused(await authorize(uploadRequest({ token: world.P })))).toMatchObject({
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
    });
  });

  test('row 11: a token of the owner opens all its repositories and none of others', async () => {
    await makeRepository(world.database, 'umbrella', 'lab');
    const lab = { kind: 'path', service: 'github', slug: 'umbrella::::lab' } as const;
    expect(accepted(await authorize(uploadRequest({ token: world.O }))).repository.id).toBe(world.web.id);
    expect(accepted(await authorize(uploadRequest({ token: world.O, target: CORE }))).repository.id).toBe(
      world.core.id,
    );
    expect(refused(await authorize(uploadRequest({ token: world.O, target: lab }))).status).toBe(403);
    const elsewhere = { kind: 'path', service: 'gitlab', slug: 'acme::::web' } as const;
    expect(refused(await authorize(uploadRequest({ token: world.O, target: elsewhere }))).status).toBe(403);
  });

  test('row 12: a token of the owner past its date is expired, also on a fork branch', async () => {
    const target = { kind: 'owner', ownerId: world.web.owner_id } as const;
    const token = await storeToken(world.database, target, { expiresAt: new Date('2026-11-24T00:00:00Z') });
    for (const branch of ['main', 'me:fix']) {
      expect(refused(await authorize(uploadRequest({ token, branch })))).toMatchObject({
        status: 401,
        body: { detail: 'Token is expired.' },
      });
    }
  });

  test('row 13: a global token looks under its own provider, whatever the path says', async () => {
    expect(accepted(await authorize(uploadRequest({ token: world.G })))).toMatchObject({
      repository: { id: world.web.id },
      principal: { kind: 'global', tokenId: null },
    });
    const target = { kind: 'path', service: 'gitlab', slug: 'acme::::core' } as const;
    expect(accepted(await authorize(uploadRequest({ token: world.G, target }))).repository.id).toBe(world.core.id);
  });

  test('row 14: a global token and an unknown repository, while none are made', async () => {
    expect(refused(await authorize(uploadRequest({ token: world.G, target: NOPE })))).toMatchObject({
      status: 401,
      body: { detail: 'Could not find a repository, try using repo upload token' },
    });
  });

  test('row 16: an empty and a spaced token are refused in known words', async () => {
    const send = async (authorization: string) =>
      refused(await authorize(uploadRequest({ presented: readTokenPresentation({ authorization }) })));
    expect(await send('token ')).toMatchObject({
      status: 401,
      body: { detail: 'Invalid token header. No credentials provided.' },
    });
    expect(await send('token a b')).toMatchObject({
      status: 401,
      body: { detail: 'Invalid token header. Token string should not contain spaces.' },
    });
  });

  test('row 17: Bearer, X-Upload-Token and Basic carry the token too', async () => {
    const basic = `Basic ${Buffer.from(`${world.R}:`).toString('base64')}`;
    for (const carriers of [
      { authorization: `Bearer ${world.R}` },
      { authorization: basic },
      { uploadTokenHeader: world.R },
      { authorization: `token ${world.R.replaceAll('-', '').toUpperCase()}` },
    ]) {
      const answer = await authorize(uploadRequest({ presented: readTokenPresentation(carriers) }));
      expect(accepted(answer).repository.id).toBe(world.web.id);
    }
  });

  test('row 17: the scheme word does not matter for a global token, and does for others', async () => {
    const send = (authorization: string) =>
      authorize(uploadRequest({ presented: readTokenPresentation({ authorization }) }));
    expect(accepted(await send(`anything ${world.G}`)).principal.kind).toBe('global');
    expect(accepted(await send(world.G)).principal.kind).toBe('global');
    expect(refused(await send(`anything ${world.R}`)).status).toBe(401);
  });

  test('row 18: Basic from a .netrc on a private repository is refused with a hint that names it', async () => {
    const presented = readTokenPresentation({ authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` });
    const answer = refused(await authorize(uploadRequest({ presented, target: CORE })));
    expect(answer).toMatchObject({ status: 401, body: TOKENLESS });
    expect(answer.hint).toContain('.netrc');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  test('row 18: short names and case of the service and the slug are understood', async () => {
    for (const [service, slug] of [
      ['gh', 'acme::::web'],
      ['GitHub', 'Acme::::Web'],
      ['github-actions', 'acme::::web'],
    ]) {
      const answer = await authorize(uploadRequest({ token: world.R, target: { kind: 'path', service, slug } }));
      expect(accepted(answer).repository.id).toBe(world.web.id);
    }
  });

  test('row 19: groups of GitLab are one owner', async () => {
    const app = await makeRepository(world.database, 'group:sub', 'app', { service: 'gitlab' });
    const token = await storeToken(world.database, { kind: 'repository', repositoryId: app.id });
    const target = { kind: 'path', service: 'gitlab', slug: 'group:::sub::::app' } as const;
    expect(accepted(await authorize(uploadRequest({ token, target }))).repository).toMatchObject({
      owner_name: 'group:sub',
      name: 'app',
    });
  });

  test('row 30: the end of uploads of a fork is taken without a token, that of main is not', async () => {
    await storeCommit(world.database, world.web, SHA, 'me:fix');
    await storeCommit(world.database, world.web, OTHER_SHA, 'main');
    expect(accepted(await authorize(uploadRequest({ endpoint: 'F' }))).principal.kind).toBe('tokenless');
    expect(refused(await authorize(uploadRequest({ endpoint: 'F', sha: OTHER_SHA })))).toMatchObject({
      status: 401,
      body: FAILED_TOKEN,
    });
  });

  test('row 35: a list of commits is public with the repository', async () => {
    const list = { method: 'GET', branch: null, sha: null } as const;
    expect(accepted(await authorize(uploadRequest(list))).isUnprotected).toBe(true);
    expect(refused(await authorize(uploadRequest({ ...list, target: CORE }))).status).toBe(401);
  });

  test('row 37: on I a token of the owner does not open the repository of another', async () => {
    await makeRepository(world.database, 'umbrella', 'lab');
    const target = { kind: 'body', service: 'github', slug: 'umbrella::::lab' } as const;
    expect(refused(await authorize(uploadRequest({ endpoint: 'I', token: world.O, target }))).status).toBe(403);
  });

  test('row 38: on I a global token is taken', async () => {
    const target = { kind: 'body', service: 'github', slug: 'acme::::web' } as const;
    expect(accepted(await authorize(uploadRequest({ endpoint: 'I', token: world.G, target }))).repository.id).toBe(
      world.web.id,
    );
  });

  test('row 40: J without a token is refused when the commit is known with another branch', async () => {
    const target = { kind: 'body', service: 'github', slug: 'acme::::web' } as const;
    await storeCommit(world.database, world.web, SHA, 'me:other');
    const request = uploadRequest({ endpoint: 'J', target, branch: 'me:fix' });
    expect(refused(await authorize(request))).toMatchObject({ status: 401, body: TOKENLESS });
    expect(accepted(await authorize({ ...request, branch: 'me:other' })).isUnprotected).toBe(true);
  });
});

describe('rule 1, open repositories', () => {
  beforeEach(openWeb);

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

describe('test results and bundles (I, J)', () => {
  const web = { kind: 'body', service: 'github', slug: 'acme::::web' } as const;

  test.each<UploadEndpoint>(['I', 'J'])(
    '%s: the repository of a repository token wins over the slug, with a notice',
    async (endpoint) => {
      const answer = accepted(await authorize(uploadRequest({ endpoint, token: world.P, target: web })));
      expect(answer).toMatchObject({ repository: { id: world.core.id }, notices: [{ code: 'slug_ignored' }] });
    },
  );

  test.each<UploadEndpoint>(['I', 'J'])(
    '%s: an unknown repository is 404 for a token of its owner',
    async (endpoint) => {
      const target = { kind: 'body', service: 'github', slug: 'acme::::nope' } as const;
      expect(refused(await authorize(uploadRequest({ endpoint, token: world.O, target })))).toMatchObject({
        status: 404,
        body: { detail: 'Repository not found.' },
      });
    },
  );

  test('J without a provider finds the repository by its slug when a token of its owner came', async () => {
    const target = { kind: 'body', service: null, slug: 'acme::::core' } as const;
    expect(accepted(await authorize(uploadRequest({ endpoint: 'J', token: world.O, target }))).repository.id).toBe(
      world.core.id,
    );
  });
});

describe('the base of a pull (K)', () => {
  const target = { kind: 'plain', service: 'github', owner: 'acme', name: 'web' } as const;

  test('takes the repository token of this repository only', async () => {
    expect(
      accepted(await authorize(uploadRequest({ endpoint: 'K', method: 'PUT', token: world.R, target }))).kind,
    ).toBe('accepted');
    expect(
      refused(await authorize(uploadRequest({ endpoint: 'K', method: 'PUT', token: world.P, target }))).status,
    ).toBe(403);
  });

  test('row 41: understands the name of a CI where the provider should be', async () => {
    const byCi = { ...target, service: 'github-actions' };
    for (const token of [world.R, world.O, world.G]) {
      expect(accepted(await authorize(uploadRequest({ endpoint: 'K', token, target: byCi }))).repository.id).toBe(
        world.web.id,
      );
    }
  });

  test('is 404 for an unknown repository', async () => {
    const nope = { ...target, name: 'nope' };
    expect(refused(await authorize(uploadRequest({ endpoint: 'K', token: world.O, target: nope })))).toMatchObject({
      status: 404,
      body: { detail: 'Repository not found.' },
    });
  });
});

describe('legacy addresses', () => {
  const legacy = (
    slug: string | null,
    service: string | null,
    carriers: Parameters<typeof readTokenPresentation>[0] = {},
  ) =>
    uploadRequest({
      endpoint: 'legacy',
      target: { kind: 'legacy', service, slug },
      presented: readTokenPresentation(carriers),
    });

  test('row 42: the token of the query decides, without any slug', async () => {
    const answer = await authorize(legacy(null, 'travis', { queryToken: world.R, uploadTokenHeader: world.R }));
    expect(accepted(answer).repository.id).toBe(world.web.id);
  });

  test('row 43: neither token nor service is 400', async () => {
    expect(refused(await authorize(legacy('acme/web', null, { queryToken: '' })))).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^Invalid request parameters/),
    });
  });

  test('row 44: a token that nobody made is 404 and shows four characters of it', async () => {
    await openWeb();
    const answer = refused(await authorize(legacy('acme/web', 'custom', { queryToken: world.X })));
    expect(answer.status).toBe(404);
    expect(answer.body).toMatch(/^Could not find a repository associated with upload token 0000\.\.\. \[token_wrong\]/);
    expect(answer.body).not.toContain(world.X.slice(0, 5));
    expect(answer.body).not.toContain('\n');
  });

  test('row 46: a refusal is never JSON', async () => {
    for (const request of [
      legacy(null, null),
      legacy('acme/web', 'travis'),
      legacy(null, 'travis', { queryToken: world.X }),
    ]) {
      expect(refused(await authorize(request)).headers['content-type']).toBe('text/plain; charset=utf-8');
    }
  });

  test('a text that is neither UUID, identity token nor global token is 400', async () => {
    expect(refused(await authorize(legacy('acme/web', 'travis', { queryToken: 'secret' })))).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^Invalid request parameters/),
    });
  });

  test('an identity token that is refused is 400 and says why', async () => {
    const answer = refused(await authorize(legacy('acme/web', 'github-actions', { queryToken: 'aaa.bbb.ccc' })));
    expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(/^Could not determine repo and owner/) });
    expect(answer.body).toContain('"iss"');
  });

  test('a token of the owner needs a slug', async () => {
    expect(accepted(await authorize(legacy('acme/core', 'travis', { queryToken: world.O }))).repository.id).toBe(
      world.core.id,
    );
    expect(refused(await authorize(legacy(null, 'travis', { queryToken: world.O })))).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^Could not determine repo and owner/),
    });
  });

  test('a global token finds the slug under its provider, or is 404', async () => {
    expect(accepted(await authorize(legacy('acme/web', 'github', { queryToken: world.G }))).repository.id).toBe(
      world.web.id,
    );
    expect(refused(await authorize(legacy('acme/nope', 'github', { queryToken: world.G })))).toMatchObject({
      status: 404,
      body: expect.stringMatching(/^Could not find a repository, try using repo upload token/),
    });
  });

  test('a global token of the shell finds whichever provider holds the slug, and asks when two do', async () => {
    const token = await storeToken(world.database, { kind: 'global', service: null });
    expect(accepted(await authorize(legacy('acme/core', 'travis', { queryToken: token }))).repository.id).toBe(
      world.core.id,
    );
    await makeRepository(world.database, 'acme', 'core', { service: 'gitlab' });
    expect(refused(await authorize(legacy('acme/core', 'travis', { queryToken: token })))).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^Found too many repos/),
    });
    expect(accepted(await authorize(legacy('acme/core', 'github-actions', { queryToken: token }))).repository.id).toBe(
      world.core.id,
    );
  });

  test('without a token an open repository and a fork branch are taken, others are told the way out', async () => {
    expect(accepted(await authorize({ ...legacy('acme/web', 'travis'), branch: 'me:fix' })).isUnprotected).toBe(true);
    const closed = refused(await authorize(legacy('acme/web', 'travis')));
    expect(closed).toMatchObject({ status: 401, code: 'token_missing' });
    expect(closed.body).toContain('CODECOV_TOKEN');
    await openWeb();
    expect(accepted(await authorize(legacy('acme/web', 'travis'))).principal.kind).toBe('anyone');
  });

  test('Basic of a .netrc beside no token is as no token', async () => {
    await openWeb();
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(accepted(await authorize(legacy('acme/web', 'travis', { authorization }))).repository.id).toBe(world.web.id);
  });

  test('a slug beside a repository token is only noted', async () => {
    expect(accepted(await authorize(legacy('acme/web', 'travis', { queryToken: world.P })))).toMatchObject({
      repository: { id: world.core.id },
      notices: [{ code: 'slug_ignored' }],
    });
  });
});

describe('our own address', () => {
  const own = (repository: string | null, token?: string) =>
    uploadRequest({ endpoint: 'own', target: { kind: 'own', repository }, token });

  test('takes the repository from its token', async () => {
    expect(accepted(await authorize(own(null, world.R))).repository.id).toBe(world.web.id);
    expect(accepted(await authorize(own('acme/web', world.R))).repository.id).toBe(world.web.id);
  });

  test('asks which repository when the token opens several', async () => {
    for (const token of [world.O, world.G]) {
      expect(refused(await authorize(own(null, token)))).toMatchObject({ status: 400, code: 'repository_required' });
    }
  });

  test('is 403 for the repository of another token and 404 for an unknown one, as an object with code and hint', async () => {
    expect(refused(await authorize(own('gh/acme/core', world.R))).status).toBe(403);
    expect(refused(await authorize(own('gh/acme/nope', world.O)))).toMatchObject({
      status: 404,
      body: {
        detail: 'Repository not found.',
        code: 'repository_unknown',
        hint: expect.stringContaining('create_repositories'),
      },
    });
  });

  test('without a token follows the rules of the others', async () => {
    expect(refused(await authorize(own('gh/acme/web'))).status).toBe(401);
    expect(refused(await authorize(own(null)))).toMatchObject({ status: 401, code: 'token_missing' });
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
