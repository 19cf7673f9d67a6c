import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTokenRequired } from '../../src/database/queries/owners.ts';
import { GITHUB_CLAIMS } from '../../src/auth/oidc-claims.ts';
import type { LocalIssuer } from '../support/issuer.ts';
import { startIssuer } from '../support/issuer.ts';
import { makeRepository, storeToken } from '../support/upload-world.ts';
import { eventually, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let issuer: LocalIssuer;
let web: string;
let core: string;

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startTestServer({
    configure: (config) => ({
      ...config,
      setup: { ...config.setup, codecovUrl: 'https://thatch.example' },
      uploads: {
        ...config.uploads,
        oidc: [
          {
            issuer: issuer.url,
            service: 'github',
            keys: { kind: 'address', url: `${issuer.url}/.well-known/jwks` },
            audiences: [],
            claims: GITHUB_CLAIMS,
            required: {},
            owners: null,
            repository: null,
          },
        ],
      },
    }),
  });
  web = `${server.url}/upload/github/acme::::web/commits`;
  core = `${server.url}/upload/github/acme::::core/commits`;
});
afterAll(async () => {
  await server.stop();
  await issuer.close();
});

const TOKENLESS = { detail: 'Not valid tokenless upload' };

function commitsOf(sha: string) {
  return server.app.database.kysely.selectFrom('commits').selectAll().where('sha', '=', sha).execute();
}

describe('A', () => {
  test('row 1: the token of the repository makes the commit known', async () => {
    const sha = newSha();
    const json = { commitid: sha, branch: 'main', pullid: '4', cli_args: {}, version: '11.3.1' };
    const answer = await send(web, { token: server.world.R, json });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      message: null,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      ci_passed: null,
      state: null,
      repository: { name: 'web', is_private: false, active: false, language: null, yaml: null },
      author: null,
      commitid: sha,
      parent_commit_id: null,
      pullid: 4,
      branch: 'main',
    });
    expect(await commitsOf(sha)).toMatchObject([
      { repository_id: server.world.web.id, branch: 'main', pull: 4, state: 'pending' },
    ]);
    const event = await eventually(server, ({ type, data }) => type === 'commit.created' && data['commit'] === sha);
    expect(event.data).toEqual({ commit: sha, branch: 'main', parents: [] });
  });

  test('row 2: a second call fills what is empty and leaves the branch; who has a token corrects parent and pull', async () => {
    const sha = newSha();
    const [first, second] = [newSha(), newSha()];
    const token = server.world.R;
    await send(web, { token, json: { commitid: sha, branch: 'main', parent_commit_id: first } });
    const answer = await send(web, {
      token,
      json: { commitid: sha.toUpperCase(), branch: 'other', parent_commit_id: second, pullid: 7 },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ branch: 'main', parent_commit_id: second, pullid: 7 });
    expect(await commitsOf(sha)).toHaveLength(1);
  });

  test('row 2: who has no token only fills what is empty', async () => {
    const sha = newSha();
    const [first, second] = [newSha(), newSha()];
    await send(web, { json: { commitid: sha, branch: 'me:fix', parent_commit_id: first } });
    const answer = await send(web, { json: { commitid: sha, branch: 'me:fix', parent_commit_id: second, pullid: 3 } });
    expect(answer.body).toMatchObject({ parent_commit_id: first, pullid: 3 });
  });

  test('row 2: twenty calls at once make one commit and tell of it once', async () => {
    const sha = newSha();
    const calls = Array.from({ length: 20 }, () => send(web, { token: server.world.R, json: { commitid: sha } }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(201));
    const [commit] = await commitsOf(sha);
    const last = newSha();
    await send(web, { token: server.world.R, json: { commitid: last } });
    await eventually(server, ({ data }) => data['commit'] === last);
    const told = server.events.filter(({ type, commitId }) => type === 'commit.created' && commitId === commit.id);
    expect(told).toHaveLength(1);
  });

  test.each([
    [{}, { commitid: ['This field is required.'] }],
    [{ commitid: null }, { commitid: ['This field may not be null.'] }],
    [{ commitid: ' ' }, { commitid: ['This field may not be blank.'] }],
    [{ commitid: true }, { commitid: ['Not a valid string.'] }],
    [{ commitid: 'main' }, { commitid: [expect.stringContaining('7 to 64 hexadecimal digits')] }],
    [{ commitid: 'a'.repeat(40), pullid: 'x' }, { pullid: ['A valid integer is required.'] }],
    [{ commitid: 'a'.repeat(40), pullid: true }, { pullid: ['A valid integer is required.'] }],
    [{ pullid: 1.5 }, { commitid: ['This field is required.'], pullid: ['A valid integer is required.'] }],
    [{ commitid: 'a'.repeat(40), branch: 'b\u0000' }, { branch: ['Null characters are not allowed.'] }],
    [
      { commitid: 'a'.repeat(40), branch: 'b'.repeat(513) },
      { branch: ['Ensure this field has no more than 512 characters.'] },
    ],
  ])('row 3: wrong fields are each named and leave nothing (%#)', async (json, body) => {
    const answer = await send(web, { token: server.world.R, json });
    expect(answer).toMatchObject({ status: 400, body });
    expect(await commitsOf('a'.repeat(40))).toEqual([]);
  });

  test('row 3: broken JSON, a list, and what is neither JSON nor a form are refused in known words', async () => {
    const token = server.world.R;
    expect(await send(web, { token, body: '{"commitid":' })).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^JSON parse error - /) },
    });
    expect(await send(web, { token, json: [1] })).toMatchObject({
      status: 400,
      body: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] },
    });
    const headers = { 'content-type': 'text/csv' };
    expect(await send(web, { token, body: 'a;b', headers })).toMatchObject({
      status: 415,
      body: { detail: 'Unsupported media type "text/csv" in request.' },
    });
    expect(await send(web, { token, body: 'x'.repeat(5 * 1024 * 1024) })).toMatchObject({ status: 413 });
  });

  test('the body is read whatever its type says, and as a form', async () => {
    const token = server.world.R;
    const sha = newSha();
    for (const type of ['', 'nonsense', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const body = new TextEncoder().encode(JSON.stringify({ commitid: sha, branch: 'b' }));
      expect(await send(web, { token, body, headers })).toMatchObject({ status: 201, body: { commitid: sha } });
    }
    const other = newSha();
    const form = await send(web, { token, body: new URLSearchParams({ commitid: other, pullid: '5', branch: '' }) });
    expect(form).toMatchObject({ status: 201, body: { commitid: other, pullid: 5, branch: null } });
    const parts = new FormData();
    parts.append('commitid', other);
    parts.append('branch', 'by-form');
    expect(await send(web, { token, body: parts })).toMatchObject({ status: 201, body: { branch: 'by-form' } });
  });

  test('row 4: an unknown service is 400', async () => {
    const url = `${server.url}/upload/svn/acme::::web/commits`;
    const answer = await send(url, { token: server.world.R, json: { commitid: newSha() } });
    expect(answer).toMatchObject({ status: 400, body: ['Service not found: svn'] });
  });

  test('row 5: an unknown repository is 400 with a token and 401 without', async () => {
    const url = `${server.url}/upload/github/acme::::nope/commits`;
    const json = { commitid: newSha(), branch: 'main' };
    expect(await send(url, { token: server.world.R, json })).toMatchObject({
      status: 400,
      body: ['Repository not found'],
    });
    const anonymous = await send(url, { json });
    expect(anonymous).toMatchObject({ status: 401, body: TOKENLESS });
    expect(anonymous.headers.get('www-authenticate')).toBe('Token');
  });

  test('rows 6 and 7: an unknown token is refused on a usual branch and passes on that of a fork', async () => {
    const refused = newSha();
    const passed = newSha();
    const token = server.world.X;
    expect(await send(web, { token, json: { commitid: refused, branch: 'main' } })).toMatchObject({
      status: 401,
      body: TOKENLESS,
    });
    expect(await send(web, { token, json: { commitid: passed, branch: 'me:fix' } })).toMatchObject({ status: 201 });
    expect(await commitsOf(refused)).toEqual([]);
    expect(await commitsOf(passed)).toMatchObject([{ branch: 'me:fix' }]);
  });

  test('row 6: a refusal is told to the administrators and the members, with rule and remedy, without the token', async () => {
    const agent = `teller/${newSha()}`;
    await send(web, {
      token: server.world.X,
      json: { commitid: newSha(), branch: 'main' },
      headers: { 'user-agent': agent },
    });
    const event = await eventually(server, ({ data }) => data['agent'] === agent);
    expect(event).toMatchObject({
      type: 'upload.refused',
      repositoryId: server.world.web.id,
      topics: ['setup', 'admin', `repo:${server.world.web.id}`],
      data: { code: 'token_wrong', message: TOKENLESS.detail, from: '127.0.0.1', repo: 'acme/web' },
    });
    expect(event.data['hint']).toMatch(/\w/);
    expect(JSON.stringify(event)).not.toContain(server.world.X);
  });

  test('row 8: a private repository takes no fork branch without a token', async () => {
    const json = { commitid: newSha(), branch: 'me:fix' };
    expect(await send(core, { json })).toMatchObject({ status: 401, body: TOKENLESS });
  });

  test('row 9: a public repository whose owner requires no token takes any branch', async () => {
    const open = await makeRepository(server.world.database, 'openly', 'lib', { isPrivate: false });
    await setTokenRequired(server.world.database, open.owner_id, false);
    const json = { commitid: newSha(), branch: 'main' };
    const answer = await send(`${server.url}/upload/github/openly::::lib/commits`, { json });
    expect(answer).toMatchObject({ status: 201, body: { branch: 'main' } });
  });

  test('rows 10 to 12: tokens of another repository, of the owner, of another owner, and past their date', async () => {
    const { P, O, database, web: repository } = server.world;
    const json = { commitid: newSha(), branch: 'main' };
    await makeRepository(database, 'umbrella', 'lab');
    expect(await send(web, { token: P, json })).toMatchObject({
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
    });
    expect((await send(web, { token: O, json })).status).toBe(201);
    expect((await send(core, { token: O, json })).status).toBe(201);
    expect((await send(`${server.url}/upload/github/umbrella::::lab/commits`, { token: O, json })).status).toBe(403);
    const target = { kind: 'owner', ownerId: repository.owner_id } as const;
    const old = await storeToken(database, target, { expiresAt: new Date('2026-01-01T00:00:00Z') });
    expect(await send(web, { token: old, json })).toMatchObject({ status: 401, body: { detail: 'Token is expired.' } });
  });

  test('row 13: a global token looks under its own provider, whatever the path says', async () => {
    const sha = newSha();
    const json = { commitid: sha, branch: 'main' };
    expect((await send(web, { token: server.world.G, json })).status).toBe(201);
    const elsewhere = `${server.url}/upload/gitlab/acme::::core/commits`;
    expect((await send(elsewhere, { token: server.world.G, json })).status).toBe(201);
    expect((await commitsOf(sha)).map(({ repository_id }) => repository_id).toSorted()).toEqual(
      [server.world.web.id, server.world.core.id].toSorted(),
    );
  });

  test('row 14: a global token does not make a repository where that is switched off', async () => {
    const url = `${server.url}/upload/github/acme::::fresh/commits`;
    expect(await send(url, { token: server.world.G, json: { commitid: newSha() } })).toMatchObject({
      status: 401,
      body: { detail: 'Could not find a repository, try using repo upload token' },
    });
  });

  test('row 15: an identity token of a trusted CI is accepted, and four wrong ones are not', async () => {
    const sha = newSha();
    const json = { commitid: sha, branch: 'main' };
    const token = await issuer.sign({ claims: { sha } });
    expect((await send(web, { token, json })).status).toBe(201);
    const stranger = await startIssuer();
    const wrong = {
      aud: await issuer.sign({ claims: { sha, aud: 'https://codecov.io' } }),
      iss: await stranger.sign({ claims: { sha } }),
      exp: await issuer.sign({ claims: { sha, exp: Math.floor(Date.now() / 1000) - 3600 } }),
      signature: await stranger.sign({ claims: { sha, iss: issuer.url } }),
    };
    await stranger.close();
    const hints = new Set<string>();
    for (const refused of Object.values(wrong)) {
      const answer = await send(web, { token: refused, json });
      expect(answer).toMatchObject({ status: 401, body: { ...TOKENLESS, hint: expect.stringMatching(/\w/) } });
      expect(answer.text).not.toContain(refused);
      hints.add((answer.body as { hint: string }).hint);
    }
    expect(hints.size).toBe(4);
  });

  test('row 16: an empty and a spaced token are refused in known words', async () => {
    const json = { commitid: newSha(), branch: 'main' };
    expect(await send(web, { headers: { authorization: 'token ' }, json })).toMatchObject({
      status: 401,
      body: { detail: 'Invalid token header. No credentials provided.' },
    });
    expect(await send(web, { headers: { authorization: 'token a b' }, json })).toMatchObject({
      status: 401,
      body: { detail: 'Invalid token header. Token string should not contain spaces.' },
    });
  });

  test('row 17: every form of carrying the token is understood', async () => {
    const { R } = server.world;
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    for (const headers of [
      { authorization: `Bearer ${R}` },
      { 'x-upload-token': R },
      { authorization: basic(`${R}:`) },
      { authorization: basic(`x:${R}`) },
    ] as Record<string, string>[]) {
      expect((await send(web, { headers, json: { commitid: newSha() } })).status).toBe(201);
    }
  });

  test('row 18: Basic from a .netrc on a private repository is refused with a hint that names it', async () => {
    const headers = { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` };
    const answer = await send(core, { headers, json: { commitid: newSha(), branch: 'main' } });
    expect(answer).toMatchObject({ status: 401, body: { hint: expect.stringContaining('.netrc') } });
  });

  test.each([
    '//upload/github/acme::::web/commits',
    '///upload/github/acme::::web/commits',
    '/upload/github/acme::::web/commits/',
    '/upload/github/acme%3A%3A%3A%3Aweb/commits',
    '/upload/gh/acme::::web/commits',
    '/upload/github-actions/acme::::web/commits',
  ])('row 18: %s is the same address', async (path) => {
    const sha = newSha();
    const answer = await send(server.url + path, { token: server.world.R, json: { commitid: sha } });
    expect(answer).toMatchObject({ status: 201, body: { commitid: sha } });
    expect(await commitsOf(sha)).toMatchObject([{ repository_id: server.world.web.id }]);
  });

  test('row 19: groups of GitLab are one owner', async () => {
    const app = await makeRepository(server.world.database, 'group:sub', 'app', { service: 'gitlab' });
    const token = await storeToken(server.world.database, { kind: 'repository', repositoryId: app.id });
    const sha = newSha();
    const url = `${server.url}/upload/gitlab/group:::sub::::app/commits`;
    expect((await send(url, { token, json: { commitid: sha } })).status).toBe(201);
    expect(await commitsOf(sha)).toMatchObject([{ repository_id: app.id }]);
  });

  test('a repository that was switched off refuses with the way to switch it on', async () => {
    const off = await makeRepository(server.world.database, 'acme', 'off', { isPrivate: false });
    const token = await storeToken(server.world.database, { kind: 'repository', repositoryId: off.id });
    await server.app.database.kysely
      .updateTable('repositories')
      .set({ is_active: true, deactivated_at: new Date() })
      .where('id', '=', off.id)
      .execute();
    const url = `${server.url}/upload/github/acme::::off/commits`;
    expect(await send(url, { token, json: { commitid: newSha() } })).toMatchObject({
      status: 400,
      body: [
        'This repository is deactivated. To resume uploading to it, please activate the repository in the Thatch UI: https://thatch.example/github/acme/off/config/general',
      ],
    });
  });
});

describe('A′', () => {
  test('row 35: the commits of a public repository are listed without a token, newest first, in pages', async () => {
    const list = await makeRepository(server.world.database, 'acme', 'list', { isPrivate: false });
    const token = await storeToken(server.world.database, { kind: 'repository', repositoryId: list.id });
    const url = `${server.url}/upload/github/acme::::list/commits`;
    const shas = [newSha(), newSha(), newSha()];
    for (const commitid of shas) await send(url, { token, json: { commitid } });
    const first = await send(`${url}?page_size=2`);
    expect(first).toMatchObject({
      status: 200,
      body: {
        count: 3,
        next: 'https://thatch.example/upload/github/acme::::list/commits?page_size=2&page=2',
        previous: null,
        results: [{ commitid: shas[2] }, { commitid: shas[1] }],
      },
    });
    expect((await send(`${url}?page_size=2&page=2`)).body).toMatchObject({
      next: null,
      previous: 'https://thatch.example/upload/github/acme::::list/commits?page_size=2&page=1',
      results: [{ commitid: shas[0] }],
    });
    expect(await send(`${url}?page=9`)).toMatchObject({ status: 404, body: { detail: 'Invalid page.' } });
  });

  test('row 35: a private repository lists nothing without a token', async () => {
    expect(await send(core)).toMatchObject({ status: 401, body: TOKENLESS });
    expect((await send(core, { token: server.world.P })).status).toBe(200);
  });
});

describe('every address', () => {
  test('other methods are 405 and name themselves', async () => {
    const answer = await send(web, { method: 'DELETE', token: server.world.R });
    expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "DELETE" not allowed.' } });
    expect(answer.headers.get('allow')).toBe('POST, GET');
  });

  test('an unknown address below /upload is 404 with a reason, for GET and POST', async () => {
    for (const method of ['GET', 'POST']) {
      expect(await send(`${server.url}/upload/anything/else`, { method })).toMatchObject({
        status: 404,
        body: { code: 'address_unknown', hint: expect.stringMatching(/\w/) },
      });
    }
  });

  test('row 55: a slug of 300 characters is no unknown address', async () => {
    const slug = `${'g'.repeat(200)}::::${'r'.repeat(96)}`;
    const answer = await send(`${server.url}/upload/github/${slug}/commits`, {
      token: server.world.R,
      json: { commitid: newSha() },
    });
    expect(answer).toMatchObject({ status: 400, body: ['Repository not found'] });
  });
});
