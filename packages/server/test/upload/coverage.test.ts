import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommit } from '../../src/database/queries/commits.ts';
import { parentsInGraph } from '../../src/database/queries/graph.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import type { UploadStatus } from '../../src/presenters/upload-status.ts';
import { openStream } from '../support/event-stream.ts';
import {
  type Answered,
  LCOV,
  newSha,
  type Sending,
  send,
  startTestServer,
  type TestServer,
  uploadRow,
} from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

function upload(query: string, sending: Sending): Promise<Answered> {
  return send(`${server.url}/upload/coverage?${query}`, { token: server.world.R, ...sending });
}

function statusOf({ body }: Answered): UploadStatus {
  return body as UploadStatus;
}

async function rowsOf(sha: string) {
  const { kysely } = server.app.database;
  const commit = await findCommit(kysely, server.world.web.id, sha);
  return commit === null ? [] : uploadsOfCommit(kysely, commit.id);
}

function form(parts: readonly (readonly [name: string, body: string | Uint8Array, fileName?: string])[]): FormData {
  const data = new FormData();
  for (const [name, body, fileName] of parts) {
    if (fileName === undefined) data.append(name, body as string);
    else data.append(name, new Blob([body as Uint8Array<ArrayBuffer>]), fileName);
  }
  return data;
}

function report(file: string, ...hits: readonly number[]): string {
  return `TN:\nSF:${file}\n${hits.map((count, index) => `DA:${index + 1},${count}\n`).join('')}end_of_record\n`;
}

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
    const [row] = await rowsOf(sha);
    expect(row).toMatchObject({ state: 'merged', via: 'own', env: { OS: 'linux' }, external_id: status.id });
    expect(await findCommit(server.app.database.kysely, server.world.web.id, sha)).toMatchObject({
      branch: 'main',
      state: 'complete',
    });
  });

  test('without wait the answer is 202, and its event stream ends in done', async () => {
    const sha = newSha();
    const answer = await upload(`commit=${sha}`, { method: 'PUT', body: gzipSync(LCOV) });
    expect(answer.status).toBe(202);
    const status = statusOf(answer);
    expect(['stored', 'processing', 'processed']).toContain(status.state);
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
  });

  test('the same key and bytes are a duplicate with the same answer, other bytes are refused with 409', async () => {
    const sha = newSha();
    const headers = { 'idempotency-key': 'run 77' };
    const first = await upload(`commit=${sha}&wait=60`, { body: LCOV, headers });
    const again = await upload(`commit=${sha}`, { body: LCOV, headers });
    expect(again).toMatchObject({ status: 200, body: { ...statusOf(first), duplicate: true } });
    const byQuery = await upload(`commit=${sha}&key=run%2077`, { body: LCOV });
    expect(byQuery).toMatchObject({ status: 200, body: { id: statusOf(first).id, duplicate: true } });
    const other = await upload(`commit=${sha}`, { body: `${LCOV}\n`, headers });
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'key_reused', detail: expect.any(String), hint: expect.any(String) },
    });
    expect(await rowsOf(sha)).toHaveLength(1);
  });

  test('equal bytes, flags, name, job and env are a duplicate without any key; the rest makes a new upload', async () => {
    const sha = newSha();
    const first = await upload(`commit=${sha}&flags=a,b&name=n&build=1`, { body: LCOV });
    const same = await upload(`commit=${sha}&flags=b&flags=a&name=n&build=2`, { body: LCOV });
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
    expect(await rowsOf(sha)).toHaveLength(6);
  });

  test('twenty equal requests at once make one upload', async () => {
    const sha = newSha();
    const answers = await Promise.all(Array.from({ length: 20 }, () => upload(`commit=${sha}`, { body: LCOV })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 202]);
    expect(new Set(answers.map((answer) => statusOf(answer).id)).size).toBe(1);
    expect(await rowsOf(sha)).toHaveLength(1);
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
    const commit = await findCommit(server.app.database.kysely, server.world.web.id, sha);
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
    expect(await upload(`repo=gh/acme/unheard&commit=${newSha()}`, sending)).toMatchObject({
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
      const answer = await upload(query, { body: LCOV, ...sending });
      expect(answer, `${query} ${code}`).toMatchObject({
        status,
        body: { code, detail: expect.any(String), hint: expect.any(String) },
      });
    }
    expect(await rowsOf(sha)).toEqual([]);
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
    expect(await rowsOf(sha)).toEqual([]);
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

describe('row 58: forms', () => {
  test('three hundred reports in one form are read, each under its name', async () => {
    const sha = newSha();
    const parts = Array.from({ length: 300 }, (_, index): [string, Uint8Array, string] => {
      const text = Buffer.from(report(`src/${index}.c`, 1, 0, index));
      return ['report', index % 3 === 0 ? gzipSync(text) : text, `build/part ${index}.info`];
    });
    const answer = await upload(`commit=${sha}&wait=60`, { body: form(parts) });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'judged', upload_totals: { files: 300, lines: 900 }, problems: [] },
    });
    expect(await rowsOf(sha)).toHaveLength(1);
  });

  test('a repeated form is a duplicate however the network cut it', async () => {
    const sha = newSha();
    const boundary = 'x-boundary';
    const large = `${report('src/a.c', 1, 0)}${`# ${'filler '.repeat(20)}\n`.repeat(2000)}`;
    const bytes = Buffer.from(
      [report('src/b.c', 1), large]
        .map(
          (text, index) =>
            `--${boundary}\r\nContent-Disposition: form-data; name="report"; filename="${index}.info"\r\n\r\n${text}\r\n`,
        )
        .join('') + `--${boundary}--\r\n`,
    );
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': 'form' };
    const whole = await upload(`commit=${sha}`, { body: bytes, headers });
    expect(whole.status).toBe(202);
    const inPieces = await upload(`commit=${sha}`, { body: pieces(bytes, 977), headers });
    expect(inPieces).toMatchObject({ status: 200, body: { id: statusOf(whole).id, duplicate: true } });
    const packed = await upload(`commit=${sha}`, {
      body: gzipSync(bytes),
      headers: { ...headers, 'content-encoding': 'gzip' },
    });
    expect(packed).toMatchObject({ status: 200, body: { id: statusOf(whole).id, duplicate: true } });
  });

  test('lists of files and fixes travel as files or as fields', async () => {
    for (const asFile of [true, false]) {
      const list = (name: string, text: string): [string, string | Uint8Array, string?] =>
        asFile ? [name, Buffer.from(text), `${name}.txt`] : [name, text];
      const body = form([
        list('network', 'src/a.c\nsrc/b.c\n'),
        ['report', Buffer.from(report('/somewhere/src/a.c', 1, 1, 1)), 'lcov.info'],
        list('fixes', 'src/a.c:2\n'),
      ]);
      const answer = await upload(`commit=${newSha()}&wait=60`, { body });
      expect(answer).toMatchObject({ status: 200, body: { state: 'judged', upload_totals: { files: 1, lines: 2 } } });
    }
  });

  test('a packed form that is damaged, or refused before its end, is answered and leaves nothing', async () => {
    const sha = newSha();
    const part = '--b\r\nContent-Disposition: form-data; name="report"; filename="a"\r\n\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-encoding': 'gzip' };
    const whole = gzipSync(`${part}${LCOV}\r\n--b--\r\n`);
    const noise = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 7919) % 251));
    const early = gzipSync(Buffer.concat([Buffer.from(`${part}x\r\n`.repeat(1001)), Buffer.from(part), noise]), {
      level: 0,
    });
    const cases = [
      [whole.subarray(0, whole.length - 12), 'upload_cut'],
      [Buffer.from('no gzip at all'), 'upload_cut'],
      [early, 'too_many_reports'],
    ] as const;
    for (const [body, code] of cases) {
      for (const sent of [body, pieces(body, 1000)]) {
        expect(await upload(`commit=${sha}`, { body: sent, headers })).toMatchObject({ status: 400, body: { code } });
      }
    }
    expect(await rowsOf(sha)).toEqual([]);
  });

  test('a form of more than a thousand reports is refused', async () => {
    const parts = Array.from({ length: 1001 }, (): [string, Uint8Array, string] => ['report', Buffer.from('x'), 'x']);
    const sha = newSha();
    expect(await upload(`commit=${sha}`, { body: form(parts) })).toMatchObject({
      status: 400,
      body: { code: 'too_many_reports' },
    });
    expect(await rowsOf(sha)).toEqual([]);
  });
});

test('row 49: the same report in six wrappings is the same report', async () => {
  const container = `src/a.c\n<<<<<< network\n# path=lcov.info\n${LCOV}<<<<<< EOF\n`;
  const bodies = [
    gzipSync(container),
    container,
    container.replaceAll('\n', '\r\n'),
    `# path=lcov.info\n${LCOV}\n<<<<<< EOF\n`,
    `src/a.c\n<<<<<< network\n# path=lcov.info\n${LCOV.trimEnd()}<<<<<< EOF\n`,
  ];
  const digests = new Set<string>();
  for (const [index, body] of [...bodies, bodies[0]].entries()) {
    const sha = newSha();
    const headers: Record<string, string> = index === 0 ? { 'content-encoding': 'gzip' } : {};
    const answer = await upload(`commit=${sha}&wait=60`, { body, headers });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'judged', upload_totals: { files: 1, lines: 2, hits: 1 } },
    });
    const commit = await findCommit(server.app.database.kysely, server.world.web.id, sha);
    digests.add(Buffer.from(commit!.report_digest!).toString('hex'));
  }
  expect(digests.size).toBe(1);
});

test('row 51: of three files in a JSON container one is broken: two are read, one problem names it', async () => {
  const file = (filename: string, data: string) => ({ filename, format: 'base64+compressed', data, labels: '' });
  const packed = (text: string) => deflateSync(text).toString('base64');
  const body = JSON.stringify({
    report_fixes: { format: 'legacy', value: {} },
    // Row 52: the empty entry and the bare prefix are dropped.
    network_files: ['src/a.c', 'src/b.c', '', 'x/'],
    coverage_files: [
      file('a.info', packed(report('src/a.c', 1))),
      file('broken.info', '%%%%'),
      file('b.info', packed(report('src/b.c', 0))),
    ],
    metadata: {},
  });
  const answer = await upload(`commit=${newSha()}&wait=60`, { body });
  expect(answer).toMatchObject({
    status: 200,
    body: { state: 'judged', upload_totals: { files: 2, lines: 2, hits: 1 } },
  });
  expect(statusOf(answer).problems.filter(({ file: name }) => name === 'broken.info')).toHaveLength(1);
});

test('with max_sessions the next upload is refused: 429 with Retry-After here, 400 in words on v4 (row 56)', async () => {
  const small = await startTestServer({
    configure: (config) => ({ ...config, setup: { ...config.setup, maxSessions: 2 } }),
  });
  try {
    const sha = newSha();
    const post = (flag: string) =>
      send(`${small.url}/upload/coverage?commit=${sha}&flags=${flag}`, { token: small.world.R, body: LCOV });
    expect([(await post('a')).status, (await post('b')).status]).toEqual([202, 202]);
    const third = await post('c');
    expect(third).toMatchObject({
      status: 429,
      body: { code: 'too_many_uploads', detail: expect.stringContaining('limit setup.max_sessions=2') },
    });
    expect(third.headers.get('retry-after')).toMatch(/^\d+$/);
    const v4 = await send(`${small.url}/upload/v4?commit=${sha}&token=${small.world.R}&service=ci`, { method: 'POST' });
    expect(v4).toMatchObject({ status: 400, text: expect.stringContaining('Too many uploads to this commit.') });
  } finally {
    await small.stop();
  }
});

test('an upload above the limit is refused with 413, told or not, and leaves nothing', async () => {
  const small = await startTestServer({
    configure: (config) => ({ ...config, limits: { ...config.limits, uploadBytes: 1000 } }),
  });
  try {
    const body = Buffer.alloc(3_000_000, 10);
    const address = `${small.url}/upload/coverage?commit=${newSha()}`;
    for (const sent of [body, pieces(body, 50_000), form([['report', body, 'a']])]) {
      const answer = await send(address, { token: small.world.R, body: sent });
      expect(answer).toMatchObject({ status: 413, body: { code: 'upload_too_large' } });
    }
    expect(await small.app.database.kysely.selectFrom('uploads').selectAll().execute()).toEqual([]);
  } finally {
    await small.stop();
  }
});

test('a full disk is answered with 507, and nothing is stored', async () => {
  const full = await startTestServer();
  try {
    Object.assign(full.app.objects, { put: async () => ({ kind: 'full', freeBytes: 0 }) });
    const own = await send(`${full.url}/upload/coverage?commit=${newSha()}`, { token: full.world.R, body: LCOV });
    expect(own).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    const v2 = await send(`${full.url}/upload/v2?commit=${newSha()}&token=${full.world.R}`, { body: LCOV });
    expect(v2).toMatchObject({ status: 507, text: expect.stringContaining('[storage_full]') });
    expect(await full.app.database.kysely.selectFrom('uploads').selectAll().execute()).toEqual([]);
  } finally {
    await full.stop();
  }
});

function pieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

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
