import { describe, expect, test } from 'vitest';
import { metaKey } from '../../src/objects/keys.ts';
import { LCOV, newSha, send, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, complete, knownCommit, openUpload, put, uploadsOf, webUrl } from '../support/web.ts';

const server = useTestServer({
  configure: (config) => ({ ...config, site: { ...config.site, ignore: ['generated/**'] } }),
});

const ZEROS = { uploads_total: 0, uploads_success: 0, uploads_processing: 0, uploads_error: 0 };
const FAILED_TOKEN =
  'Failed token authentication, please double-check that your repository token matches in the Codecov UI, or review the docs https://docs.codecov.com/docs/adding-the-codecov-token';

describe('F', () => {
  test('row 29: a commit without uploads is 404 with four zeros, with wait too', async () => {
    const sha = await knownCommit(server);
    for (const query of ['', '?wait=5']) {
      const answer = await leavingNothing(server, () => complete(server, sha, query));
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(ZEROS);
    }
  });

  test('row 29: one merged and one stored upload are counted as 2, 1, 1, 0', async () => {
    const { sha, location } = await openUpload(server);
    await put(location, LCOV);
    expect((await complete(server, sha, '?wait=60')).status).toBe(200);
    const second = await openUpload(server, { commitid: sha });
    // As by a server that was killed before it could tell the queue.
    const { enqueue } = server.app.jobs;
    server.app.jobs.enqueue = async () => 'unavailable';
    await put(second.location, `${LCOV}\n`);
    server.app.jobs.enqueue = enqueue;
    const answer = await leavingNothing(server, () => complete(server, sha));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ uploads_total: 2, uploads_success: 1, uploads_processing: 1, uploads_error: 0 });
    expect((await uploadsOf(server, sha)).map(({ state }) => state)).toEqual(['merged', 'stored']);
    expect(await complete(server, sha, '?wait=0')).toMatchObject({
      status: 202,
      body: { settled: false, waiting_for: ['1 upload is being read'] },
    });
  });

  test('wait answers when the report is merged, and says so', async () => {
    const { sha, location } = await openUpload(server);
    await put(location, LCOV);
    const answer = await complete(server, sha, '?wait=60');
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
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'merged' }]);
  });

  test('a failed upload is settled too, and counted as an error', async () => {
    const { sha, location } = await openUpload(server);
    await put(location, 'this is no report');
    expect(await complete(server, sha, '?wait=60')).toMatchObject({
      status: 200,
      body: { uploads_total: 1, uploads_success: 0, uploads_processing: 0, uploads_error: 1, settled: true },
    });
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'error' }]);
  });

  test('row 30: without a token the completion of a fork is taken, that of main is refused in the long words', async () => {
    const fork = await openUpload(server, { branch: 'me:fix' });
    await put(fork.location, LCOV);
    await complete(server, fork.sha, '?wait=60');
    const tokenless = (sha: string) =>
      leavingNothing(server, () =>
        send(`${webUrl(server)}/commits/${sha}/upload-complete`, { method: 'POST', token: null }),
      );
    const taken = await tokenless(fork.sha);
    expect(taken.status).toBe(200);
    expect(taken.body).toEqual({ uploads_total: 1, uploads_success: 1, uploads_processing: 0, uploads_error: 0 });
    const nothing = newSha();
    await send(`${webUrl(server)}/commits`, { json: { commitid: nothing, branch: 'me:fix' } });
    const empty = await tokenless(nothing);
    expect(empty.status).toBe(404);
    expect(empty.body).toEqual(ZEROS);
    const refused = await tokenless(await knownCommit(server));
    expect(refused).toMatchObject({ status: 401, body: { detail: FAILED_TOKEN } });
    expect(refused.headers.get('www-authenticate')).toBe('Token');
  });

  test('an empty body of any kind is fine', async () => {
    const sha = await knownCommit(server);
    for (const type of ['application/json', 'text/plain']) {
      const sending = { method: 'POST', token: server.world.R, headers: { 'content-type': type } };
      const answer = await send(`${webUrl(server)}/commits/${sha}/upload-complete`, sending);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(ZEROS);
    }
  });
});

describe('E', () => {
  async function commitWithDiff(...paths: string[]): Promise<string> {
    const sha = await knownCommit(server);
    const text = paths
      .map((path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`)
      .join('');
    const { kysely } = server.app.database;
    const key = metaKey(server.world.web.id, sha, 'diff', new Uint8Array(32));
    await server.app.objects.put(key, new TextEncoder().encode(text));
    await kysely.updateTable('commits').set({ diff_key: key }).where('sha', '=', sha).execute();
    return sha;
  }

  function emptyUpload(sha: string, json?: unknown, token: string | null = server.world.R) {
    const address = `${webUrl(server)}/commits/${sha}/empty-upload`;
    return leavingNothing(server, () => send(address, { method: 'POST', token, json }));
  }

  test('row 31: force needs no reason', async () => {
    const answer = await emptyUpload(await knownCommit(server), { should_force: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      result: 'Force option was enabled. Triggering passing notifications.',
      non_ignored_files: [],
    });
  });

  test.each([[['README.md']], [['README.md', 'docs/a.png', 'generated/api.py']]])(
    'row 31: only files that no test can cover: %j',
    async (paths) => {
      const answer = await emptyUpload(await commitWithDiff(...paths));
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        result: 'All changed files are ignored. Triggering passing notifications.',
        non_ignored_files: [],
      });
    },
  );

  test.each([[['base.py']], [['README.md', 'base.py']]])(
    'row 31: files that tests could cover are named: %j',
    async (paths) => {
      const answer = await emptyUpload(await commitWithDiff(...paths), { should_force: false });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        result: 'Some files cannot be ignored. Triggering failing notifications.',
        non_ignored_files: ['base.py'],
      });
    },
  );

  test('row 32: without forge and diff nobody knows what changed', async () => {
    const explained = { code: 'changes_unknown', hint: expect.stringContaining('--force') };
    const alone = await knownCommit(server);
    const ofCommit = await emptyUpload(alone);
    expect(ofCommit.status).toBe(404);
    expect(ofCommit.body).toEqual({ detail: `Unable to get pull request for commit: ${alone}`, ...explained });
    const ofPull = await emptyUpload(await knownCommit(server, { pullid: 3 }));
    expect(ofPull.status).toBe(404);
    expect(ofPull.body).toEqual({ detail: "Unable to get pull request's files.", ...explained });
  });

  test('a wrong field, an unknown commit and a fork without a token are refused', async () => {
    const sha = await knownCommit(server);
    expect(await emptyUpload(sha, { should_force: 'perhaps' })).toMatchObject({
      status: 400,
      body: { should_force: ['Must be a valid boolean.'] },
    });
    expect(await emptyUpload(newSha())).toMatchObject({ status: 400, body: ['Commit SHA not found'] });
    const fork = newSha();
    await send(`${webUrl(server)}/commits`, { json: { commitid: fork, branch: 'me:fix' } });
    expect(await emptyUpload(fork, undefined, null)).toMatchObject({ status: 401, body: { detail: FAILED_TOKEN } });
  });
});

describe('G', () => {
  const COMPLETED = {
    state: 'completed',
    result: { state: 'deprecated', message: 'The "local upload" functionality has been deprecated.' },
  };

  test('row 33: GET is 200 and POST is 201, whatever the commit, and nothing is made', async () => {
    for (const sha of [await knownCommit(server), newSha()]) {
      const url = `${webUrl(server)}/commits/${sha}/reports/default/results`;
      const read = await leavingNothing(server, () => send(url, { token: server.world.R }));
      expect(read.status).toBe(200);
      expect(read.body).toEqual(COMPLETED);
      const asked = await leavingNothing(server, () => send(url, { method: 'POST', token: server.world.R }));
      expect(asked.status).toBe(201);
      expect(asked.body).toEqual(COMPLETED);
    }
  });

  test('results are pending while an upload is in work', async () => {
    const sha = await knownCommit(server);
    const { kysely } = server.app.database;
    await kysely.updateTable('commits').set({ wanted_generation: 1 }).where('sha', '=', sha).execute();
    const answer = await send(`${webUrl(server)}/commits/${sha}/reports/default/results`, {
      token: server.world.R,
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'pending' } });
  });
});

describe('H', () => {
  function transplant(json: unknown) {
    return send(`${webUrl(server)}/commits/transplant`, { token: server.world.R, json });
  }

  test('row 34: the uploads of one commit become those of another, once', async () => {
    const { sha: from, location } = await openUpload(server, { flags: ['unit'] });
    const to = newSha();
    await put(location, LCOV);
    await complete(server, from, '?wait=60');
    for (let time = 0; time < 2; time++) {
      const answer = await transplant({ from_sha: from, to_sha: to });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ result: 'All good, transplant scheduled' });
      await complete(server, to, '?wait=60');
    }
    const source = await commitOf(server, from);
    const target = await commitOf(server, to);
    expect(target).toMatchObject({ state: 'complete', lines: 2, hits: 1, report_digest: source!.report_digest });
    expect(await uploadsOf(server, to)).toMatchObject([
      { state: 'merged', flags: ['unit'], notices: [{ code: 'transplanted' }] },
    ]);
    expect(await uploadsOf(server, from)).toMatchObject([{ state: 'merged', flags: ['unit'] }]);
  });

  test.each([
    [{ from_sha: 'a'.repeat(40) }, { to_sha: ['This field is required.'] }],
    [{ to_sha: 'a'.repeat(40) }, { from_sha: ['This field is required.'] }],
  ])('row 34: both ends must be named (%#)', async (json, body) => {
    const answer = await leavingNothing(server, () => transplant(json));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  test('row 34: an unknown first commit changes nothing', async () => {
    const ends = { from_sha: newSha(), to_sha: newSha() };
    const answer = await leavingNothing(server, () => transplant(ends));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ result: 'All good, transplant scheduled' });
  });
});
