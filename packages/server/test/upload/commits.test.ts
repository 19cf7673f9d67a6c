import { describe, expect, test } from 'vitest';
import type { Commit } from '../../src/database/tables.ts';
import { eventually, newSha, send, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { makeRepository, storeToken } from '../support/upload-world.ts';
import { reportIdOf, uploadsOf, webUrl } from '../support/web.ts';

const server = useTestServer({
  configure: (config) => ({ ...config, setup: { ...config.setup, codecovUrl: 'https://thatch.example' } }),
});

const TOKENLESS = { detail: 'Not valid tokenless upload' };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Sends A for `acme/web`, with its token unless said. */
function create(json: unknown, token: string | null = server.world.R) {
  return send(`${webUrl(server)}/commits`, { token, json });
}

function rowsOf(sha: string): Promise<Commit[]> {
  return server.app.database.kysely.selectFrom('commits').selectAll().where('sha', '=', sha).execute();
}

/** What A and A′ say of a commit that only A told of. */
function shown(commitid: string, facts: object = {}) {
  return {
    message: null,
    timestamp: expect.stringMatching(TIME),
    ci_passed: null,
    state: null,
    repository: { name: 'web', is_private: false, active: false, language: null, yaml: null },
    author: null,
    commitid,
    parent_commit_id: null,
    pullid: null,
    branch: null,
    ...facts,
  };
}

describe('A', () => {
  test('row 1: the token of the repository makes the commit known', async () => {
    const sha = newSha();
    const answer = await create({ commitid: sha, branch: 'main', pullid: '4', cli_args: {}, version: '11.3.1' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual(shown(sha, { pullid: 4, branch: 'main' }));
    expect(await rowsOf(sha)).toMatchObject([
      { repository_id: server.world.web.id, branch: 'main', pull: 4, parent_sha: null, state: 'pending' },
    ]);
    expect(await reportIdOf(server, sha)).toBeNull();
    expect(await uploadsOf(server, sha)).toEqual([]);
    const event = await eventually(server, ({ type, data }) => type === 'commit.created' && data['commit'] === sha);
    expect(event.data).toEqual({ commit: sha, branch: 'main', parents: [] });
  });

  test('row 2: a second call fills what is empty and leaves the branch; who has a token corrects parent and pull', async () => {
    const sha = newSha();
    const [first, second] = [newSha(), newSha()];
    await create({ commitid: sha, branch: 'main', parent_commit_id: first, pullid: 4 });
    const answer = await create({
      commitid: sha.toUpperCase(),
      branch: 'other',
      parent_commit_id: second,
      pullid: 7,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(shown(sha, { branch: 'main', parent_commit_id: second, pullid: 7 }));
    expect(await rowsOf(sha)).toMatchObject([{ branch: 'main', parent_sha: second, pull: 7 }]);
  });

  test('row 2: who has no token only fills what is empty', async () => {
    const sha = newSha();
    const [first, second] = [newSha(), newSha()];
    await create({ commitid: sha, branch: 'me:fix', parent_commit_id: first }, null);
    const answer = await create({ commitid: sha, branch: 'me:fix', parent_commit_id: second, pullid: 3 }, null);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(shown(sha, { branch: 'me:fix', parent_commit_id: first, pullid: 3 }));
    expect(await rowsOf(sha)).toMatchObject([{ branch: 'me:fix', parent_sha: first, pull: 3 }]);
  });

  test('row 2: twenty calls at once make one commit and tell of it once', async () => {
    const sha = newSha();
    const calls = Array.from({ length: 20 }, () => create({ commitid: sha }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(201));
    const [commit, ...others] = await rowsOf(sha);
    expect(others).toEqual([]);
    const last = newSha();
    await create({ commitid: last });
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
    const answer = await leavingNothing(server, () => create(json));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  test.each([
    ['{"commitid":', 'application/json', 400, { detail: expect.stringMatching(/^JSON parse error - /) }],
    ['[1]', 'application/json', 400, { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }],
    ['a;b', 'text/csv', 415, { detail: 'Unsupported media type "text/csv" in request.' }],
    ['x'.repeat(5 * 1024 * 1024), 'application/json', 413, { detail: expect.stringMatching(/\w/) }],
  ])(
    'row 3: what is no object of JSON and no form is refused in known words (%#)',
    async (body, type, status, answer) => {
      const sending = { token: server.world.R, body, headers: { 'content-type': type } };
      const refused = await leavingNothing(server, () => send(`${webUrl(server)}/commits`, sending));
      expect(refused).toMatchObject({ status, body: answer });
    },
  );

  test('the body is read whatever its type says, and as a form', async () => {
    const token = server.world.R;
    const sha = newSha();
    for (const type of ['', 'nonsense', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const body = new TextEncoder().encode(JSON.stringify({ commitid: sha, branch: 'b' }));
      expect(await send(`${webUrl(server)}/commits`, { token, body, headers })).toMatchObject({
        status: 201,
        body: { commitid: sha },
      });
    }
    const other = newSha();
    const form = await send(`${webUrl(server)}/commits`, {
      token,
      body: new URLSearchParams({ commitid: other, pullid: '5', branch: '' }),
    });
    expect(form).toMatchObject({ status: 201, body: { commitid: other, pullid: 5, branch: null } });
    const parts = new FormData();
    parts.append('commitid', other);
    parts.append('branch', 'by-form');
    const byParts = await send(`${webUrl(server)}/commits`, { token, body: parts });
    expect(byParts).toMatchObject({ status: 201, body: { branch: 'by-form' } });
    expect(await rowsOf(sha)).toMatchObject([{ branch: 'b' }]);
    expect(await rowsOf(other)).toMatchObject([{ branch: 'by-form', pull: 5 }]);
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
    const answer = await leavingNothing(server, () => send(url, { token, json: { commitid: newSha() } }));
    expect(answer).toMatchObject({
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
    const repository = { name: 'list', is_private: false, active: false, language: null, yaml: null };
    const shas = [newSha(), newSha(), newSha()];
    for (const commitid of shas) await send(url, { token, json: { commitid, branch: 'main' } });
    const page = (number: number) =>
      `https://thatch.example/upload/github/acme::::list/commits?page_size=2&page=${number}`;
    const first = await leavingNothing(server, () => send(`${url}?page_size=2`));
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      count: 3,
      next: page(2),
      previous: null,
      results: [shown(shas[2], { repository, branch: 'main' }), shown(shas[1], { repository, branch: 'main' })],
    });
    const second = await send(`${url}?page_size=2&page=2`);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({
      count: 3,
      next: null,
      previous: page(1),
      results: [shown(shas[0], { repository, branch: 'main' })],
    });
    const behind = await send(`${url}?page=9`);
    expect(behind.status).toBe(404);
    expect(behind.body).toEqual({ detail: 'Invalid page.' });
  });

  test('row 35: a private repository lists nothing without a token', async () => {
    const url = `${server.url}/upload/github/acme::::core/commits`;
    const refused = await leavingNothing(server, () => send(url));
    expect(refused).toMatchObject({ status: 401, body: TOKENLESS });
    const listed = await send(url, { token: server.world.P });
    expect(listed.status).toBe(200);
    expect(listed.body).toEqual({ count: 0, next: null, previous: null, results: [] });
  });
});

describe('every address', () => {
  test('other methods are 405 and name themselves', async () => {
    const sending = { method: 'DELETE', token: server.world.R };
    const answer = await leavingNothing(server, () => send(`${webUrl(server)}/commits`, sending));
    expect(answer.status).toBe(405);
    expect(answer.body).toEqual({ detail: 'Method "DELETE" not allowed.' });
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

  test.each([
    '//upload/github/acme::::web/commits',
    '///upload/github/acme::::web/commits',
    '/upload/github/acme::::web/commits/',
    '/upload/github/acme%3A%3A%3A%3Aweb/commits',
    '/upload/gh/acme::::web/commits',
    '/upload/github-actions/acme::::web/commits',
  ])('row 18: %s is the same address', async (path) => {
    const sha = newSha();
    const json = { commitid: sha, branch: 'main', pullid: '4' };
    const answer = await send(server.url + path, { token: server.world.R, json });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(shown(sha, { branch: 'main', pullid: 4 }));
    expect(await rowsOf(sha)).toMatchObject([{ repository_id: server.world.web.id, branch: 'main', pull: 4 }]);
  });

  test('row 19: groups of GitLab are one owner', async () => {
    const app = await makeRepository(server.world.database, 'group:sub', 'app', { service: 'gitlab' });
    const token = await storeToken(server.world.database, { kind: 'repository', repositoryId: app.id });
    const sha = newSha();
    const url = `${server.url}/upload/gitlab/group:::sub::::app/commits`;
    const answer = await send(url, { token, json: { commitid: sha } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ commitid: sha, repository: { name: 'app', is_private: true } });
    expect(await rowsOf(sha)).toMatchObject([{ repository_id: app.id }]);
    expect(app).toMatchObject({ owner_name: 'group:sub', name: 'app' });
  });

  test('row 55: a slug of 300 characters is no unknown address', async () => {
    const slug = `${'g'.repeat(200)}::::${'r'.repeat(96)}`;
    const url = `${server.url}/upload/github/${slug}/commits`;
    const sending = { token: server.world.R, json: { commitid: newSha() } };
    const answer = await leavingNothing(server, () => send(url, sending));
    expect(answer).toMatchObject({ status: 400, body: ['Repository not found'] });
  });
});
