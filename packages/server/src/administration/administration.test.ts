import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../test/support/cluster.ts';
import { createTestDatabase } from '../../test/support/cluster.ts';
import { SECRETS } from '../../test/support/upload-world.ts';
import type { Installation } from '../admin.ts';
import { verifyPassword } from '../auth/passwords.ts';
import { hashToken, openSealedToken } from '../auth/token-hash.ts';
import { findRole } from '../database/queries/grants.ts';
import { findOwner } from '../database/queries/owners.ts';
import { findRepository } from '../database/queries/repositories.ts';
import { findTokensByHash } from '../database/queries/tokens.ts';
import { findUser } from '../database/queries/users.ts';
import type { RepositoryName } from '../names.ts';
import { FilesystemObjects } from '../objects/filesystem.ts';
import type { Outcome } from '../outcome.ts';
import { createAccount, createAdministrator, ensureAdminFromEnvironment, parseGrant } from './accounts.ts';
import { removeRepository, setOwnerTokenRequired, setRepository } from './repositories.ts';
import { createToken, revokeTokenByReference, summariseTokens } from './tokens.ts';

let databaseOfFile: TestDatabase;
let installation: Installation;
let folder: string;

beforeAll(async () => {
  databaseOfFile = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'thatch-objects-'));
  const database = databaseOfFile.connection.kysely;
  installation = { database, secrets: SECRETS, objects: new FilesystemObjects(folder) };
});
afterAll(async () => {
  await databaseOfFile.drop();
  rmSync(folder, { recursive: true, force: true });
});

const WEB: RepositoryName = { service: 'github', owner: 'acme', name: 'web' };
const PLAIN = { name: null, expiresAt: null };

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.sentence);
  return outcome.value;
}

async function rowOf(token: string) {
  const [row] = await findTokensByHash(installation.database, [hashToken(SECRETS, token)]);
  return row;
}

describe('tokens', () => {
  test('are stored hashed; the database holds the text of none', async () => {
    const token = value(await createToken(installation, { kind: 'global', service: null }, PLAIN));
    const row = await rowOf(token);
    expect(row).toMatchObject({ kind: 'global', prefix: token.slice(0, 8), sealed: null });
    const { rows } = await databaseOfFile.connection.pool.query<{ row: string }>(
      'select tokens::text as row from tokens',
    );
    expect(rows.some(({ row }) => row.includes(token))).toBe(false);
  });

  test('of a repository can be seen again by the installation', async () => {
    const token = value(await createToken(installation, { kind: 'repository', repository: WEB }, PLAIN));
    const { sealed, hash } = await rowOf(token);
    expect(sealed === null ? null : openSealedToken(SECRETS, sealed, hash)).toBe(token);
  });

  test('make the owner and the repository they are for', async () => {
    await createToken(installation, { kind: 'owner', owner: { service: 'gitlab', owner: 'group:sub' } }, PLAIN);
    expect(await findOwner(installation.database, { service: 'gitlab', owner: 'group:sub' })).not.toBeNull();
    expect(await findRepository(installation.database, WEB)).toMatchObject({ is_private: true });
  });

  test('of an unknown account are refused', async () => {
    const outcome = await createToken(installation, { kind: 'api', user: 'nobody', scopes: ['read'] }, PLAIN);
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { fix: expect.stringContaining('thatch user create nobody') },
    });
  });

  test('are listed with what they open, and revoked by number, beginning or whole', async () => {
    const make = async () => value(await createToken(installation, { kind: 'repository', repository: WEB }, PLAIN));
    const [first, second, third] = [await make(), await make(), await make()];
    const listed = await summariseTokens(installation, { withRevoked: false });
    expect(listed[0]).toMatchObject({ kind: 'repository', target: 'gh/acme/web', prefix: third.slice(0, 8) });
    for (const reference of [String((await rowOf(first)).id), second.slice(0, 8), third.toUpperCase()]) {
      value(await revokeTokenByReference(installation, reference));
    }
    for (const token of [first, second, third]) expect((await rowOf(token)).revoked_at).not.toBeNull();
    expect(await revokeTokenByReference(installation, third)).toMatchObject({ kind: 'refused' });
    expect((await summariseTokens(installation, { withRevoked: true })).length).toBeGreaterThan(
      (await summariseTokens(installation, { withRevoked: false })).length,
    );
  });

  test('are not revoked by too short a beginning', async () => {
    const token = value(await createToken(installation, { kind: 'global', service: 'github' }, PLAIN));
    expect(await revokeTokenByReference(installation, token.slice(0, 5))).toMatchObject({ kind: 'refused' });
    expect((await rowOf(token)).revoked_at).toBeNull();
  });
});

describe('accounts', () => {
  test('get their roles with them', async () => {
    const grants = ['gh/acme/web=member', 'gl/group:sub=reader'].map((text) => parseGrant(text)!);
    const user = value(await createAccount(installation, { name: 'anna', password: 'long enough', grants }));
    const web = (await findRepository(installation.database, WEB))!;
    expect(await findRole(installation.database, user.id, web)).toBe('member');
    expect(await verifyPassword('long enough', user.password_hash)).toBe(true);
    expect(user.is_admin).toBe(false);
  });

  test('of one name exist once, whatever the case', async () => {
    value(await createAccount(installation, { name: 'Berta', password: null, grants: [] }));
    const again = await createAccount(installation, {
      name: 'bERTA',
      password: null,
      grants: [parseGrant('gh/left-behind=reader')!],
    });
    expect(again).toMatchObject({ kind: 'refused' });
    expect(await findOwner(installation.database, { service: 'github', owner: 'left-behind' })).toBeNull();
  });

  test('with a weak password or an odd name are refused', async () => {
    for (const order of [
      { name: 'carl', password: 'short' },
      { name: '', password: null },
      { name: '-x', password: null },
      { name: 'a b', password: null },
    ]) {
      expect(await createAccount(installation, { ...order, grants: [] })).toMatchObject({ kind: 'refused' });
    }
    expect(await findUser(installation.database, 'carl')).toBeNull();
  });

  test('become administrators, with a new password', async () => {
    value(await createAccount(installation, { name: 'dora', password: 'the first one', grants: [] }));
    expect(value(await createAdministrator(installation, { name: 'dora', password: 'the second one' }))).toBe(
      'changed',
    );
    expect(value(await createAdministrator(installation, { name: 'emil', password: 'his only one' }))).toBe('made');
    const dora = (await findUser(installation.database, 'dora'))!;
    expect(dora.is_admin).toBe(true);
    expect(await verifyPassword('the second one', dora.password_hash)).toBe(true);
    expect(await verifyPassword('the first one', dora.password_hash)).toBe(false);
  });

  test('THATCH_ADMIN_PASSWORD makes the account admin once and never changes it', async () => {
    const ensure = (password?: string) =>
      ensureAdminFromEnvironment(installation.database, { THATCH_ADMIN_PASSWORD: password });
    expect(value(await ensure())).toBe('unset');
    expect(value(await ensure(''))).toBe('unset');
    expect(await ensure('short')).toMatchObject({ kind: 'refused' });
    const starts = await Promise.all([ensure('a good password'), ensure('a good password')]);
    expect(starts.map(value).toSorted()).toEqual(['kept', 'made']);
    expect(value(await ensure('another password'))).toBe('kept');
    const admin = (await findUser(installation.database, 'admin'))!;
    expect(admin.is_admin).toBe(true);
    expect(await verifyPassword('a good password', admin.password_hash)).toBe(true);
  });

  test.each([
    ['gh/acme=reader', { role: 'reader', target: { kind: 'owner', owner: { service: 'github', owner: 'acme' } } }],
    ['gh/acme/web=admin', { role: 'admin', target: { kind: 'repository', repository: WEB } }],
    [
      'gl/group:sub/app=member',
      {
        role: 'member',
        target: { kind: 'repository', repository: { service: 'gitlab', owner: 'group:sub', name: 'app' } },
      },
    ],
  ])('the role %s is read', (text, grant) => {
    expect(parseGrant(text)).toEqual(grant);
  });

  test.each(['gh/acme', 'gh/acme=owner', 'acme=reader', 'svn/acme=reader', '=reader', 'gh/acme/=reader'])(
    'the role %s is refused',
    (text) => {
      expect(parseGrant(text)).toBeNull();
    },
  );
});

describe('repositories and owners', () => {
  test('what is given is changed and the rest is left', async () => {
    const name: RepositoryName = { service: 'git', owner: 'team', name: 'tool' };
    expect(await setRepository(installation, name, { isPrivate: false, defaultBranch: 'trunk' })).toEqual({
      isNew: true,
    });
    expect(await setRepository(installation, name, { isPrivate: true })).toEqual({ isNew: false });
    expect(await findRepository(installation.database, name)).toMatchObject({
      is_private: true,
      default_branch: 'trunk',
    });
    await setRepository(installation, name, { defaultBranch: null });
    expect(await findRepository(installation.database, name)).toMatchObject({ is_private: true, default_branch: null });
  });

  test('an owner may require tokens', async () => {
    const name = { service: 'github', owner: 'strict' } as const;
    await setOwnerTokenRequired(installation, name, true);
    expect(await findOwner(installation.database, name)).toMatchObject({ token_required: true });
    await setOwnerTokenRequired(installation, name, false);
    expect(await findOwner(installation.database, name)).toMatchObject({ token_required: false });
  });

  test('a deleted repository leaves neither rows nor objects nor tokens that open anything', async () => {
    const name: RepositoryName = { service: 'github', owner: 'acme', name: 'gone' };
    const token = value(await createToken(installation, { kind: 'repository', repository: name }, PLAIN));
    const repository = (await findRepository(installation.database, name))!;
    const keys = ['v4/reports/GONE/aa/1.x', 'v4/sources/GONE/bb/bb', 'v4/diffs/GONE/cc'];
    for (const key of [...keys, 'v4/reports/KEPT/aa/1.x']) await installation.objects.put(key, Buffer.from('x'));
    await installation.database
      .insertInto('commits')
      .values({ repository_id: repository.id, sha: 'a'.repeat(40), report_key: keys[0], diff_key: keys[2] })
      .execute();
    await installation.database
      .insertInto('sources')
      .values({ repository_id: repository.id, blob_sha: 'b'.repeat(40), object_key: keys[1], size: 1 })
      .execute();

    value(await removeRepository(installation, name));

    expect(await findRepository(installation.database, name)).toBeNull();
    expect(await rowOf(token)).toBeUndefined();
    expect(await Promise.all(keys.map((key) => installation.objects.stat(key)))).toEqual([null, null, null]);
    expect(await installation.objects.stat('v4/reports/KEPT/aa/1.x')).not.toBeNull();
    expect(await removeRepository(installation, name)).toMatchObject({ kind: 'refused' });
  });
});
