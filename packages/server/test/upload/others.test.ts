import { describe, expect, test } from 'vitest';
import { grantRole } from '../../src/database/queries/grants.ts';
import { findRepository } from '../../src/database/queries/repositories.ts';
import { createUser } from '../../src/database/queries/users.ts';
import { eventually, LCOV, newSha, send, uploadIdOf, uploadRow, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { makeRepository, storeToken } from '../support/upload-world.ts';
import { commitOf, put, reportIdOf, uploadsOf, webUrl } from '../support/web.ts';

const server = useTestServer({
  configure: (config) => ({ ...config, uploads: { ...config.uploads, createRepositories: true } }),
});

const FOREIGN = { status: 403, body: { detail: 'You do not have permission to perform this action.' } };
const TOKENLESS = { status: 401, body: { detail: 'Not valid tokenless upload' } };

describe('I', () => {
  function testResults(json: unknown, token?: string) {
    return send(`${server.url}/upload/test_results/v1`, { token, json });
  }

  /** As codecov-cli sends it. */
  const CLI = {
    slug: 'acme::::web',
    branch: 'main',
    service: 'github',
    ci_service: 'github-actions',
    ci_url: 'https://github.com/acme/web/actions/runs/77',
    env: { OS: 'linux' },
    flags: ['unit'],
    job_code: 'CI',
    name: 'CI - test',
    file_not_found: false,
  };

  test('row 36: the body of the CLI is answered by the address alone; the CI fields are kept', async () => {
    const commit = newSha();
    const answer = await testResults({ ...CLI, commit }, server.world.R);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ raw_upload_location: expect.stringContaining('/storage/u/') });
    const location = (answer.body as { raw_upload_location: string }).raw_upload_location;
    expect(await uploadsOf(server, commit)).toMatchObject([
      {
        external_id: uploadIdOf(location),
        kind: 'test_results',
        state: 'started',
        via: 'I',
        build_url: CLI.ci_url,
        ci: 'github-actions',
        env: { OS: 'linux' },
        job: 'CI',
        name: 'CI - test',
        flags: ['unit'],
      },
    ]);
    expect(await commitOf(server, commit)).toMatchObject({ branch: 'main', state: 'pending' });
    expect(await reportIdOf(server, commit, 'test_results')).not.toBeNull();
    expect(await reportIdOf(server, commit, 'coverage')).toBeNull();
    expect(await put(location, '<testsuites/>')).toMatchObject({ status: 200, text: '' });
    const stored = await uploadRow(server, uploadIdOf(location));
    expect(stored).toMatchObject({ state: 'stored', raw_size: 13 });
    expect(Buffer.from((await server.app.objects.read(stored.raw_key!))!).toString()).toBe('<testsuites/>');
  });

  test('row 36: no file found is 201 with an empty body, and no upload', async () => {
    const commit = newSha();
    const answer = await testResults({ ...CLI, commit, file_not_found: true }, server.world.R);
    expect(answer).toMatchObject({ status: 201, text: '' });
    expect(await commitOf(server, commit)).toMatchObject({ branch: 'main' });
    expect(await reportIdOf(server, commit, 'test_results')).not.toBeNull();
    expect(await uploadsOf(server, commit)).toEqual([]);
  });

  test('row 36: the spelling of the server is read too, and a known commit stays as it is', async () => {
    const commit = newSha();
    const json = { commitid: commit, branch: 'first' };
    await send(`${webUrl(server)}/commits`, { token: server.world.R, json });
    const answer = await testResults(
      { slug: CLI.slug, commit, service: 'github', branch: 'second', pr: '5', build: '9', buildUrl: 'https://ci/9' },
      server.world.R,
    );
    const { raw_upload_location } = answer.body as { raw_upload_location: string };
    expect(await uploadRow(server, uploadIdOf(raw_upload_location))).toMatchObject({
      build: '9',
      build_url: 'https://ci/9',
    });
    expect(await commitOf(server, commit)).toMatchObject({
      branch: 'first',
      pull: null,
    });
  });

  test('missing fields are named, and an unknown repository is 404', async () => {
    const { R, G, O } = server.world;
    const slugMissing = { slug: ['This field is required.'] };
    const cases = [
      [{ commit: newSha() }, R, 400, slugMissing],
      [{ commit: newSha() }, G, 400, slugMissing],
      [{ slug: CLI.slug }, R, 400, { commit: ['This field is required.'] }],
      [{ ...CLI, slug: 'nonsense', commit: newSha() }, O, 404, { detail: 'Repository not found.' }],
    ] as const;
    for (const [json, token, status, body] of cases) {
      expect(await leavingNothing(server, () => testResults(json, token))).toMatchObject({ status, body });
    }
  });

  test('row 37: a token of an owner opens nothing of another owner', async () => {
    await makeRepository(server.world.database, 'umbrella', 'lab');
    const commit = newSha();
    const foreign = { ...CLI, slug: 'umbrella::::lab', commit };
    expect(await leavingNothing(server, () => testResults(foreign, server.world.O))).toMatchObject(FOREIGN);
    expect(await testResults({ ...CLI, commit }, server.world.O)).toMatchObject({ status: 201 });
    expect(await uploadsOf(server, commit)).toMatchObject([{ kind: 'test_results', state: 'started' }]);
  });

  test('row 38: a global token is taken', async () => {
    const commit = newSha();
    const answer = await testResults({ ...CLI, commit }, server.world.G);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ raw_upload_location: expect.stringContaining('/storage/u/') });
    expect(await uploadsOf(server, commit)).toMatchObject([{ kind: 'test_results', state: 'started', via: 'I' }]);
  });

  test('a slug that contradicts the token of a repository is noted, the token wins', async () => {
    const answer = await testResults({ ...CLI, slug: 'acme::::core', commit: newSha() }, server.world.R);
    const { raw_upload_location } = answer.body as { raw_upload_location: string };
    expect(await uploadRow(server, uploadIdOf(raw_upload_location))).toMatchObject({
      repository_id: server.world.web.id,
      notices: [{ code: 'slug_ignored' }],
    });
  });
});

describe('J', () => {
  function bundle(json: unknown, token?: string) {
    return send(`${server.url}/upload/bundle_analysis/v1`, { token, json });
  }

  test('row 39: is answered by the address alone, and keeps what the plugin says', async () => {
    const [commit, compareSha] = [newSha(), newSha()];
    const answer = await bundle(
      {
        slug: 'acme::::web',
        commit,
        branch: 'main',
        build: '7',
        buildURL: 'https://ci/7',
        job: 'j',
        pr: '12',
        service: 'github-actions',
        compareSha,
      },
      server.world.R,
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ url: expect.stringContaining('/storage/u/') });
    expect(await uploadsOf(server, commit)).toMatchObject([
      {
        external_id: uploadIdOf((answer.body as { url: string }).url),
        kind: 'bundle_analysis',
        state: 'started',
        via: 'J',
        ci: 'github-actions',
        build: '7',
        build_url: 'https://ci/7',
        job: 'j',
        options: { compareSha },
      },
    ]);
    expect(await commitOf(server, commit)).toMatchObject({ branch: 'main', pull: 12, state: 'pending' });
    expect(await reportIdOf(server, commit, 'bundle_analysis')).not.toBeNull();
  });

  test('row 40: without a token, a commit that is known with another branch is refused', async () => {
    const commit = newSha();
    const json = { slug: 'acme::::web', git_service: 'github', commit };
    const taken = await bundle({ ...json, branch: 'me:fix' });
    expect(taken).toMatchObject({ status: 201, body: { url: expect.stringContaining('/storage/u/') } });
    for (const refused of [
      { ...json, branch: 'me:other' },
      { ...json, commit: newSha(), branch: 'main' },
    ]) {
      expect(await leavingNothing(server, () => bundle(refused))).toMatchObject(TOKENLESS);
    }
    expect(await commitOf(server, commit)).toMatchObject({ branch: 'me:fix' });
    expect(await uploadsOf(server, commit)).toMatchObject([{ state: 'started', is_unprotected: true }]);
  });
});

describe('K', () => {
  const base = newSha();
  /** As codecov-cli sends it. */
  const FORM = new URLSearchParams([
    ['cli_args', 'command'],
    ['cli_args', 'verbose'],
    ['user_provided_base_sha', base],
  ]);

  function pullRow(number: number) {
    return server.app.database.kysely
      .selectFrom('pulls')
      .selectAll()
      .where('repository_id', '=', server.world.web.id)
      .where('number', '=', number)
      .executeTakeFirst();
  }

  test.each([
    [41, '/api/v1/github/acme/web/pulls/41'],
    [42, '/api/v1/github-actions/acme/web/pulls/42'],
    [43, '/api/github/acme/web/pulls/43/'],
    [44, '//api/v1/gh/acme/web/pulls/44'],
  ])('row 41: pull %i is made by a form at %s', async (number, path) => {
    const answer = await send(server.url + path, { method: 'PUT', token: server.world.R, body: FORM });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      pullid: number,
      title: null,
      base: null,
      head: null,
      compared_to: null,
      updatestamp: expect.stringMatching(/Z$/),
      state: 'open',
      user_provided_base_sha: base,
    });
    expect(await pullRow(number)).toMatchObject({ user_provided_base_sha: base, state: 'open' });
  });

  test('row 41: the last value wins, and the head is the newest commit of the pull', async () => {
    const [sha, later] = [newSha(), newSha()];
    const token = server.world.R;
    await send(`${webUrl(server)}/commits`, { token, json: { commitid: sha, pullid: 50 } });
    const url = `${server.url}/api/v1/github/acme/web/pulls/50`;
    await send(url, { method: 'PUT', token, json: { user_provided_base_sha: base } });
    const answer = await send(url, { method: 'PUT', token, json: { user_provided_base_sha: later } });
    expect(answer).toMatchObject({ status: 200, body: { head: sha, user_provided_base_sha: later } });
    expect(await pullRow(50)).toMatchObject({ head_sha: sha, user_provided_base_sha: later });
  });

  test('who may not, and what is no number, is refused', async () => {
    const url = (number: string) => `${server.url}/api/v1/github/acme/web/pulls/${number}`;
    const sending = { method: 'PUT', body: FORM };
    const cases = [
      ['60', null, { status: 401 }],
      ['60', server.world.P, FOREIGN],
      ['x', server.world.R, { status: 400, body: { pullid: ['A valid integer is required.'] } }],
    ] as const;
    for (const [number, token, answer] of cases) {
      expect(await leavingNothing(server, () => send(url(number), { ...sending, token }))).toMatchObject(answer);
    }
  });
});

describe('L', () => {
  test('leads a person with a role to the bytes, for half a minute, and nobody else', async () => {
    const { database, core, P } = server.world;
    const opened = await send(`${server.url}/upload/github/acme::::core/upload-coverage`, {
      token: P,
      json: { commitid: newSha(), branch: 'main' },
    });
    const location = (opened.body as { raw_upload_location: string }).raw_upload_location;
    await put(location, LCOV);
    const { raw_key } = await uploadRow(server, uploadIdOf(location));
    const url = `${server.url}/upload/github/acme/core/download?path=${raw_key}`;

    const [member, stranger] = [await person('member'), await person('stranger')];
    await grantRole(database, member.id, { kind: 'repository', repositoryId: core.id }, 'reader');
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    const answer = await send(url, bearer(member.token));
    expect(answer.status).toBe(302);
    const bytes = await send(answer.headers.get('location')!);
    expect(bytes).toMatchObject({ status: 200, text: LCOV });
    expect(bytes.headers.get('content-disposition')).toMatch(/^attachment/);
    const until = Number(new URL(answer.headers.get('location')!).searchParams.get('e'));
    expect(until - Date.now() / 1000).toBeLessThanOrEqual(30);

    for (const headers of [{}, bearer(stranger.token).headers, bearer(P).headers]) {
      expect((await send(url, { headers })).status).toBe(404);
    }
    for (const path of ['../../secrets.json', 'raw/none', '']) {
      const other = `${server.url}/upload/github/acme/core/download?path=${encodeURIComponent(path)}`;
      expect((await send(other, bearer(member.token))).status).toBe(404);
    }
    // A signature for reading does not serve for writing, and the other way round.
    const signed = answer.headers.get('location')!;
    expect((await send(signed.replace('/d/', '/u/'), { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await send(location.replace('/u/', '/d/'))).status).toBe(403);
  });

  async function person(name: string): Promise<{ id: number; token: string }> {
    const { database } = server.world;
    const { id } = (await createUser(database, { name, passwordHash: null, isAdmin: false }))!;
    return { id, token: await storeToken(database, { kind: 'api', userId: id, scopes: ['read'] }) };
  }
});

describe('functions that are no more', () => {
  test.each([
    ['POST', '/staticanalysis/staticanalyses', 201, { external_id: '0000', filepaths: [], commit: '' }],
    ['POST', '/staticanalysis/staticanalyses/7/finish', 201, { external_id: '0000', filepaths: [], commit: '' }],
    ['POST', '/labels/labels-analysis', 201, { external_id: null, state: 'finished' }],
    ['GET', '/labels/labels-analysis/7', 200, { external_id: null, state: 'finished' }],
    ['PATCH', '/labels/labels-analysis/7', 200, { external_id: null, state: 'finished' }],
  ])('%s %s answers a constant to a token, and 401 to none', async (method, path, status, body) => {
    const headers = { authorization: `Repotoken ${server.world.R}` };
    expect(await send(server.url + path, { method, headers })).toMatchObject({ status, body });
    expect((await send(server.url + path, { method })).status).toBe(401);
  });
});

describe('the making of repositories', () => {
  test('a global token makes an unknown repository, private, and everybody is told', async () => {
    const commit = newSha();
    const url = `${server.url}/upload/github/newcomer::::first/commits`;
    expect((await send(url, { token: server.world.G, json: { commitid: commit } })).status).toBe(201);
    const made = await findRepository(server.world.database, { service: 'github', owner: 'newcomer', name: 'first' });
    expect(made).toMatchObject({ is_private: true, is_active: false });
    const event = await eventually(
      server,
      ({ type, repositoryId }) => type === 'repo.created' && repositoryId === made!.id,
    );
    expect(event.data).toEqual({ service: 'github', owner: 'newcomer', repo: 'first' });
  });

  test('a token of an owner makes repositories of its owner only', async () => {
    const json = { commitid: newSha() };
    const own = await send(`${server.url}/upload/github/acme::::another/commits`, { token: server.world.O, json });
    expect(own.status).toBe(201);
    const foreign = `${server.url}/upload/github/other::::one/commits`;
    const refused = await leavingNothing(server, () => send(foreign, { token: server.world.O, json }));
    expect(refused).toMatchObject(FOREIGN);
  });

  test('the first upload makes a repository active', async () => {
    const quiet = await makeRepository(server.world.database, 'acme', 'quiet');
    const token = await storeToken(server.world.database, { kind: 'repository', repositoryId: quiet.id });
    const url = `${server.url}/upload/github/acme::::quiet/upload-coverage`;
    await send(url, { token, json: { commitid: newSha() } });
    expect(
      await findRepository(server.world.database, { service: 'github', owner: 'acme', name: 'quiet' }),
    ).toMatchObject({ is_active: true });
  });
});
