import { describe, expect, test } from 'vitest';
import { expireStarted } from '../../src/database/queries/uploads.ts';
import { eventually, LCOV, newSha, send, uploadIdOf, uploadRow, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, complete, knownCommit, openUpload, put, reportIdOf, uploadsOf, webUrl } from '../support/web.ts';

const server = useTestServer();

/** As codecov-cli sends D (upload-protocol §1.3). */
const CLI = {
  ci_service: 'github-actions',
  ci_url: 'https://github.com/acme/web/actions/runs/77',
  cli_args: { command: 'upload-coverage' },
  env: { OS: 'linux' },
  flags: ['unit'],
  job_code: 'CI',
  name: 'CI - test',
  version: '11.3.1',
  file_not_found: false,
  code: 'default',
  parent_commit_id: null,
  report_payload_bytes: 48211,
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

interface Opened {
  readonly external_id: string;
  readonly raw_upload_location: string;
}

/** B. */
function reports(sha: string, json: unknown) {
  return send(`${webUrl(server)}/commits/${sha}/reports`, { token: server.world.R, json });
}

async function commitWithReport(): Promise<string> {
  const sha = await knownCommit(server);
  await reports(sha, {});
  return sha;
}

/** C. */
function uploads(sha: string, json: unknown, code = 'default') {
  return send(`${webUrl(server)}/commits/${sha}/reports/${code}/uploads`, { token: server.world.R, json });
}

/** D. */
function uploadCoverage(json: unknown, token: string | null = server.world.R) {
  return send(`${webUrl(server)}/upload-coverage`, { token, json });
}

describe('B', () => {
  test('row 20: makes the report of a commit, once', async () => {
    const sha = await knownCommit(server);
    const first = await reports(sha, { code: 'default' });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      external_id: expect.stringMatching(UUID),
      created_at: expect.stringMatching(TIME),
      commit_sha: sha,
      code: null,
    });
    expect(await reportIdOf(server, sha)).toBe((first.body as Opened).external_id);
    const again = await leavingNothing(server, () => reports(sha, { code: null }));
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(await uploadsOf(server, sha)).toEqual([]);
  });

  test('row 20: another code and an unknown commit are refused', async () => {
    const sha = await knownCommit(server);
    const cases = [
      [sha, { code: 'x' }, { code: ['Using a non-default `code` has been deprecated'] }],
      [newSha(), {}, ['Commit SHA not found']],
      ['main', {}, [expect.stringMatching(/^Commit SHA not found: .*hexadecimal/)]],
    ] as const;
    for (const [commit, json, body] of cases) {
      const answer = await leavingNothing(server, () => reports(commit, json));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(body);
    }
  });

  test('a commit is found by the beginning of its id when there is only one', async () => {
    const sha = await knownCommit(server);
    const answer = await reports(sha.slice(0, 12), {});
    expect(answer).toMatchObject({ status: 201, body: { commit_sha: sha } });
  });
});

describe('C', () => {
  test('row 21: opens an upload whose address takes the bytes', async () => {
    const sha = await commitWithReport();
    const answer = await uploads(sha, CLI);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      external_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      raw_upload_location: expect.stringContaining(`${server.url}/storage/u/`),
      state: 'started',
      provider: 'github-actions',
      upload_type: 'uploaded',
      url: `${server.url}/gh/acme/web/commit/${sha}`,
      ci_url: CLI.ci_url,
      flags: ['unit'],
      env: { OS: 'linux' },
      name: 'CI - test',
      job_code: 'CI',
    });
    const { external_id, raw_upload_location } = answer.body as Opened;
    expect(await uploadRow(server, external_id)).toMatchObject({
      state: 'started',
      via: 'C',
      agent: 'node',
      package: '11.3.1',
      ci: 'github-actions',
      job: 'CI',
      raw_key: null,
    });
    // Bytes have no content type of their own: none is sent.
    const stored = await put(raw_upload_location, new TextEncoder().encode(LCOV));
    expect(stored).toMatchObject({ status: 200, text: '' });
    const settled = await complete(server, sha, '?wait=60');
    expect(settled).toMatchObject({ status: 200, body: { uploads_success: 1, settled: true } });
    expect(await uploadRow(server, external_id)).toMatchObject({ state: 'merged', lines: 2, hits: 1 });
    expect(await commitOf(server, sha)).toMatchObject({
      state: 'complete',
      lines: 2,
      hits: 1,
    });
    await eventually(server, ({ type, data }) => type === 'upload.received' && data['upload'] === external_id);
    await eventually(server, ({ type, data }) => type === 'upload.parsed' && data['upload'] === external_id);
  });

  test('row 22: without a report or a commit is refused and leaves no upload', async () => {
    const sha = await knownCommit(server);
    for (const [commit, body] of [
      [sha, ['Report not found']],
      [newSha(), ['Commit SHA not found']],
    ] as const) {
      const answer = await leavingNothing(server, () => uploads(commit, CLI));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(body);
    }
  });

  test('row 23: flags, environment and a name of 100 characters are stored; a longer name is cut and noted', async () => {
    const sha = await commitWithReport();
    const kept = await uploads(sha, { flags: ['a', 'b', 'a'], env: { OS: null, N: 7 }, name: 'n'.repeat(100) });
    expect(kept).toMatchObject({
      status: 201,
      body: { flags: ['a', 'b'], env: { OS: null, N: '7' }, name: 'n'.repeat(100) },
    });
    expect(await uploadRow(server, (kept.body as Opened).external_id)).toMatchObject({
      flags: ['a', 'b'],
      env: { OS: null, N: '7' },
      name: 'n'.repeat(100),
      notices: [],
    });
    const cut = await uploads(sha, { name: 'é'.repeat(101) });
    expect(cut).toMatchObject({ status: 201, body: { flags: [], name: 'é'.repeat(100) } });
    expect(await uploadRow(server, (cut.body as Opened).external_id)).toMatchObject({
      name: 'é'.repeat(100),
      notices: [{ code: 'name_cut' }],
    });
    const known = await server.app.database.kysely
      .selectFrom('flags')
      .select('name')
      .where('repository_id', '=', server.world.web.id)
      .execute();
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test.each([
    [{ flags: null }, { flags: ['This field may not be null.'] }],
    [{ flags: 'unit' }, { flags: ['Expected a list of items but got type "string".'] }],
    [{ flags: [{}] }, { flags: ['Not a valid string.'] }],
    [{ ci_service: null }, { ci_service: ['This field may not be null.'] }],
    [{ version: null }, { version: ['This field may not be null.'] }],
    [{ job_code: 'j'.repeat(1001) }, { job_code: ['Ensure this field has no more than 1000 characters.'] }],
  ])('row 23: wrong fields are named (%#)', async (json, body) => {
    const sha = await commitWithReport();
    const answer = await leavingNothing(server, () => uploads(sha, json));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  test('what no column can hold is made storable or left out, never an error', async () => {
    const sha = await commitWithReport();
    const answer = await send(`${webUrl(server)}/commits/${sha}/reports/default/uploads`, {
      token: server.world.R,
      body: '{"env":{"A":"x\\u0000y","B":"\\ud800","C":{"deep":[1]}},"name":"\\ud800","ci_url":"javascript:alert(1)","job_code":"\\udfff"}',
    });
    expect(answer.status).toBe(201);
    expect(await uploadRow(server, (answer.body as Opened).external_id)).toMatchObject({
      env: { A: 'x\ufffdy', B: '\ufffd', C: '{"deep":[1]}' },
      build_url: null,
      notices: [{ code: 'build_address_ignored' }],
    });
  });

  test('row 24: another report code is refused', async () => {
    const sha = await commitWithReport();
    const answer = await leavingNothing(server, () => uploads(sha, CLI, 'other'));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(['Non-default `report_code` has been deprecated']);
  });
});

describe('D', () => {
  test('row 25: makes commit, report and upload in one call', async () => {
    const sha = newSha();
    const answer = await uploadCoverage({ ...CLI, branch: 'fix', commitid: sha, pullid: '12' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      external_id: expect.stringMatching(UUID),
      created_at: expect.stringMatching(TIME),
      raw_upload_location: expect.stringContaining(`${server.url}/storage/u/`),
      url: `${server.url}/gh/acme/web/commit/${sha}`,
    });
    expect(await commitOf(server, sha)).toMatchObject({ branch: 'fix', pull: 12, state: 'pending' });
    expect(await reportIdOf(server, sha)).toMatch(UUID);
    expect(await uploadsOf(server, sha)).toMatchObject([
      {
        external_id: (answer.body as Opened).external_id,
        state: 'started',
        via: 'D',
        flags: ['unit'],
        name: 'CI - test',
        job: 'CI',
        ci: 'github-actions',
        build_url: CLI.ci_url,
        env: { OS: 'linux' },
        raw_key: null,
      },
    ]);
    const branch = await server.app.database.kysely
      .selectFrom('branches')
      .selectAll()
      .where('repository_id', '=', server.world.web.id)
      .where('name', '=', 'fix')
      .executeTakeFirst();
    expect(branch?.head_sha).toBe(sha);
  });

  test.each([[{}], [{ flags: null, ci_service: null, version: null }]])(
    'row 26: flags, service and version may be absent or null (%#)',
    async (fields) => {
      const commitid = newSha();
      const answer = await uploadCoverage({ commitid, ...fields });
      expect(answer).toMatchObject({ status: 201, body: { external_id: expect.stringMatching(UUID) } });
      expect(await uploadsOf(server, commitid)).toMatchObject([
        { state: 'started', flags: [], ci: null, package: null },
      ]);
    },
  );

  test('refusals come in the order of A, B, C, and what was made before stays', async () => {
    const sha = newSha();
    const wrong = { commitid: sha, code: 'x', flags: 'y' };
    const first = await leavingNothing(server, () => uploadCoverage({ ...wrong, pullid: 'z' }));
    expect(first.body).toEqual({ pullid: ['A valid integer is required.'] });
    expect((await uploadCoverage(wrong)).body).toHaveProperty('code');
    expect(await commitOf(server, sha)).not.toBeNull();
    expect(await reportIdOf(server, sha)).toBeNull();
    expect((await uploadCoverage({ ...wrong, code: null })).body).toHaveProperty('flags');
    expect(await reportIdOf(server, sha)).not.toBeNull();
    expect(await uploadsOf(server, sha)).toEqual([]);
  });

  test('row 27: two calls and one PUT are one session; the other row expires and holds nothing up', async () => {
    const first = await openUpload(server, CLI);
    const { sha } = first;
    const second = await openUpload(server, { ...CLI, commitid: sha });
    expect(first.id).not.toBe(second.id);
    expect(await put(second.location, LCOV)).toMatchObject({ status: 200, text: '' });
    expect(await complete(server, sha, '?wait=60')).toMatchObject({
      status: 200,
      body: { uploads_total: 2, uploads_success: 1, uploads_processing: 1, settled: true },
    });
    await eventually(server, ({ type, data }) => type === 'commit.complete' && data['commit'] === sha);
    expect(await commitOf(server, sha)).toMatchObject({ state: 'complete', sessions: 1, lines: 2, hits: 1 });
    // The signature's end and a minute pass.
    await server.app.database.kysely
      .updateTable('uploads')
      .set({ put_until: new Date(Date.now() - 61_000) })
      .where('external_id', '=', first.id)
      .execute();
    const after = await complete(server, sha);
    expect(after.status).toBe(200);
    expect(after.body).toEqual({ uploads_total: 1, uploads_success: 1, uploads_processing: 0, uploads_error: 0 });
    expect(await expireStarted(server.app.database.kysely)).toBe(1);
    expect(await uploadsOf(server, sha)).toMatchObject([
      { external_id: first.id, state: 'expired', raw_key: null },
      { external_id: second.id, state: 'merged' },
    ]);
    expect(await commitOf(server, sha)).toMatchObject({ state: 'complete', sessions: 1 });
  });

  test('row 28: without a token the branch of a fork is taken and any other is not', async () => {
    const fork = newSha();
    const taken = await uploadCoverage({ commitid: fork, branch: 'me:x', flags: [] }, null);
    expect(taken).toMatchObject({ status: 201, body: { raw_upload_location: expect.stringContaining('/storage/u/') } });
    expect(await commitOf(server, fork)).toMatchObject({ branch: 'me:x' });
    expect(await uploadsOf(server, fork)).toMatchObject([
      { external_id: (taken.body as Opened).external_id, state: 'started', is_unprotected: true },
    ]);
    const usual = { commitid: newSha(), branch: 'x', flags: [] };
    const refused = await leavingNothing(server, () => uploadCoverage(usual, null));
    expect(refused).toMatchObject({ status: 401, body: { detail: 'Not valid tokenless upload' } });
    expect(refused.headers.get('www-authenticate')).toBe('Token');
  });

  test('addresses in answers are those by which the client came, and a forged host is not one', async () => {
    const json = { commitid: newSha(), branch: 'main' };
    const port = new URL(server.url).port;
    const byName = await send(`http://localhost:${port}/upload/github/acme::::web/upload-coverage`, {
      token: server.world.R,
      json,
    });
    expect(byName.body).toMatchObject({ raw_upload_location: expect.stringContaining(`http://localhost:${port}/`) });
    const forged = await send(`${webUrl(server)}/upload-coverage`, {
      token: server.world.R,
      json,
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect((forged.body as Opened).raw_upload_location).toContain(`${server.url}/storage/u/`);
    expect(uploadIdOf((forged.body as Opened).raw_upload_location)).toBe((forged.body as Opened).external_id);
  });
});
