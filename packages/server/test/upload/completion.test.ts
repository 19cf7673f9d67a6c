import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommit } from '../../src/database/queries/commits.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import { metaKey } from '../../src/objects/keys.ts';
import { LCOV, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let base: string;
let token: string;

beforeAll(async () => {
  server = await startTestServer({
    configure: (config) => ({ ...config, site: { ...config.site, ignore: ['generated/**'] } }),
  });
  base = `${server.url}/upload/github/acme::::web`;
  token = server.world.R;
});
afterAll(() => server.stop());

async function knownCommit(facts: object = {}): Promise<string> {
  const sha = newSha();
  await send(`${base}/commits`, { token, json: { commitid: sha, branch: 'main', ...facts } });
  return sha;
}

/** Opens an upload and gives the address for its bytes. */
async function opened(sha: string, facts: object = {}): Promise<string> {
  const json = { commitid: sha, branch: 'main', flags: [], ...facts };
  const { body } = await send(`${base}/upload-coverage`, { token, json });
  return (body as { raw_upload_location: string }).raw_upload_location;
}

function complete(sha: string, query = '') {
  return send(`${base}/commits/${sha}/upload-complete${query}`, { method: 'POST', token });
}

describe('F', () => {
  test('row 29: a commit without uploads is 404 with four zeros, with wait too', async () => {
    const sha = await knownCommit();
    const zeros = { uploads_total: 0, uploads_success: 0, uploads_processing: 0, uploads_error: 0 };
    for (const query of ['', '?wait=5']) {
      const answer = await complete(sha, query);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(zeros);
    }
  });

  test('row 29: one merged and one stored upload are counted as 2, 1, 1, 0', async () => {
    const sha = newSha();
    await send(await opened(sha), { method: 'PUT', body: LCOV });
    expect((await complete(sha, '?wait=60')).status).toBe(200);
    const { kysely } = server.app.database;
    const commit = await findCommit(kysely, server.world.web.id, sha);
    // Stored by a server that was killed before it could tell the queue.
    await kysely
      .insertInto('uploads')
      .values({
        external_id: randomUUID(),
        repository_id: server.world.web.id,
        commit_id: commit!.id,
        kind: 'coverage',
        state: 'stored',
        via: 'C',
      })
      .execute();
    const answer = await complete(sha);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ uploads_total: 2, uploads_success: 1, uploads_processing: 1, uploads_error: 0 });
    expect(await complete(sha, '?wait=0')).toMatchObject({
      status: 202,
      body: { settled: false, waiting_for: ['1 upload is being read'] },
    });
  });

  test('wait answers when the report is merged, and says so', async () => {
    const sha = newSha();
    const location = await opened(sha);
    await send(location, { method: 'PUT', body: LCOV });
    const answer = await complete(sha, '?wait=60');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      uploads_total: 1,
      uploads_success: 1,
      uploads_processing: 0,
      uploads_error: 0,
      settled: true,
      generation: 1,
      verdicts: [],
      waiting_for: [],
    });
  });

  test('a failed upload is settled too, and counted as an error', async () => {
    const sha = newSha();
    await send(await opened(sha), { method: 'PUT', body: 'this is no report' });
    expect(await complete(sha, '?wait=60')).toMatchObject({
      status: 200,
      body: { uploads_total: 1, uploads_success: 0, uploads_processing: 0, uploads_error: 1, settled: true },
    });
  });

  test('row 30: without a token the completion of a fork is taken, that of main is refused in the long words', async () => {
    const fork = newSha();
    await send(`${base}/commits`, { json: { commitid: fork, branch: 'me:fix' } });
    const taken = await send(`${base}/commits/${fork}/upload-complete`, { method: 'POST' });
    expect(taken).toMatchObject({ status: 404, body: { uploads_total: 0 } });
    const sha = await knownCommit();
    const refused = await send(`${base}/commits/${sha}/upload-complete`, { method: 'POST' });
    expect(refused).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/^Failed token authentication, please double-check that your repository/) },
    });
  });

  test('an empty body of any kind is fine', async () => {
    const sha = await knownCommit();
    for (const type of ['application/json', 'text/plain']) {
      const url = `${base}/commits/${sha}/upload-complete`;
      expect((await send(url, { method: 'POST', token, headers: { 'content-type': type } })).status).toBe(404);
    }
  });
});

describe('E', () => {
  async function commitWithDiff(...paths: string[]): Promise<string> {
    const sha = await knownCommit();
    const text = paths
      .map((path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`)
      .join('');
    const { kysely } = server.app.database;
    const key = metaKey(server.world.web.id, sha, 'diff', new Uint8Array(32));
    await server.app.objects.put(key, new TextEncoder().encode(text));
    await kysely.updateTable('commits').set({ diff_key: key }).where('sha', '=', sha).execute();
    return sha;
  }

  function emptyUpload(sha: string, json?: unknown) {
    return send(`${base}/commits/${sha}/empty-upload`, { method: 'POST', token, json });
  }

  test('row 31: force needs no reason', async () => {
    const answer = await emptyUpload(await knownCommit(), { should_force: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      result: 'Force option was enabled. Triggering passing notifications.',
      non_ignored_files: [],
    });
  });

  test('row 31: only files that no test can cover', async () => {
    const sha = await commitWithDiff('README.md', 'docs/a.png', 'generated/api.py');
    expect((await emptyUpload(sha)).body).toEqual({
      result: 'All changed files are ignored. Triggering passing notifications.',
      non_ignored_files: [],
    });
  });

  test('row 31: files that tests could cover are named', async () => {
    const sha = await commitWithDiff('README.md', 'base.py');
    expect((await emptyUpload(sha, { should_force: false })).body).toEqual({
      result: 'Some files cannot be ignored. Triggering failing notifications.',
      non_ignored_files: ['base.py'],
    });
  });

  test('row 32: without forge and diff nobody knows what changed', async () => {
    const alone = await knownCommit();
    expect(await emptyUpload(alone)).toMatchObject({
      status: 404,
      body: { detail: `Unable to get pull request for commit: ${alone}` },
    });
    const ofPull = await knownCommit({ pullid: 3 });
    expect(await emptyUpload(ofPull)).toMatchObject({
      status: 404,
      body: { detail: "Unable to get pull request's files." },
    });
  });

  test('a wrong field, an unknown commit and a fork without a token are refused', async () => {
    const sha = await knownCommit();
    expect(await emptyUpload(sha, { should_force: 'perhaps' })).toMatchObject({
      status: 400,
      body: { should_force: ['Must be a valid boolean.'] },
    });
    expect(await emptyUpload(newSha())).toMatchObject({ status: 400, body: ['Commit SHA not found'] });
    const fork = newSha();
    await send(`${base}/commits`, { json: { commitid: fork, branch: 'me:fix' } });
    expect((await send(`${base}/commits/${fork}/empty-upload`, { method: 'POST' })).status).toBe(401);
  });
});

describe('G', () => {
  const COMPLETED = {
    state: 'completed',
    result: { state: 'deprecated', message: 'The "local upload" functionality has been deprecated.' },
  };

  test('row 33: GET is 200 and POST is 201, whatever the commit', async () => {
    for (const sha of [await knownCommit(), newSha()]) {
      const url = `${base}/commits/${sha}/reports/default/results`;
      const read = await send(url, { token });
      expect(read.status).toBe(200);
      expect(read.body).toEqual(COMPLETED);
      const asked = await send(url, { method: 'POST', token });
      expect(asked.status).toBe(201);
      expect(asked.body).toEqual(COMPLETED);
    }
  });

  test('results are pending while an upload is in work', async () => {
    const sha = await knownCommit();
    const { kysely } = server.app.database;
    await kysely.updateTable('commits').set({ wanted_generation: 1 }).where('sha', '=', sha).execute();
    const answer = await send(`${base}/commits/${sha}/reports/default/results`, { token });
    expect(answer).toMatchObject({ status: 200, body: { state: 'pending' } });
  });
});

describe('H', () => {
  function transplant(json: unknown) {
    return send(`${base}/commits/transplant`, { token, json });
  }

  test('row 34: the uploads of one commit become those of another, once', async () => {
    const from = newSha();
    const to = newSha();
    await send(await opened(from, { flags: ['unit'] }), { method: 'PUT', body: LCOV });
    await complete(from, '?wait=60');
    for (let time = 0; time < 2; time++) {
      const answer = await transplant({ from_sha: from, to_sha: to });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ result: 'All good, transplant scheduled' });
      await complete(to, '?wait=60');
    }
    const { kysely } = server.app.database;
    const source = await findCommit(kysely, server.world.web.id, from);
    const target = await findCommit(kysely, server.world.web.id, to);
    expect(target).toMatchObject({ state: 'complete', lines: 2, hits: 1, report_digest: source!.report_digest });
    expect(await uploadsOfCommit(kysely, target!.id)).toMatchObject([
      { state: 'merged', flags: ['unit'], notices: [{ code: 'transplanted' }] },
    ]);
  });

  test('row 34: both ends must be named', async () => {
    expect(await transplant({ from_sha: newSha() })).toMatchObject({
      status: 400,
      body: { to_sha: ['This field is required.'] },
    });
  });

  test('row 34: an unknown first commit changes nothing', async () => {
    const to = newSha();
    expect((await transplant({ from_sha: newSha(), to_sha: to })).status).toBe(200);
    expect(await findCommit(server.app.database.kysely, server.world.web.id, to)).toBeNull();
  });
});
