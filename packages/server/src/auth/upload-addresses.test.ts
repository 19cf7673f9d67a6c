import { beforeEach, describe, expect, test } from 'vitest';
import {
  accepted,
  authorizerOf,
  makeRepository,
  openWeb,
  refused,
  storeToken,
  uploadRequest,
  useUploadWorld,
} from '../../test/support/upload-world.ts';
import type { UploadWorld } from '../../test/support/upload-world.ts';
import { readTokenPresentation } from './token-forms.ts';
import type { UploadAuthorizer } from './upload-authorization.ts';
import type { UploadEndpoint } from './upload-request.ts';

const worlds = useUploadWorld();
let world: UploadWorld;
let authorize: UploadAuthorizer;
beforeEach(() => {
  world = worlds.get();
  authorize = authorizerOf(world);
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
    await openWeb(world);
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
    for (const service of ['travis', 'local', null]) {
      expect(accepted(await authorize(legacy('acme/core', service, { queryToken: token }))).repository.id).toBe(
        world.core.id,
      );
    }
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
    await openWeb(world);
    expect(accepted(await authorize(legacy('acme/web', 'travis'))).principal.kind).toBe('anyone');
  });

  test('Basic of a .netrc beside no token is as no token', async () => {
    await openWeb(world);
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
