import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../test/support/cluster.ts';
import { createTestDatabase } from '../../test/support/cluster.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import { makeUploadWorld, SECRETS, storeToken } from '../../test/support/upload-world.ts';
import { grantRole } from '../database/queries/grants.ts';
import { findTokensByHash, revokeToken } from '../database/queries/tokens.ts';
import { createUser } from '../database/queries/users.ts';
import type { ApiPrincipal } from './api-principal.ts';
import { createApiAuthenticator, refuseScope } from './api-principal.ts';
import { accessRepository, visibilityOf } from './repository-access.ts';
import { hashToken } from './token-hash.ts';
import { makeApiToken } from './token-make.ts';

let databaseOfFile: TestDatabase;
let world: UploadWorld;

beforeAll(async () => {
  databaseOfFile = await createTestDatabase();
  world = await makeUploadWorld(databaseOfFile.connection.kysely);
});
afterAll(() => databaseOfFile.drop());

let people = 0;

async function makePerson({ isAdmin = false, scopes = ['read'], expiresAt = null as Date | null } = {}) {
  const user = await createUser(world.database, { name: `person-${++people}`, passwordHash: null, isAdmin });
  if (user === null) throw new Error('the name is taken');
  const target = { kind: 'api', userId: user.id, scopes } as const;
  const token = await storeToken(world.database, target, { token: makeApiToken(), expiresAt });
  return { user, token };
}

function authenticator(superToken: string | null = null, adminNames: readonly string[] = []) {
  return createApiAuthenticator({ database: world.database, secrets: SECRETS, superToken, adminNames });
}

async function principalOf(token: string): Promise<ApiPrincipal> {
  const answer = await authenticator()(`Bearer ${token}`);
  if (answer.kind !== 'principal') throw new Error(answer.detail);
  return answer.principal;
}

describe('authentication', () => {
  test('an API token is its person, with the scopes of the token', async () => {
    const { user, token } = await makePerson({ scopes: ['read', 'repo:write'] });
    expect(await authenticator()(`bearer ${token}`)).toMatchObject({
      kind: 'principal',
      principal: { kind: 'user', userId: user.id, name: user.name, isAdmin: false, scopes: ['read', 'repo:write'] },
    });
  });

  test('an imported UUID token is taken too', async () => {
    const { user } = await makePerson();
    const token = await storeToken(world.database, { kind: 'api', userId: user.id, scopes: ['read'] });
    expect((await principalOf(token)).kind).toBe('user');
  });

  test('no header, and schemes that the API does not know, are anonymous', async () => {
    for (const header of [undefined, '', 'token x', 'Basic eDp5']) {
      expect(await authenticator()(header)).toEqual({ kind: 'principal', principal: { kind: 'anonymous' } });
    }
  });

  test('unknown, revoked and expired tokens are 401', async () => {
    const revoked = await makePerson();
    const [row] = await findTokensByHash(world.database, [hashToken(SECRETS, revoked.token)]);
    await revokeToken(world.database, row.id);
    const expired = await makePerson({ expiresAt: new Date(Date.now() - 1000) });
    for (const token of [makeApiToken(), revoked.token, expired.token]) {
      expect(await authenticator()(`Bearer ${token}`)).toEqual({
        kind: 'refused',
        status: 401,
        detail: 'Invalid token.',
        authenticate: 'Bearer',
      });
    }
  });

  test('upload tokens are never taken', async () => {
    for (const token of [world.R, world.O]) {
      expect(await authenticator()(`Bearer ${token}`)).toMatchObject({ status: 401, detail: 'Invalid token.' });
    }
  });

  test('a header without or with a spaced token is 401 in known words', async () => {
    expect(await authenticator()('Bearer')).toMatchObject({
      status: 401,
      detail: expect.stringContaining('No credentials'),
    });
    expect(await authenticator()('Bearer a b')).toMatchObject({
      status: 401,
      detail: expect.stringContaining('spaces'),
    });
  });

  test('the super token is nobody; an unset one matches nothing', async () => {
    expect(await authenticator('s'.repeat(40))(`Bearer ${'s'.repeat(40)}`)).toMatchObject({
      principal: { kind: 'super' },
    });
    expect(await authenticator('s'.repeat(40))(`Bearer ${'s'.repeat(39)}`)).toMatchObject({ status: 401 });
    expect(await authenticator('')('Bearer undefined')).toMatchObject({ status: 401 });
    expect(await authenticator(null)('Bearer null')).toMatchObject({ status: 401 });
  });

  test('an account that the configuration names is an administrator', async () => {
    const { user, token } = await makePerson();
    const answer = await authenticator(null, [user.name.toUpperCase()])(`Bearer ${token}`);
    expect(answer).toMatchObject({ principal: { isAdmin: true } });
  });
});

describe('scopes', () => {
  test('a missing scope is 403 and named', async () => {
    const { token } = await makePerson({ scopes: ['read:report'] });
    const principal = await principalOf(token);
    expect(refuseScope(principal, 'read', 'read:report')).toBeNull();
    expect(refuseScope(principal, 'repo:write')).toMatchObject({
      status: 403,
      authenticate: 'Bearer error="insufficient_scope", scope="repo:write"',
    });
    expect(refuseScope({ kind: 'super' }, 'read')).toBeNull();
    expect(refuseScope({ kind: 'super' }, 'repo:secrets')).not.toBeNull();
  });
});

describe('reading a repository', () => {
  const options = (guestAccess = true) => ({ database: world.database, guestAccess });
  const read = async (principal: ApiPrincipal, which: 'web' | 'core' | null, method = 'GET') => {
    const repository = which === null ? null : world[which];
    const answer = await accessRepository(options(), { principal, repository, method });
    return answer.kind === 'allowed' ? (answer.role ?? 'allowed') : answer.status;
  };

  test('a public one is open to everybody', async () => {
    expect(await read({ kind: 'anonymous' }, 'web')).toBe('allowed');
    expect(await read(await principalOf((await makePerson()).token), 'web')).toBe('allowed');
  });

  test('a private one is, to strangers, the same as none', async () => {
    const stranger = await principalOf((await makePerson()).token);
    for (const principal of [{ kind: 'anonymous' } as const, stranger]) {
      const hidden = await accessRepository(options(), { principal, repository: world.core, method: 'GET' });
      expect(hidden).toMatchObject({ status: 404 });
      expect(hidden).toEqual(await accessRepository(options(), { principal, repository: null, method: 'GET' }));
    }
  });

  test('a role on the repository or on its owner opens it, the higher one counts', async () => {
    const { user, token } = await makePerson();
    const principal = await principalOf(token);
    await grantRole(world.database, user.id, { kind: 'repository', repositoryId: world.core.id }, 'reader');
    expect(await read(principal, 'core')).toBe('reader');
    await grantRole(world.database, user.id, { kind: 'owner', ownerId: world.core.owner_id }, 'admin');
    expect(await read(principal, 'core')).toBe('admin');
  });

  test('granting again replaces the role', async () => {
    const { user, token } = await makePerson();
    const target = { kind: 'repository', repositoryId: world.core.id } as const;
    await grantRole(world.database, user.id, target, 'admin');
    await grantRole(world.database, user.id, target, 'member');
    expect(await read(await principalOf(token), 'core')).toBe('member');
  });

  test('an administrator of the installation reads everything', async () => {
    expect(await read(await principalOf((await makePerson({ isAdmin: true })).token), 'core')).toBe('admin');
  });

  test('the super token reads by GET only, and no settings', async () => {
    expect(await read({ kind: 'super' }, 'core')).toBe('allowed');
    expect(await read({ kind: 'super' }, 'core', 'HEAD')).toBe(404);
    expect(await read({ kind: 'super' }, 'core', 'POST')).toBe(404);
    const request = { principal: { kind: 'super' }, repository: world.core, method: 'GET', isConfig: true } as const;
    expect(await accessRepository(options(), request)).toMatchObject({ status: 401 });
  });

  test('without guest access nobody reads anonymously', async () => {
    const request = { principal: { kind: 'anonymous' }, repository: world.web, method: 'GET' } as const;
    expect(await accessRepository(options(false), request)).toMatchObject({ status: 401, authenticate: 'Bearer' });
  });

  test('lists follow the same rule', async () => {
    const { user, token } = await makePerson();
    await grantRole(world.database, user.id, { kind: 'repository', repositoryId: world.core.id }, 'reader');
    expect(await visibilityOf(options(), await principalOf(token))).toEqual({
      kind: 'public-and',
      ownerIds: [],
      repositoryIds: [world.core.id],
    });
    expect(await visibilityOf(options(), { kind: 'anonymous' })).toEqual({
      kind: 'public-and',
      ownerIds: [],
      repositoryIds: [],
    });
    expect(await visibilityOf(options(false), { kind: 'anonymous' })).toEqual({ kind: 'nothing' });
    expect(await visibilityOf(options(), { kind: 'super' })).toEqual({ kind: 'all' });
  });
});
