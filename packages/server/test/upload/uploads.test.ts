import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findReport } from '../../src/database/queries/reports.ts';
import { findCommit } from '../../src/database/queries/commits.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import {
  eventually,
  LCOV,
  newSha,
  send,
  startTestServer,
  type TestServer,
  uploadIdOf,
  uploadRow,
} from '../support/server.ts';

let server: TestServer;
let base: string;

beforeAll(async () => {
  server = await startTestServer();
  base = `${server.url}/upload/github/acme::::web`;
});
afterAll(() => server.stop());

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

interface Opened {
  readonly external_id: string;
  readonly raw_upload_location: string;
}

async function knownCommit(): Promise<string> {
  const sha = newSha();
  await send(`${base}/commits`, { token: server.world.R, json: { commitid: sha, branch: 'main' } });
  return sha;
}

async function commitWithReport(): Promise<string> {
  const sha = await knownCommit();
  await send(`${base}/commits/${sha}/reports`, { token: server.world.R, json: {} });
  return sha;
}

function uploads(sha: string, json: unknown, token: string | null = server.world.R) {
  return send(`${base}/commits/${sha}/reports/default/uploads`, { token, json });
}

async function rowsOf(sha: string) {
  const { kysely } = server.app.database;
  const commit = await findCommit(kysely, server.world.web.id, sha);
  return commit === null ? [] : uploadsOfCommit(kysely, commit.id);
}

describe('B', () => {
  test('row 20: makes the report of a commit, once', async () => {
    const sha = await knownCommit();
    const url = `${base}/commits/${sha}/reports`;
    const first = await send(url, { token: server.world.R, json: { code: 'default' } });
    expect(first).toMatchObject({ status: 201, body: { commit_sha: sha, code: null } });
    const again = await send(url, { token: server.world.R, json: { code: null } });
    expect(again.body).toEqual(first.body);
    const commit = await findCommit(server.app.database.kysely, server.world.web.id, sha);
    const report = await findReport(server.app.database.kysely, commit!.id, 'coverage');
    expect(report?.externalId).toBe((first.body as { external_id: string }).external_id);
  });

  test('row 20: another code and an unknown commit are refused', async () => {
    const sha = await knownCommit();
    const token = server.world.R;
    expect(await send(`${base}/commits/${sha}/reports`, { token, json: { code: 'x' } })).toMatchObject({
      status: 400,
      body: { code: ['Using a non-default `code` has been deprecated'] },
    });
    expect(await send(`${base}/commits/${newSha()}/reports`, { token, json: {} })).toMatchObject({
      status: 400,
      body: ['Commit SHA not found'],
    });
    expect(await send(`${base}/commits/main/reports`, { token, json: {} })).toMatchObject({
      status: 400,
      body: [expect.stringMatching(/^Commit SHA not found: .*hexadecimal/)],
    });
  });

  test('a commit is found by the beginning of its id when there is only one', async () => {
    const sha = await knownCommit();
    const answer = await send(`${base}/commits/${sha.slice(0, 12)}/reports`, { token: server.world.R, json: {} });
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
    const put = await send(raw_upload_location, { method: 'PUT', body: new TextEncoder().encode(LCOV) });
    expect(put).toMatchObject({ status: 200, text: '' });
    const complete = await send(`${base}/commits/${sha}/upload-complete?wait=60`, {
      method: 'POST',
      token: server.world.R,
    });
    expect(complete).toMatchObject({ status: 200, body: { uploads_success: 1, settled: true } });
    expect(await uploadRow(server, external_id)).toMatchObject({ state: 'merged', lines: 2, hits: 1 });
    expect(await findCommit(server.app.database.kysely, server.world.web.id, sha)).toMatchObject({
      state: 'complete',
      lines: 2,
      hits: 1,
    });
    await eventually(server, ({ type, data }) => type === 'upload.received' && data['upload'] === external_id);
    await eventually(server, ({ type, data }) => type === 'upload.parsed' && data['upload'] === external_id);
  });

  test('row 22: without a report is refused and leaves no upload', async () => {
    const sha = await knownCommit();
    expect(await uploads(sha, CLI)).toMatchObject({ status: 400, body: ['Report not found'] });
    expect(await uploads(newSha(), CLI)).toMatchObject({ status: 400, body: ['Commit SHA not found'] });
    expect(await rowsOf(sha)).toEqual([]);
  });

  test('row 23: flags, environment and a name of 100 characters are stored; a longer name is cut and noted', async () => {
    const sha = await commitWithReport();
    const kept = await uploads(sha, { flags: ['a', 'b', 'a'], env: { OS: null, N: 7 }, name: 'n'.repeat(100) });
    expect(kept.status).toBe(201);
    expect(await uploadRow(server, (kept.body as Opened).external_id)).toMatchObject({
      flags: ['a', 'b'],
      env: { OS: null, N: '7' },
      name: 'n'.repeat(100),
      notices: [],
    });
    const cut = await uploads(sha, { name: 'é'.repeat(101) });
    expect(cut.status).toBe(201);
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
    expect(await uploads(sha, json)).toMatchObject({ status: 400, body });
    expect(await rowsOf(sha)).toEqual([]);
  });

  test('what no column can hold is made storable or left out, never an error', async () => {
    const sha = await commitWithReport();
    const answer = await send(`${base}/commits/${sha}/reports/default/uploads`, {
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
    const url = `${base}/commits/${sha}/reports/other/uploads`;
    expect(await send(url, { token: server.world.R, json: CLI })).toMatchObject({
      status: 400,
      body: ['Non-default `report_code` has been deprecated'],
    });
  });
});

describe('D', () => {
  test('row 25: makes commit, report and upload in one call', async () => {
    const sha = newSha();
    const json = { ...CLI, branch: 'fix', commitid: sha, pullid: '12' };
    const answer = await send(`${base}/upload-coverage`, { token: server.world.R, json });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body as object)).toEqual(['external_id', 'created_at', 'raw_upload_location', 'url']);
    expect(answer.body).toMatchObject({ url: `${server.url}/gh/acme/web/commit/${sha}` });
    const { kysely } = server.app.database;
    const commit = await findCommit(kysely, server.world.web.id, sha);
    expect(commit).toMatchObject({ branch: 'fix', pull: 12 });
    expect(await findReport(kysely, commit!.id, 'coverage')).not.toBeNull();
    expect(await rowsOf(sha)).toMatchObject([{ state: 'started', via: 'D', flags: ['unit'] }]);
    const branch = await kysely
      .selectFrom('branches')
      .selectAll()
      .where('repository_id', '=', server.world.web.id)
      .where('name', '=', 'fix')
      .executeTakeFirst();
    expect(branch?.head_sha).toBe(sha);
  });

  test('row 26: flags, service and version may be absent or null', async () => {
    for (const json of [{ commitid: newSha() }, { commitid: newSha(), flags: null, ci_service: null, version: null }]) {
      expect((await send(`${base}/upload-coverage`, { token: server.world.R, json })).status).toBe(201);
    }
  });

  test('refusals come in the order of A, B, C, and what was made before stays', async () => {
    const token = server.world.R;
    const url = `${base}/upload-coverage`;
    const sha = newSha();
    const wrong = { commitid: sha, code: 'x', flags: 'y' };
    expect((await send(url, { token, json: { ...wrong, pullid: 'z' } })).body).toEqual({
      pullid: ['A valid integer is required.'],
    });
    expect(await findCommit(server.app.database.kysely, server.world.web.id, sha)).toBeNull();
    expect((await send(url, { token, json: wrong })).body).toHaveProperty('code');
    expect((await send(url, { token, json: { ...wrong, code: null } })).body).toHaveProperty('flags');
    const commit = await findCommit(server.app.database.kysely, server.world.web.id, sha);
    expect(await findReport(server.app.database.kysely, commit!.id, 'coverage')).not.toBeNull();
    expect(await rowsOf(sha)).toEqual([]);
  });

  test('row 27: two calls and one PUT are one session; the other row expires and holds nothing up', async () => {
    const sha = newSha();
    const json = { ...CLI, commitid: sha, branch: 'main' };
    const token = server.world.R;
    const [first, second] = [
      (await send(`${base}/upload-coverage`, { token, json })).body as Opened,
      (await send(`${base}/upload-coverage`, { token, json })).body as Opened,
    ];
    expect(first.external_id).not.toBe(second.external_id);
    await send(second.raw_upload_location, { method: 'PUT', body: LCOV });
    const complete = await send(`${base}/commits/${sha}/upload-complete?wait=60`, { method: 'POST', token });
    expect(complete).toMatchObject({
      status: 200,
      body: { uploads_total: 2, uploads_success: 1, uploads_processing: 1, settled: true },
    });
    const { kysely } = server.app.database;
    expect(await findCommit(kysely, server.world.web.id, sha)).toMatchObject({ state: 'complete', sessions: 1 });
    // The signature's end and a minute pass.
    await kysely
      .updateTable('uploads')
      .set({ put_until: new Date(Date.now() - 61_000) })
      .where('external_id', '=', first.external_id)
      .execute();
    const after = await send(`${base}/commits/${sha}/upload-complete`, { method: 'POST', token });
    expect(after).toMatchObject({ status: 200, body: { uploads_total: 1, uploads_processing: 0 } });
  });

  test('row 28: without a token the branch of a fork is taken and any other is not', async () => {
    const fork = newSha();
    const json = { commitid: fork, branch: 'me:x', flags: [] };
    const taken = await send(`${base}/upload-coverage`, { json });
    expect(taken.status).toBe(201);
    expect(await uploadRow(server, (taken.body as Opened).external_id)).toMatchObject({ is_unprotected: true });
    const usual = { commitid: newSha(), branch: 'x', flags: [] };
    expect(await send(`${base}/upload-coverage`, { json: usual })).toMatchObject({
      status: 401,
      body: { detail: 'Not valid tokenless upload' },
    });
    expect(await rowsOf(usual.commitid)).toEqual([]);
  });

  test('addresses in answers are those by which the client came, and a forged host is not one', async () => {
    const json = { commitid: newSha(), branch: 'main' };
    const port = new URL(server.url).port;
    const byName = await send(`http://localhost:${port}/upload/github/acme::::web/upload-coverage`, {
      token: server.world.R,
      json,
    });
    expect(byName.body).toMatchObject({ raw_upload_location: expect.stringContaining(`http://localhost:${port}/`) });
    const forged = await send(`${base}/upload-coverage`, {
      token: server.world.R,
      json,
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect((forged.body as Opened).raw_upload_location).toContain(`${server.url}/storage/u/`);
    expect(uploadIdOf((forged.body as Opened).raw_upload_location)).toBe((forged.body as Opened).external_id);
  });
});
