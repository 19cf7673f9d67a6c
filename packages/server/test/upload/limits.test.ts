import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCommit } from '../../src/database/queries/commits.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import { eventually, LCOV, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let base: string;

beforeAll(async () => {
  server = await startTestServer({
    configure: (config) => ({
      ...config,
      setup: { ...config.setup, maxSessions: 2, http: { ...config.setup.http, trustedProxyDepth: 1 } },
    }),
  });
  base = `${server.url}/upload/github/acme::::web`;
});
afterAll(() => server.stop());

function open(sha: string) {
  return send(`${base}/upload-coverage`, { token: server.world.R, json: { commitid: sha, branch: 'main' } });
}

async function rowsOf(sha: string) {
  const { kysely } = server.app.database;
  const commit = await findCommit(kysely, server.world.web.id, sha);
  return uploadsOfCommit(kysely, commit!.id);
}

const FULL = 'This commit already has 2 uploads; limit setup.max_sessions=2';

test('row 56: the third upload of a commit is refused on D and C, and leaves no row', async () => {
  const sha = newSha();
  expect((await open(sha)).status).toBe(201);
  expect((await open(sha)).status).toBe(201);
  expect(await open(sha)).toMatchObject({ status: 429, body: { detail: FULL } });
  const viaC = await send(`${base}/commits/${sha}/reports/default/uploads`, { token: server.world.R, json: {} });
  expect(viaC).toMatchObject({ status: 429, body: { detail: FULL } });
  expect(await rowsOf(sha)).toHaveLength(2);
  const told = await eventually(server, ({ type, data }) => type === 'upload.refused' && data['message'] === FULL);
  expect(told).toMatchObject({ repositoryId: server.world.web.id, data: { code: 'too_many_uploads' } });
});

test('row 56: the limit is exact when twenty come at once', async () => {
  const sha = newSha();
  const answers = await Promise.all(Array.from({ length: 20 }, () => open(sha)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(18);
  expect(await rowsOf(sha)).toHaveLength(2);
});

test('row 56: an upload that failed gives its place back', async () => {
  const sha = newSha();
  const first = (await open(sha)).body as { raw_upload_location: string };
  await open(sha);
  await send(first.raw_upload_location, { method: 'PUT', body: 'this is no report' });
  await send(`${base}/commits/${sha}/upload-complete?wait=60`, { method: 'POST', token: server.world.R });
  expect((await open(sha)).status).toBe(201);
});

test('row 56: test results do not count', async () => {
  const sha = newSha();
  const json = { slug: 'acme::::web', commit: sha, service: 'github' };
  for (let count = 0; count < 3; count++) {
    const answer = await send(`${server.url}/upload/test_results/v1`, { token: server.world.R, json });
    expect(answer.status).toBe(201);
  }
  expect((await open(sha)).status).toBe(201);
});

test('behind one trusted proxy its forwarded host and scheme are in the addresses', async () => {
  const answer = await send(`${base}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: newSha(), branch: 'main' },
    headers: { 'x-forwarded-host': 'cov.example:8443', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' },
  });
  expect(answer.body).toMatchObject({
    raw_upload_location: expect.stringMatching(/^https:\/\/cov\.example:8443\/storage\/u\//),
    url: expect.stringMatching(/^https:\/\/cov\.example:8443\/gh\/acme\/web\/commit\//),
  });
  const forged = await send(`${base}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: newSha(), branch: 'main' },
    headers: { 'x-forwarded-host': 'evil.example/path?"><script>', 'x-forwarded-proto': 'javascript' },
  });
  expect((forged.body as { url: string }).url).toMatch(/^http:\/\/localhost:\d+\/gh\/acme\/web\/commit\//);
});

test('a report is read the same by C and by D', async () => {
  const [byC, byD] = [newSha(), newSha()];
  const { R: token } = server.world;
  await send(`${base}/commits`, { token, json: { commitid: byC, branch: 'main' } });
  await send(`${base}/commits/${byC}/reports`, { token, json: {} });
  const c = await send(`${base}/commits/${byC}/reports/default/uploads`, { token, json: {} });
  const d = await open(byD);
  for (const { body } of [c, d]) {
    await send((body as { raw_upload_location: string }).raw_upload_location, { method: 'PUT', body: LCOV });
  }
  const digests: unknown[] = [];
  for (const sha of [byC, byD]) {
    await send(`${base}/commits/${sha}/upload-complete?wait=60`, { method: 'POST', token });
    digests.push((await findCommit(server.app.database.kysely, server.world.web.id, sha))!.report_digest);
  }
  expect(digests[0]).toBeInstanceOf(Uint8Array);
  expect(digests[0]).toEqual(digests[1]);
});
