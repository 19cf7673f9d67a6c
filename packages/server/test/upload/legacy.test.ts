import { Socket } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type Answered,
  eventually,
  LCOV,
  newSha,
  send,
  uploadIdOf,
  uploadRow,
  useTestServer,
} from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, put, uploadsOf } from '../support/web.ts';

const server = useTestServer();

/** What bash puts into the query (upload-protocol §6.3): some parameters stay empty. */
function bashQuery(sha: string, changes: Readonly<Record<string, string>> = {}): string {
  const fields = {
    package: 'bash-1.0.6',
    token: server.world.R,
    branch: 'main',
    commit: sha,
    build: '77',
    build_url: 'https%3A%2F%2Fci.example%2F77',
    name: '',
    tag: '',
    slug: 'acme%2Fweb',
    service: 'jenkins',
    flags: '',
    pr: '',
    job: '',
    cmd_args: 'f',
    ...changes,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** `POST /upload/v4` as curl of the bash uploader sends it: no body, no type. */
function v4(query: string, headers: Readonly<Record<string, string>> = { accept: 'text/plain' }): Promise<Answered> {
  return send(`${server.url}/upload/v4?${query}`, {
    method: 'POST',
    headers: { 'x-reduced-redundancy': 'false', 'x-content-type': 'application/x-gzip', ...headers },
  });
}

/** The row of the one upload of a commit. */
async function onlyUpload(sha: string) {
  const rows = await uploadsOf(server, sha);
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** Asks v4 for what has to be refused in one line of plain text with this status, and to leave nothing. */
async function refused(query: string, status: number, line: RegExp | string): Promise<Answered> {
  const answer = await leavingNothing(server, () => v4(query));
  expect(answer).toMatchObject({ status, text: expect.stringMatching(line) });
  expect(answer.text).toMatch(/^[^\n]+$/);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  return answer;
}

/** Sends bytes over a socket and gives the whole answer: for request lines that no HTTP library would write. */
function raw(bytes: readonly (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = new Socket();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', reject);
  socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  socket.connect(Number(port), hostname, () => {
    for (const piece of bytes) socket.write(piece);
  });
  return promise;
}

describe('v4', () => {
  test('row 42: as bash sends it, the answer is exactly two lines of plain text, and the second takes the report', async () => {
    const sha = newSha();
    const answer = await v4(bashQuery(sha));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const lines = answer.text.split('\n');
    expect(lines).toEqual([`${server.url}/gh/acme/web/commit/${sha}`, expect.stringContaining('/storage/u/')]);
    expect(answer.text).toMatch(/^[\x21-\x7E]+\n[\x21-\x7E]+$/);
    expect(await onlyUpload(sha)).toMatchObject({ state: 'started', raw_key: null });
    const headers = { 'content-type': 'application/x-gzip', 'content-encoding': 'gzip' };
    expect(await put(lines[1], gzipSync(LCOV), headers)).toMatchObject({ status: 200, text: '' });
    expect(await onlyUpload(sha)).toMatchObject({
      external_id: uploadIdOf(lines[1]),
      via: 'v4',
      build: '77',
      build_url: 'https://ci.example/77',
      ci: 'jenkins',
      package: 'bash-1.0.6',
      flags: [],
      name: null,
      job: null,
    });
    await eventually(server, (event) => event.type === 'commit.complete' && event.data['commit'] === sha);
    expect(await uploadRow(server, uploadIdOf(lines[1]))).toMatchObject({ state: 'merged', lines: 2, hits: 1 });
    expect(await commitOf(server, sha)).toMatchObject({ branch: 'main', pull: null, state: 'complete' });
  });

  test('row 43: an empty token without a service is refused in plain text, and leaves nothing', async () => {
    const query = bashQuery(newSha(), { token: '', service: '' });
    await refused(query, 400, /^Invalid request parameters \[\w+\] \S/);
  });

  test('row 44: an unknown token is refused with its first four characters only', async () => {
    const query = bashQuery(newSha(), { token: server.world.X });
    const line = /^Could not find a repository associated with upload token 0000\.\.\. \[token_wrong\] \S/;
    const answer = await refused(query, 404, line);
    expect(answer.text).not.toContain(server.world.X.slice(0, 5));
  });

  test('row 45: any name of a CI is taken, and all of repeated flags are kept', async () => {
    const sha = newSha();
    const query = `commit=${sha}&token=${server.world.R}&service=local&flags=a&flags=b,c&flags=a&package=codecov-cli/11.3.1`;
    const answer = await send(`${server.url}/upload/v4/?${query}`, {
      json: { cli_args: { command: 'upload-coverage' } },
      headers: { 'x-upload-token': server.world.R },
    });
    expect(answer.status).toBe(200);
    expect(answer.text.split('\n')).toEqual([
      `${server.url}/gh/acme/web/commit/${sha}`,
      expect.stringContaining('/storage/u/'),
    ]);
    expect(await onlyUpload(sha)).toMatchObject({
      via: 'v4',
      state: 'started',
      flags: ['a', 'b', 'c'],
      ci: 'local',
      package: 'codecov-cli/11.3.1',
    });
  });

  test('row 46: no refusal is JSON unless the client asks for JSON first', async () => {
    const refusals = [
      ['commit=x', 400],
      [`commit=${newSha()}&slug=nobody`, 400],
      [bashQuery(newSha(), { token: server.world.X }), 404],
    ] as const;
    for (const accept of ['*/*', 'text/plain', 'text/plain, application/json']) {
      for (const [query, status] of refusals) {
        const answer = await leavingNothing(server, () => v4(query, { accept }));
        expect(answer.status).toBe(status);
        expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
        expect(answer.body).toBeUndefined();
        expect(answer.text).not.toContain('\n');
      }
    }
    const asked = await v4('commit=x', { accept: 'application/json' });
    expect(asked.status).toBe(400);
    expect(asked.body).toEqual({
      detail: 'Invalid request parameters',
      code: 'request_invalid',
      hint: expect.stringMatching(/\w/),
    });
  });

  test('row 47: a branch that is the ref of a pull names the pull; prefixes of refs are cut', async () => {
    const cases = [
      [{ branch: 'pull/7/merge' }, { branch: null, pull: 7 }],
      [
        { branch: 'refs/pull/8/head', pr: 'false' },
        { branch: null, pull: 8 },
      ],
      [{ branch: 'refs/heads/x' }, { branch: 'x', pull: null }],
      [
        { branch: 'origin/y', pr: '12' },
        { branch: 'y', pull: 12 },
      ],
      [
        { branch: 'HEAD', pr: 'true' },
        { branch: null, pull: null },
      ],
      [
        { branch: '', pr: '', pull_request: '5' },
        { branch: null, pull: 5 },
      ],
      [{ branch: 'repair/pr-3' }, { branch: 'repair/pr-3', pull: null }],
    ] as const;
    for (const [changes, expected] of cases) {
      const sha = newSha();
      expect(await v4(bashQuery(sha, changes))).toMatchObject({
        status: 200,
        text: expect.stringMatching(/^[\x21-\x7E]+\n[\x21-\x7E]+$/),
      });
      expect(await commitOf(server, sha)).toMatchObject(expected);
      expect(await uploadsOf(server, sha)).toMatchObject([{ via: 'v4', state: 'started' }]);
    }
  });

  test('without branch and pull the commit is on the default branch, which a branch that is named later overwrites', async () => {
    const sha = newSha();
    await v4(bashQuery(newSha(), { branch: 'main' }));
    await v4(bashQuery(sha, { branch: '' }));
    expect(await commitOf(server, sha)).toMatchObject({ branch: 'main' });
    await v4(bashQuery(sha, { branch: 'fix', parent: 'a'.repeat(40), pr: '3' }));
    expect(await commitOf(server, sha)).toMatchObject({ branch: 'fix', parent_sha: 'a'.repeat(40), pull: 3 });
    await v4(bashQuery(sha, { branch: '', parent: 'b'.repeat(40), pr: '4' }));
    expect(await commitOf(server, sha)).toMatchObject({ branch: 'fix', parent_sha: 'a'.repeat(40), pull: 3 });
  });

  test('parameters that break a rule are named, and leave nothing', async () => {
    const cases = {
      slug: 'nobody',
      pr: 'twelve',
      build_url: 'ftp://x',
      flags: 'a%22b',
      service: 'x'.repeat(51),
      parent: 'no',
    };
    for (const [name, value] of Object.entries(cases)) {
      const line = `^Invalid request parameters \\[request_invalid\\] ${name} `;
      await refused(bashQuery(newSha(), { [name]: value }), 400, line);
    }
  });

  test('builds that uploaders write as words are none, a Mercurial commit is its hash, a long name is cut and noted', async () => {
    const sha = newSha().slice(0, 12);
    const answer = await v4(
      bashQuery(`1234:${sha.toUpperCase()}`, { build: 'undefined', name: 'n'.repeat(120), service: 'travis-org' }),
    );
    expect(answer.status).toBe(200);
    const upload = await onlyUpload(sha);
    expect(upload).toMatchObject({ build: null, name: 'n'.repeat(100), ci: 'travis' });
    expect(upload.notices).toContainEqual(expect.objectContaining({ code: 'name_cut' }));
  });

  test('another method is refused with 405', async () => {
    const answer = await leavingNothing(server, () => send(`${server.url}/upload/v4?commit=${newSha()}`));
    expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "GET" not allowed.' } });
  });
});

describe('v2', () => {
  test('row 48: takes a gzip body behind a request line with raw bars, and answers what bash looks for', async () => {
    const sha = newSha();
    const body = gzipSync(`src/a.c\n<<<<<< network\n# path=lcov.info\n${LCOV}<<<<<< EOF\n`);
    const { host } = new URL(server.url);
    const answer = await raw([
      `POST /upload/v2?${bashQuery(sha)}&attempt=woff|eot|otf|gif|png|yml|yaml HTTP/1.1\r\n` +
        `Host: ${host}\r\nUser-Agent: curl/7.88.1\r\nAccept: text/plain\r\nConnection: close\r\n` +
        `Content-Type: text/plain\r\nContent-Encoding: gzip\r\nX-Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
    ]);
    const [head, text] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(head).toMatch(/^content-type: application\/json\b/im);
    const upload = await onlyUpload(sha);
    expect(text).toBe(
      `{"message": "Coverage reports upload successfully", "uploaded": true, "queued": true, "id": "${upload.external_id}", "url": "${server.url}/gh/acme/web/commit/${sha}"}`,
    );
    await eventually(server, (event) => event.type === 'commit.complete' && event.data['commit'] === sha);
    expect(await uploadRow(server, upload.external_id)).toMatchObject({
      state: 'merged',
      via: 'v2',
      lines: 2,
      hits: 1,
      raw_size: body.length,
    });
  });

  test('packing is known by the first bytes, whatever the headers say', async () => {
    for (const body of [gzipSync(LCOV), zstdCompressSync(Buffer.from(LCOV)), Buffer.from(LCOV)]) {
      const sha = newSha();
      const answer = await send(`${server.url}/upload/v2?${bashQuery(sha)}`, {
        body,
        headers: { 'content-type': 'text/plain' },
      });
      expect(answer.status).toBe(200);
      await eventually(server, (event) => event.type === 'commit.complete' && event.data['commit'] === sha);
      expect(await onlyUpload(sha)).toMatchObject({ lines: 2, hits: 1 });
    }
  });

  test('an empty body is refused as text, and nothing waits for it', async () => {
    const sha = newSha();
    const answer = await send(`${server.url}/upload/v2?${bashQuery(sha)}`, { method: 'POST' });
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/^empty upload \[upload_empty\] /) });
    expect(await uploadsOf(server, sha)).toEqual([]);
  });
});
