import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { problemsOf } from '../../src/database/queries/upload-problems.ts';
import { report } from '../support/bodies.ts';
import { LCOV, newSha, send, uploadIdOf, uploadRow, useTestServer } from '../support/server.ts';
import { commitOf, complete, openUpload, put, uploadsOf, type WaitingUpload, webUrl } from '../support/web.ts';

/*
 * What the bytes of a signed PUT may be wrapped in (upload-protocol §4), whichever address gave that out.
 */

const server = useTestServer();

/** Opens an upload by C, after A and B. */
async function openByC(): Promise<WaitingUpload> {
  const { R: token } = server.world;
  const sha = newSha();
  await send(`${webUrl(server)}/commits`, { token, json: { commitid: sha, branch: 'main' } });
  await send(`${webUrl(server)}/commits/${sha}/reports`, { token, json: {} });
  const answer = await send(`${webUrl(server)}/commits/${sha}/reports/default/uploads`, { token, json: {} });
  const { raw_upload_location: location } = answer.body as { readonly raw_upload_location: string };
  return { sha, id: uploadIdOf(location), location };
}

/** Opens an upload by v4. */
async function openByV4(): Promise<WaitingUpload> {
  const sha = newSha();
  const query = `commit=${sha}&branch=main&token=${server.world.R}&service=custom`;
  const answer = await send(`${server.url}/upload/v4?${query}`, { method: 'POST' });
  const location = answer.text.split('\n')[1];
  return { sha, id: uploadIdOf(location), location };
}

/** Sends the bytes of an upload and waits until they are merged. */
async function sendBytes(
  { sha, id, location }: WaitingUpload,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
) {
  expect(await put(location, body, headers)).toMatchObject({ status: 200, text: '' });
  expect(await complete(server, sha, '?wait=60')).toMatchObject({
    status: 200,
    body: { uploads_total: 1, uploads_success: 1, settled: true },
  });
  const upload = await uploadRow(server, id);
  expect(upload.raw_size).toBe(Buffer.byteLength(body));
  return { upload, commit: (await commitOf(server, sha))! };
}

const CONTAINER = `src/a.c\n<<<<<< network\n# path=lcov.info\n${LCOV}<<<<<< EOF\n`;
const GZIP = { 'content-encoding': 'gzip' };

test('row 49: the same report in six wrappings is the same report', async () => {
  const wrappings: readonly (readonly [body: string | Uint8Array, headers?: Readonly<Record<string, string>>])[] = [
    [gzipSync(CONTAINER), GZIP],
    [gzipSync(CONTAINER)],
    [CONTAINER],
    [CONTAINER.replaceAll('\n', '\r\n')],
    [`# path=lcov.info\n${LCOV}\n<<<<<< EOF\n`],
    [`src/a.c\n<<<<<< network\n# path=lcov.info\n${LCOV.trimEnd()}<<<<<< EOF\n`],
  ];
  const digests = new Set<string>();
  for (const [body, headers] of wrappings) {
    const { upload, commit } = await sendBytes(await openUpload(server), body, headers);
    expect(upload).toMatchObject({ state: 'merged', formats: ['lcov'], files: 1, lines: 2, hits: 1, misses: 1 });
    expect(commit).toMatchObject({ state: 'complete', sessions: 1, files: 1, lines: 2, hits: 1 });
    digests.add(Buffer.from(commit.report_digest!).toString('hex'));
  }
  expect(digests.size).toBe(1);
});

const packed = (text: string) => deflateSync(text).toString('base64');

function jsonContainer(files: Readonly<Record<string, string>>, network: readonly string[] = []): string {
  return JSON.stringify({
    report_fixes: { format: 'legacy', value: {} },
    network_files: network,
    coverage_files: Object.entries(files).map(([filename, data]) => ({
      filename,
      format: 'base64+compressed',
      data,
      labels: '',
    })),
    metadata: {},
  });
}

test('row 51: the JSON container is read behind v4, the text container behind C, with the same result', async () => {
  const json = await sendBytes(await openByV4(), jsonContainer({ 'lcov.info': packed(LCOV) }, ['src/a.c']));
  const text = await sendBytes(await openByC(), CONTAINER);
  expect(json.upload).toMatchObject({ via: 'v4', state: 'merged', files: 1, lines: 2, hits: 1 });
  expect(text.upload).toMatchObject({ via: 'C', state: 'merged', files: 1, lines: 2, hits: 1 });
  expect(json.commit.report_digest).toEqual(text.commit.report_digest);
});

test('row 51: of three files in a JSON container one is broken: two are read, one problem names it', async () => {
  const body = jsonContainer({
    'a.info': packed(report('src/a.c', 1)),
    'broken.info': '%%%%',
    'b.info': packed(report('src/b.c', 0)),
  });
  const { upload, commit } = await sendBytes(await openUpload(server), body);
  expect(upload).toMatchObject({ state: 'merged', files_in: 2, files: 2, lines: 2, hits: 1, misses: 1 });
  expect(commit).toMatchObject({ state: 'complete', files: 2, lines: 2, hits: 1 });
  const problems = (await problemsOf(server.app.database.kysely, [upload.id])).get(upload.id);
  expect(problems).toMatchObject([
    { code: 'file_damaged', severity: 'error', file: 'broken.info', message: expect.stringContaining('not base64') },
  ]);
});

test('row 52: the empty entry and the bare prefix of the list of files are dropped', async () => {
  const files = { 'lcov.info': packed(report('/build/src/a.c', 1)) };
  const bare = await sendBytes(await openUpload(server), jsonContainer(files, ['src/a.c', '', 'x/']));
  const clean = await sendBytes(await openUpload(server), jsonContainer(files, ['src/a.c']));
  expect(bare.upload).toMatchObject({ state: 'merged', files: 1, lines: 1 });
  expect(await problemsOf(server.app.database.kysely, [bare.upload.id])).toEqual(new Map());
  expect(bare.commit.report_digest).toEqual(clean.commit.report_digest);
  expect(await uploadsOf(server, bare.commit.sha)).toHaveLength(1);
});
