import { beforeEach, describe, expect, test } from 'vitest';
import {
  accepted,
  authorizerOf,
  makeRepository,
  openWeb,
  OTHER_SHA,
  refused,
  SHA,
  storeCommit,
  storeToken,
  uploadRequest,
  useUploadWorld,
} from '../../test/support/upload-world.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import { readTokenPresentation } from './token-forms.ts';
import type { UploadAuthorizer } from './upload-authorization.ts';

const worlds = useUploadWorld();
let world: UploadWorld;
let authorize: UploadAuthorizer;
beforeEach(() => {
  world = worlds.get();
  authorize = authorizerOf(world);
});

const CORE = { kind: 'path', service: 'github', slug: 'acme::::core' } as const;
const NOPE = { kind: 'path', service: 'github', slug: 'acme::::nope' } as const;
const TOKENLESS = { detail: 'Not valid tokenless upload' };
const FAILED_TOKEN = { detail: expect.stringMatching(/^Failed token authentication, please double-check/) };

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
    await openWeb(world);
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
