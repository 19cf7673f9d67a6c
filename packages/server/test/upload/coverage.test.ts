import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parentsInGraph } from '../../src/database/queries/graph.ts';
import type { UploadStatus } from '../../src/presenters/upload-status.ts';
import { form, report } from '../support/bodies.ts';
import { openStream } from '../support/event-stream.ts';
import { LCOV, newSha, type Sending, uploadRow, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, sendReport, statusOf, uploadsOf } from '../support/web.ts';

const server = useTestServer();

const upload = (query: string, sending: Sending) => sendReport(server, query, sending);

describe('row 58: one request, one answer', () => {
  test('raw bytes with wait=60 are answered with 200 and totals', async () => {
    const sha = newSha();
    const answer = await upload(`commit=${sha}&branch=main&flags=unit,fast&flags=slow&env.OS=linux&wait=60`, {
      body: LCOV,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(200);
    const status = statusOf(answer);
    expect(status).toMatchObject({
      state: 'judged',
      kind: 'coverage',
      duplicate: false,
      repo: 'gh/acme/web',
      commit: sha,
      flags: ['unit', 'fast', 'slow'],
      bytes: LCOV.length,
      sha256: createHash('sha256').update(LCOV).digest('hex'),
      result_url: `${server.url}/gh/acme/web/commit/${sha}`,
      upload_totals: { files: 1, lines: 2, hits: 1, misses: 1, partials: 0, coverage: '50.00' },
      commit_totals: { files: 1, lines: 2, hits: 1, misses: 1, partials: 0, coverage: '50.00', uploads: 1 },
      compare: null,
      verdicts: [],
      problems: [],
    });
    expect(answer.headers.get('location')).toBe(status.status_url);
    const [row] = await uploadsOf(server, sha);
    expect(row).toMatchObject({ state: 'merged', via: 'own', env: { OS: 'linux' }, external_id: status.id });
    expect(await commitOf(server, sha)).toMatchObject({
      branch: 'main',
      state: 'complete',
    });
  });

  test('without wait the answer is 202, and its event stream ends in done', async () => {
    const sha = newSha();
    const body = gzipSync(LCOV);
    const answer = await upload(`commit=${sha}`, { method: 'PUT', body });
    expect(answer.status).toBe(202);
    const status = statusOf(answer);
    expect(['stored', 'processing', 'processed']).toContain(status.state);
    expect(status).toMatchObject({ duplicate: false, bytes: body.length, upload_totals: null, commit_totals: null });
    expect(answer.headers.get('location')).toBe(status.status_url);
    const [stored] = await uploadsOf(server, sha);
    expect(stored).toMatchObject({ external_id: status.id, via: 'own', raw_size: body.length });
    expect(Buffer.from((await server.app.objects.read(stored.raw_key!))!)).toEqual(body);
    const stream = await openStream(status.events_url);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.headers.get('x-accel-buffering')).toBe('no');
    const events = await stream.rest();
    expect(stream.raw()).toMatch(/^retry: 2000\n\n/);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { state: 'judged' }, id: expect.any(Number) });
    const told = Object.assign({}, ...events.map(({ data }) => data)) as UploadStatus;
    expect(told).toMatchObject({
      state: 'judged',
      upload_totals: { lines: 2, hits: 1 },
      commit_totals: { uploads: 1 },
    });
    const ids = events.flatMap(({ id }) => id ?? []);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'merged', lines: 2, hits: 1 }]);
  });

  test('the same key and bytes are a duplicate with the same answer, other bytes are refused with 409', async () => {
    const sha = newSha();
    const headers = { 'idempotency-key': 'run 77' };
    const first = await upload(`commit=${sha}&wait=60`, { body: LCOV, headers });
    await leavingNothing(server, async () => {
      const again = await upload(`commit=${sha}`, { body: LCOV, headers });
      expect(again.status).toBe(200);
      // The key of the address holds the time of the answer.
      const addresses = { status_url: expect.any(String), events_url: expect.any(String) };
      expect(again.body).toEqual({ ...statusOf(first), ...addresses, duplicate: true });
      const byQuery = await upload(`commit=${sha}&key=run%2077`, { body: LCOV });
      expect(byQuery).toMatchObject({ status: 200, body: { id: statusOf(first).id, duplicate: true } });
      const other = await upload(`commit=${sha}`, { body: `${LCOV}\n`, headers });
      expect(other.status).toBe(409);
      expect(other.body).toEqual({ code: 'key_reused', detail: expect.any(String), hint: expect.any(String) });
    });
    expect(await uploadsOf(server, sha)).toHaveLength(1);
  });

  test('equal bytes, flags, name, job and env are a duplicate without any key; the rest makes a new upload', async () => {
    const sha = newSha();
    const first = await upload(`commit=${sha}&flags=a,b&name=n&build=1`, { body: LCOV });
    const equal = `commit=${sha}&flags=b&flags=a&name=n&build=2`;
    const same = await leavingNothing(server, () => upload(equal, { body: LCOV }));
    expect(same).toMatchObject({ status: 200, body: { id: statusOf(first).id, duplicate: true } });
    for (const query of [
      'flags=a',
      'flags=a,b&name=m',
      'flags=a,b&name=n&job=j',
      'flags=a,b&name=n&env.X=1',
      'flags=a,b&name=n&kind=tests',
    ]) {
      expect((await upload(`commit=${sha}&${query}`, { body: LCOV })).status).toBe(202);
    }
    expect(await uploadsOf(server, sha)).toHaveLength(6);
  });

  test('twenty equal requests at once make one upload', async () => {
    const sha = newSha();
    const answers = await Promise.all(Array.from({ length: 20 }, () => upload(`commit=${sha}`, { body: LCOV })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 202]);
    expect(new Set(answers.map((answer) => statusOf(answer).id)).size).toBe(1);
    expect(await uploadsOf(server, sha)).toHaveLength(1);
  });

  test('who asks for plain text first gets the address of the result', async () => {
    const sha = newSha();
    const answer = await upload(`commit=${sha}`, { body: LCOV, headers: { accept: 'text/plain, */*' } });
    expect(answer).toMatchObject({ status: 202, text: `${server.url}/gh/acme/web/commit/${sha}\n` });
  });

  test("several parents go into the graph, the first is the commit's", async () => {
    const sha = newSha();
    const parents = [newSha(), newSha()];
    await upload(`commit=${sha}&pr=12&parent=${parents[0]}&parent=${parents[1]}`, { body: LCOV });
    const commit = await commitOf(server, sha);
    expect(commit).toMatchObject({ parent_sha: parents[0], pull: 12 });
    expect(await parentsInGraph(server.app.database.kysely, server.world.web.id, sha)).toEqual(parents);
  });

  test('a short commit must be the beginning of exactly one that is known', async () => {
    const sha = newSha();
    expect(await upload(`commit=${sha.slice(0, 10)}`, { body: LCOV })).toMatchObject({
      status: 400,
      body: { code: 'commit_unknown' },
    });
    await upload(`commit=${sha}`, { body: LCOV });
    const answer = await upload(`commit=${sha.slice(0, 10)}&flags=short`, { body: LCOV });
    expect(answer).toMatchObject({ status: 202, body: { commit: sha } });
  });

  test('a global token makes an unknown repository where that is on, and else is told 404', async () => {
    const sending = { token: server.world.G, body: LCOV };
    const unheard = `repo=gh/acme/unheard&commit=${newSha()}`;
    expect(await leavingNothing(server, () => upload(unheard, sending))).toMatchObject({
      status: 404,
      body: { code: 'repository_unknown' },
    });
    expect(await upload(`repo=gh/acme/web&commit=${newSha()}`, sending)).toMatchObject({
      status: 202,
      body: { repo: 'gh/acme/web' },
    });
    expect(await upload(`commit=${newSha()}`, sending)).toMatchObject({ body: { code: 'repository_required' } });
  });

  test('refusals have detail, code and hint, and leave nothing', async () => {
    const sha = newSha();
    const cases: readonly [string, Sending, number, string][] = [
      ['', {}, 400, 'query_invalid'],
      ['commit=xyz', {}, 400, 'query_invalid'],
      [`commit=${sha}&pr=x`, {}, 400, 'query_invalid'],
      [`commit=${sha}&wait=301`, {}, 400, 'query_invalid'],
      [`commit=${sha}&format=nonsense`, {}, 400, 'query_invalid'],
      [`commit=${sha}&kind=other`, {}, 400, 'query_invalid'],
      [`commit=${sha}&flags=${'x'.repeat(1025)}`, {}, 400, 'query_invalid'],
      [`commit=${sha}`, { headers: { 'idempotency-key': 'k'.repeat(201) } }, 400, 'query_invalid'],
      [`commit=${sha}`, { token: null }, 401, 'token_missing'],
      [`commit=${sha}`, { token: server.world.X }, 401, 'token_wrong'],
      [`commit=${sha}&repo=gh/acme/core`, {}, 403, 'token_of_another_repository'],
      [`commit=${sha}`, { body: new Uint8Array(0), method: 'POST' }, 400, 'upload_empty'],
      [`commit=${sha}`, { body: form([['report', '', 'a.info']]) }, 400, 'upload_empty'],
      [`commit=${sha}`, { body: form([['other', LCOV, 'a.info']]) }, 415, 'report_missing'],
      [`commit=${sha}`, { headers: { 'content-type': 'multipart/form-data' } }, 415, 'form_invalid'],
      [`commit=${sha}`, { headers: { 'content-type': 'multipart/form-data; boundary=b' } }, 400, 'upload_cut'],
    ];
    for (const [query, sending, status, code] of cases) {
      const answer = await leavingNothing(server, () => upload(query, { body: LCOV, ...sending }));
      expect(answer.status, `${query} ${code}`).toBe(status);
      expect(answer.body).toEqual({ code, detail: expect.stringMatching(/\w/), hint: expect.stringMatching(/\w/) });
    }
  });

  test('an unreadable report is no HTTP error, unless strict is asked for', async () => {
    const sha = newSha();
    const soft = await upload(`commit=${sha}&wait=60`, { body: 'what is this' });
    expect(soft).toMatchObject({ status: 200, body: { state: 'error', upload_totals: null } });
    expect(statusOf(soft).problems[0]).toMatchObject({
      severity: 'error',
      code: expect.any(String),
      message: expect.any(String),
    });
    const strict = await upload(`commit=${sha}&wait=60&strict=1`, { body: 'what is this' });
    expect(strict).toMatchObject({ status: 422, body: { state: 'error', duplicate: false } });
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'error' }, { state: 'error' }]);
  });

  test('"100 Continue" is said after the token was looked at, and never to a wrong one', async () => {
    const ask = (token: string) => continueOrNot(`/upload/coverage?commit=${newSha()}`, token);
    expect(await ask(server.world.R)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
    expect(await ask(server.world.X)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('a body that breaks off leaves no upload', async () => {
    const sha = newSha();
    const { hostname, port } = new URL(server.url);
    const socket = new Socket();
    const gone = Promise.withResolvers<void>();
    socket.on('close', () => gone.resolve());
    socket.connect(Number(port), hostname, () => {
      socket.write(
        `POST /upload/coverage?commit=${sha} HTTP/1.1\r\nHost: x\r\nAuthorization: token ${server.world.R}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`,
      );
    });
    socket.once('data', () => socket.write(LCOV, () => socket.destroy()));
    await gone.promise;
    // The next request is answered after the first was seen to end: both are on one event loop.
    await upload(`commit=${newSha()}&wait=60`, { body: LCOV });
    expect(await uploadsOf(server, sha)).toEqual([]);
  });

  test('what a body carries is worked out, or said', async () => {
    const junit = '<?xml version="1.0"?><testsuites><testsuite name="a"/></testsuites>';
    const bundle = '{"version":"3","bundleName":"web-esm","assets":[],"chunks":[],"modules":[]}';
    const cases: readonly [string, string | Uint8Array, string][] = [
      ['', junit, 'test_results'],
      ['', gzipSync(junit), 'test_results'],
      ['', zstdCompressSync(Buffer.from(bundle)), 'bundle_analysis'],
      ['&kind=tests', LCOV, 'test_results'],
      ['&kind=coverage', junit, 'coverage'],
    ];
    for (const [query, body, kind] of cases) {
      const answer = await upload(`commit=${newSha()}&wait=60${query}`, { body });
      expect(answer).toMatchObject({ status: 200, body: { kind, state: kind === 'coverage' ? 'error' : 'stored' } });
    }
  });

  test('root and prefix change the paths, format forces the reader', async () => {
    const answer = await upload(`commit=${newSha()}&wait=60&root=/build/app&prefix=web&format=lcov`, {
      body: report('/build/app/src/a.c', 1),
    });
    expect(answer).toMatchObject({ status: 200, body: { upload_totals: { files: 1, lines: 1 } } });
    expect(await uploadRow(server, statusOf(answer).id)).toMatchObject({
      options: { root: '/build/app', prefix: 'web', format: 'lcov' },
    });
  });
});

/** What the server says to a client that waits with its body; the body is sent when it may come. */
async function continueOrNot(path: string, token: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = new Socket();
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
    if (answer.endsWith('100 Continue\r\n\r\n')) socket.write(LCOV);
  });
  socket.on('error', reject);
  socket.on('close', () => resolve(answer));
  socket.connect(Number(port), hostname, () => {
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: token ${token}\r\nConnection: close\r\n` +
        `Content-Length: ${LCOV.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
  });
  return promise;
}
