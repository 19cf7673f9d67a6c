import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalIssuer } from '../../test/support/issuer.ts';
import { startIssuer } from '../../test/support/issuer.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import { authorizerOf, OTHER_SHA, SHA, uploadRequest, useUploadWorld } from '../../test/support/upload-world.ts';
import { findRepositoryById } from '../database/queries/repositories.ts';
import { GITHUB_CLAIMS } from './oidc-claims.ts';
import { createOidcVerifier } from './oidc.ts';
import type { UploadAuthorizer } from './upload-authorization.ts';

const worlds = useUploadWorld();
let world: UploadWorld;
let issuer: LocalIssuer;
let authorize: UploadAuthorizer;

beforeEach(async () => {
  world = worlds.get();
  issuer = await startIssuer();
  const oidc = createOidcVerifier({
    issuers: [
      {
        issuer: issuer.url,
        service: 'github',
        keys: { kind: 'discovery', issuer: issuer.url },
        audiences: [],
        claims: GITHUB_CLAIMS,
        required: {},
        owners: null,
        repository: null,
      },
    ],
    ownAddresses: ['https://thatch.example'],
    clock: Date.now,
  });
  authorize = authorizerOf(world, { oidc });
});
afterEach(() => issuer.close());

type Claims = NonNullable<NonNullable<Parameters<LocalIssuer['sign']>[0]>['claims']>;

const signed = (claims: Claims = {}) => issuer.sign({ claims });

describe('row 15', () => {
  test('an identity token behind "Authorization: token" is taken', async () => {
    expect(await authorize(uploadRequest({ token: await signed() }))).toMatchObject({
      kind: 'accepted',
      repository: { id: world.web.id },
      principal: { kind: 'oidc', identity: { ownerId: '11' } },
      isUnprotected: false,
    });
  });

  test.each<[string, () => Claims]>([
    ['aud', () => ({ aud: 'https://codecov.io' })],
    ['iss', () => ({ iss: 'https://ci.example' })],
    ['exp', () => ({ exp: Math.floor(Date.now() / 1000) - 3600 })],
  ])('a wrong %s is 401, and the hint names it', async (claim, claims) => {
    expect(await authorize(uploadRequest({ token: await signed(claims()) }))).toMatchObject({
      kind: 'refused',
      status: 401,
      code: 'oidc_refused',
      detail: 'Not valid tokenless upload',
      hint: expect.stringContaining(`"${claim}"`),
    });
  });

  test('a wrong signature is 401, and the hint names it', async () => {
    const stranger = await startIssuer();
    const token = await stranger.sign({ claims: { iss: issuer.url } });
    await stranger.close();
    expect(await authorize(uploadRequest({ token }))).toMatchObject({
      status: 401,
      hint: expect.stringContaining('"signature"'),
    });
  });

  test('a refused token still reaches the rule of fork branches, and is noted there', async () => {
    const token = await signed({ aud: 'x' });
    expect(await authorize(uploadRequest({ token, branch: 'me:fix' }))).toMatchObject({
      kind: 'accepted',
      isUnprotected: true,
      notices: [{ code: 'oidc_refused' }],
    });
  });
});

describe('the repository of an identity', () => {
  test('another repository than the path names is 403', async () => {
    const target = { kind: 'path', service: 'github', slug: 'acme::::core' } as const;
    expect(await authorize(uploadRequest({ token: await signed(), target }))).toMatchObject({ status: 403 });
  });

  test('an unknown one is not made', async () => {
    const making = await signed({ repository: 'acme/nope', repository_id: '102' });
    const target = { kind: 'path', service: 'github', slug: 'acme::::nope' } as const;
    expect(await authorize(uploadRequest({ token: making, target }))).toMatchObject({
      status: 400,
      detail: 'Repository not found',
    });
  });

  test('its ids are stored when first seen, and a name that somebody else took over is refused from then on', async () => {
    await authorize(uploadRequest({ token: await signed() }));
    expect(await findRepositoryById(world.database, world.web.id)).toMatchObject({
      service_id: '101',
      owner_service_id: '11',
    });
    const squatter = await signed({ repository_id: '666', repository_owner_id: '66' });
    expect(await authorize(uploadRequest({ token: squatter }))).toMatchObject({
      kind: 'refused',
      code: 'repository_unknown',
    });
  });

  test('it is found by its id after it was renamed on the forge', async () => {
    await authorize(uploadRequest({ token: await signed() }));
    const token = await signed({ repository: 'acme/website' });
    const target = { kind: 'path', service: 'github', slug: 'acme::::website' } as const;
    expect(await authorize(uploadRequest({ token, target }))).toMatchObject({
      kind: 'accepted',
      repository: { id: world.web.id },
    });
  });

  test('our own address needs no repository beside it', async () => {
    const request = uploadRequest({
      endpoint: 'own',
      token: await signed(),
      target: { kind: 'own', repository: null },
    });
    expect(await authorize(request)).toMatchObject({ kind: 'accepted', repository: { id: world.web.id } });
  });

  test('the base of a pull and the legacy addresses take it too', async () => {
    const token = await signed();
    const plain = { kind: 'plain', service: 'github-actions', owner: 'acme', name: 'web' } as const;
    const request = { token, sha: null, branch: null };
    expect(await authorize(uploadRequest({ ...request, endpoint: 'K', target: plain }))).toMatchObject({
      kind: 'accepted',
    });
    const legacy = { kind: 'legacy', service: 'custom', slug: 'acme/web' } as const;
    expect(await authorize(uploadRequest({ ...request, endpoint: 'legacy', target: legacy }))).toMatchObject({
      kind: 'accepted',
    });
  });
});

describe('commit and branch', () => {
  test('another commit is 401 and both are named', async () => {
    expect(await authorize(uploadRequest({ token: await signed(), sha: OTHER_SHA }))).toMatchObject({
      status: 401,
      code: 'oidc_commit_mismatch',
      hint: `The identity token was made for the commit ${SHA}, the upload names ${OTHER_SHA}.`,
    });
  });

  test('another branch is 401 and both are named', async () => {
    expect(await authorize(uploadRequest({ token: await signed(), branch: 'release' }))).toMatchObject({
      status: 401,
      hint: 'The identity token was made for the branch "main", the upload names "release".',
    });
  });

  test('an unnamed branch and a short commit agree', async () => {
    const request = uploadRequest({ token: await signed(), branch: null, sha: SHA.slice(0, 7) });
    expect(await authorize(request)).toMatchObject({ kind: 'accepted' });
  });

  test('the head of a pull is taken beside the merge commit of its job', async () => {
    const token = await signed({ event_name: 'pull_request', ref: 'refs/pull/7/merge', head_ref: 'fix' });
    const request = uploadRequest({ token, sha: OTHER_SHA, branch: 'fix' });
    expect(await authorize(request)).toMatchObject({ kind: 'accepted' });
  });

  test('a commit that is known to be no parent of the merge commit is refused', async () => {
    const parents = ['b0'.repeat(20), 'c0'.repeat(20)];
    await world.database
      .insertInto('commit_graph')
      .values({ repository_id: world.web.id, sha: SHA, parents })
      .execute();
    const token = await signed({ event_name: 'pull_request', ref: 'refs/pull/7/merge', head_ref: 'fix' });
    const request = uploadRequest({ token, branch: 'fix' });
    expect(await authorize({ ...request, sha: OTHER_SHA })).toMatchObject({ status: 401 });
    expect(await authorize({ ...request, sha: parents[1] })).toMatchObject({ kind: 'accepted' });
  });
});
