import { expect, test } from 'vitest';
import { form, pieces, report } from '../support/bodies.ts';
import { eventually, LCOV, newSha, send, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, complete, openUpload, put, uploadsOf, webUrl } from '../support/web.ts';

const UPLOAD_BYTES = 1_000_000;

const server = useTestServer({
  configure: (config) => ({
    ...config,
    setup: { ...config.setup, maxSessions: 2, http: { ...config.setup.http, trustedProxyDepth: 1 } },
    limits: { ...config.limits, uploadBytes: UPLOAD_BYTES },
  }),
});

function open(sha: string) {
  return send(`${webUrl(server)}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: sha, branch: 'main' },
  });
}

const FULL = 'This commit already has 2 uploads; limit setup.max_sessions=2';

/** Sends a report that no other upload has, by our own address. */
function sendWhole(sha: string, line: number) {
  const address = `${server.url}/upload/coverage?commit=${sha}&branch=main`;
  return send(address, { token: server.world.R, body: report('src/a.c', line) });
}

test('row 56: the third upload of a commit is refused on D, C and our own address by 429, on v4 and v2 by 400', async () => {
  const { R: token } = server.world;
  const { sha, location } = await openUpload(server);
  expect((await put(location, LCOV)).status).toBe(200);
  const viaC = `${webUrl(server)}/commits/${sha}/reports/default/uploads`;
  const second = await send(viaC, { token, json: {} });
  expect(second.status).toBe(201);
  expect((await put((second.body as { raw_upload_location: string }).raw_upload_location, LCOV)).status).toBe(200);
  const refusal = { code: 'too_many_uploads', hint: expect.stringMatching(/\w/) };

  const third = await leavingNothing(server, () => open(sha));
  const thirdByC = await leavingNothing(server, () => send(viaC, { token, json: {} }));
  for (const answer of [third, thirdByC]) {
    expect(answer.status).toBe(429);
    expect(answer.body).toEqual({ detail: FULL, ...refusal });
  }
  const own = await leavingNothing(server, () => sendWhole(sha, 3));
  expect(own.status).toBe(429);
  expect(own.body).toEqual({ detail: expect.stringContaining(FULL), ...refusal });
  expect(own.headers.get('retry-after')).toMatch(/^\d+$/);

  const query = `commit=${sha}&branch=main&token=${token}&service=ci`;
  const v4 = await leavingNothing(server, () => send(`${server.url}/upload/v4?${query}`, { method: 'POST' }));
  const v2 = await leavingNothing(server, () => send(`${server.url}/upload/v2?${query}`, { body: report('a.c', 3) }));
  for (const answer of [v4, v2]) {
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/^Too many uploads to this commit\. .+/) });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  }
  expect(await uploadsOf(server, sha)).toMatchObject([{ via: 'D' }, { via: 'C' }]);
  const told = await eventually(server, ({ type, data }) => type === 'upload.refused' && data['message'] === FULL);
  expect(told).toMatchObject({ repositoryId: server.world.web.id, data: { code: 'too_many_uploads' } });
});

test('row 56: the limit is exact when twenty come at once', async () => {
  const sha = newSha();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => sendWhole(sha, index + 1)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(18);
  expect(await uploadsOf(server, sha)).toHaveLength(2);
});

test('row 56: an upload that failed gives its place back', async () => {
  const { sha, location } = await openUpload(server);
  await put(location, 'this is no report');
  await complete(server, sha, '?wait=60');
  const after: number[] = [];
  for (const line of [1, 2, 3]) after.push((await sendWhole(sha, line)).status);
  expect(after).toEqual([202, 202, 429]);
  expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'error' }, { via: 'own' }, { via: 'own' }]);
});

test('row 56: test results do not count', async () => {
  const sha = newSha();
  const json = { slug: 'acme::::web', commit: sha, service: 'github' };
  for (let count = 0; count < 3; count++) {
    const answer = await send(`${server.url}/upload/test_results/v1`, { token: server.world.R, json });
    expect(answer.status).toBe(201);
  }
  expect((await open(sha)).status).toBe(201);
  const kinds = (await uploadsOf(server, sha)).map(({ kind }) => kind);
  expect(kinds).toEqual(['test_results', 'test_results', 'test_results', 'coverage']);
});

test('behind one trusted proxy its forwarded host and scheme are in the addresses', async () => {
  const answer = await send(`${webUrl(server)}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: newSha(), branch: 'main' },
    headers: { 'x-forwarded-host': 'cov.example:8443', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' },
  });
  expect(answer.body).toMatchObject({
    raw_upload_location: expect.stringMatching(/^https:\/\/cov\.example:8443\/storage\/u\//),
    url: expect.stringMatching(/^https:\/\/cov\.example:8443\/gh\/acme\/web\/commit\//),
  });
  const forged = await send(`${webUrl(server)}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: newSha(), branch: 'main' },
    headers: { 'x-forwarded-host': 'evil.example/path?"><script>', 'x-forwarded-proto': 'javascript' },
  });
  expect((forged.body as { url: string }).url).toMatch(/^http:\/\/localhost:\d+\/gh\/acme\/web\/commit\//);
});

test('a report is read the same by C and by D', async () => {
  const [byC, byD] = [newSha(), newSha()];
  const { R: token } = server.world;
  await send(`${webUrl(server)}/commits`, { token, json: { commitid: byC, branch: 'main' } });
  await send(`${webUrl(server)}/commits/${byC}/reports`, { token, json: {} });
  const c = await send(`${webUrl(server)}/commits/${byC}/reports/default/uploads`, { token, json: {} });
  const d = await open(byD);
  for (const { body } of [c, d]) await put((body as { raw_upload_location: string }).raw_upload_location, LCOV);
  const digests: unknown[] = [];
  for (const sha of [byC, byD]) {
    await complete(server, sha, '?wait=60');
    digests.push((await commitOf(server, sha))!.report_digest);
  }
  expect(digests[0]).toBeInstanceOf(Uint8Array);
  expect(digests[0]).toEqual(digests[1]);
});

test('an upload above the limit is refused with 413, told or not, and leaves nothing', async () => {
  const body = Buffer.alloc(3 * UPLOAD_BYTES, 10);
  const address = `${server.url}/upload/coverage?commit=${newSha()}`;
  for (const sent of [() => body, () => pieces(body, 50_000), () => form([['report', body, 'a']])]) {
    const answer = await leavingNothing(server, () => send(address, { token: server.world.R, body: sent() }));
    expect(answer).toMatchObject({ status: 413, body: { code: 'upload_too_large' } });
  }
});

test('a full disk is answered with 507, or 503 where clients know no 507, and nothing is stored', async () => {
  const { put: store } = server.app.objects;
  Object.assign(server.app.objects, { put: async () => ({ kind: 'full', freeBytes: 0 }) });
  try {
    const own = await leavingNothing(server, () => sendWhole(newSha(), 1));
    expect(own).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    const sha = newSha();
    const v2 = await send(`${server.url}/upload/v2?commit=${sha}&token=${server.world.R}`, { body: LCOV });
    expect(v2).toMatchObject({ status: 503, text: expect.stringContaining('[storage_full]') });
    expect(v2.headers.get('retry-after')).toBe('60');
    expect(await uploadsOf(server, sha)).toEqual([]);
  } finally {
    Object.assign(server.app.objects, { put: store });
  }
});
