import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileAnswer, FileUploadsAnswer, LineAnswer } from '../../src/http/ui/contract/file.ts';
import { FEATURE, HEAD, makeApiWorld, upload, type ApiWorld } from '../support/api-world.ts';
import { send, startTestServer, type TestServer } from '../support/server.ts';

const R = '/api/ui/repos/gh/acme/lumen';
const SOURCES = 'f6'.repeat(20);
const TEXT = 'export const a = 1;\nconst <b> = 2;\nif (a) b();\nelse c();\n';
const LARGE = 'x'.repeat(3 * 1024 * 1024);

let server: TestServer;
let world: ApiWorld;

beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
  await uploadWithSources();
});

afterAll(() => server.stop());

async function ask<Body>(
  path: string,
  token = world.mira,
): Promise<{ status: number; body: Body; response: Response }> {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.clone().text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, response };
}

const fileAt = (at: string, more = '') => {
  const [ref, ...path] = at.split('/');
  return ask<FileAnswer>(`${R}/file?ref=${ref}&path=${encodeURIComponent(path.join('/'))}${more}`);
};

describe('a file at a ref', () => {
  test('has its lines as columns, its numbers and its neighbours in the order of the tree', async () => {
    const { status, body } = await fileAt('main/src/a.ts');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ref: 'main', ref_kind: 'branch', path: 'src/a.ts', commit: { sha: HEAD } });
    expect(body.report).toMatchObject({
      coverage: { lines: 4, hits: 3, partials: 1, misses: 0, coverage: '75.00' },
      filtered: null,
      lines: { steps: [3, 1, 3, 2], classes: 'hhph', values: [1, 2, '1/2', 5], is_cut: false },
      previous: 'src/core/merge.ts',
      next: 'src/ab.ts',
      position: 3,
      files: 6,
    });
    expect(body.forge_url).toBe(`https://github.com/acme/lumen/blob/${HEAD}/src/a.ts`);
  });

  test('is found below a branch with slashes, a whole and a short commit', async () => {
    expect((await fileAt('feature/x/src/a.ts')).body).toMatchObject({ ref: 'feature/x', path: 'src/a.ts' });
    expect((await fileAt(`${FEATURE}/src/a.ts`)).body).toMatchObject({ ref_kind: 'commit', path: 'src/a.ts' });
    expect((await fileAt(`${FEATURE.slice(0, 7)}/src/a.ts`)).body.commit.sha).toBe(FEATURE);
    expect((await fileAt('nowhere/src/a.ts')).status).toBe(404);
    expect((await fileAt('')).body).toMatchObject({ ref: 'main', path: '', report: null });
  });

  test('counts only what a filter leaves, and says the whole beside it', async () => {
    const unit = await fileAt('main/src/a.ts', '&flags=unit');
    expect(unit.body.report).toMatchObject({
      coverage: { hits: 3, misses: 0 },
      filtered: { lines: 4, hits: 2, partials: 1, misses: 1 },
      lines: { classes: 'hhpm' },
    });
    const { body } = await ask<FileUploadsAnswer>(`${R}/file/uploads?sha=${HEAD}&path=src/a.ts`);
    const endToEnd = body.uploads.find(({ flags }) => flags.includes('e2e'));
    const alone = await fileAt('main/src/a.ts', `&upload=${endToEnd?.id}`);
    expect(alone.body.report).toMatchObject({ filtered: { lines: 1, hits: 1 }, lines: { steps: [9], values: [5] } });
    const both = await fileAt('main/src/a.ts', '&flags=unit&flags=e2e');
    expect(both.body.report?.filtered).toEqual(both.body.report?.coverage);
    const none = await fileAt('main/src/a.ts', '&flags=nobody');
    expect(none.body.report).toMatchObject({ filtered: { lines: 0, coverage: null }, lines: { steps: [] } });
  });

  test('that is not in the report names those like it and what dropped it', async () => {
    const { body } = await fileAt('main/lib/merge.ts');
    expect(body.report).toBeNull();
    expect(body.absence).toEqual({ has_report: true, nearest: ['src/core/merge.ts'], dropped: [] });
    const dropped = await fileAt(`${SOURCES}/src/lost.ts`);
    expect(dropped.body.absence?.dropped).toMatchObject([
      { name: 'sources', path: 'build/src/lost.ts', reason: 'not_in_repo' },
    ]);
    expect(dropped.body.absence?.dropped[0].fix).toContain('fixes');
  });

  test('is as absent for a stranger as the repository', async () => {
    const { status } = await ask(`${R}/file?ref=main&path=src/a.ts`, world.otto);
    expect(status).toBe(404);
  });
});

describe('uploads and lines', () => {
  test('the uploads that have the file are told with their numbers, and no others', async () => {
    const { body } = await ask<FileUploadsAnswer>(`${R}/file/uploads?sha=${HEAD}&path=src/core/merge.ts`);
    expect(body.uploads.map(({ name, coverage }) => [name, coverage.hits, coverage.lines])).toEqual([
      ['node-22', 5, 8],
    ]);
    expect(body.flags).toEqual(['unit']);
    expect(body.left_off).toBe(0);
  });

  test('a line tells what each upload says of it and which branches were not taken', async () => {
    const partial = await ask<LineAnswer>(`${R}/file/line?sha=${HEAD}&path=src/a.ts&line=7`);
    expect(partial.body).toMatchObject({ line: 7, class: 'p', value: '1/2', missing: ['0:1'] });
    expect(partial.body.uploads).toMatchObject([{ flags: ['unit'], value: '1/2', class: 'p', rule: 'decided' }]);
    const both = await ask<LineAnswer>(`${R}/file/line?sha=${HEAD}&path=src/a.ts&line=9`);
    expect(both.body.uploads.map(({ flags, value, rule }) => [flags[0], value, rule])).toEqual([
      ['unit', 0, 'outweighed'],
      ['e2e', 5, 'decided'],
    ]);
    expect((await ask(`${R}/file/line?sha=${HEAD}&path=src/a.ts&line=5`)).status).toBe(404);
    expect((await ask(`${R}/file/line?sha=${HEAD}&path=src/a.ts&line=0`)).status).toBe(400);
  });
});

describe('the text of a file', () => {
  const sourceOf = async (path: string) => (await fileAt(`${SOURCES}/${path}`)).body.source;

  test('is sent as it came, as plain text in a sandbox, and as a download when asked for', async () => {
    const source = await sourceOf('src/a.ts');
    expect(source).toEqual({ kind: 'here', blob: blobOf(TEXT), size: TEXT.length, changed: null, text: null });
    const shown = await ask<string>(`${R}/source/${blobOf(TEXT)}`);
    expect(shown.body).toBe(TEXT);
    expect(shown.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(shown.response.headers.get('content-security-policy')).toContain('sandbox');
    expect(shown.response.headers.get('x-content-type-options')).toBe('nosniff');
    const saved = await ask(`${R}/source/${blobOf(TEXT)}?download=src/a'%0d%0ab.ts`);
    expect(saved.response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%27%0D%0Ab.ts");
  });

  test('comes with the file when asked for', async () => {
    const { body } = await fileAt(`${SOURCES}/src/a.ts`, '&text=true');
    expect(body.source).toMatchObject({ kind: 'here', blob: blobOf(TEXT), text: TEXT });
  });

  test('is told apart: nobody sent it, not in the tree, no tree, binary, too large, shorter than its report', async () => {
    expect(await sourceOf('src/unsent.ts')).toEqual({ kind: 'not_sent', why: 'no_content', blob: 'ab'.repeat(20) });
    expect(await sourceOf('src/none.ts')).toMatchObject({ kind: 'not_sent', why: 'not_in_tree' });
    expect((await fileAt('main/src/a.ts')).body.source).toMatchObject({ kind: 'not_sent', why: 'no_tree' });
    expect(await sourceOf('src/picture.ts')).toMatchObject({ kind: 'binary', size: 4 });
    expect(await sourceOf('src/large.ts')).toMatchObject({ kind: 'too_big', size: LARGE.length, is_kept: false });
    expect(await sourceOf('src/short.ts')).toMatchObject({
      kind: 'here',
      changed: { kind: 'lines_beyond', last_line: 9, lines: 1 },
    });
  });

  test('is told to be another than the report was made from, when the uploads were taken over from another commit', async () => {
    const other = 'a7'.repeat(20);
    const text = 'export const changed = 1;\n';
    const meta = {
      schema: 'thatch-meta/1',
      commit: { sha: other },
      files: { 'src/a.ts': blobOf(text), 'src/short.ts': blobOf('one line\n') },
      sources: { [blobOf(text)]: { text } },
    };
    const told = await send(`${server.url}/upload/meta?repo=github/acme/lumen`, { token: server.world.O, json: meta });
    expect(told.status, told.text).toBe(200);
    const moved = await send(`${server.url}/upload/github/acme::::lumen/commits/transplant`, {
      token: server.world.O,
      json: { from_sha: SOURCES, to_sha: other },
    });
    expect(moved.status, moved.text).toBe(200);
    await send(`${server.url}/upload/github/acme::::lumen/commits/${other}/upload-complete?wait=60`, {
      token: server.world.O,
      method: 'POST',
    });
    expect((await fileAt(`${other}/src/a.ts`)).body.source).toMatchObject({
      kind: 'here',
      blob: blobOf(text),
      changed: { kind: 'other_blob', sha: SOURCES, blob: blobOf(TEXT), is_kept: true },
    });
    expect((await fileAt(`${other}/src/short.ts`)).body.source).toMatchObject({ changed: { kind: 'lines_beyond' } });
  });

  test('of another repository is not here', async () => {
    expect((await ask(`/api/ui/repos/gh/acme/open/source/${blobOf(TEXT)}`)).status).toBe(404);
    expect((await ask(`${R}/source/..%2f..%2fetc`)).status).toBe(404);
  });
});

test('a filter by flags of a file of 20,000 lines counts the lines that only other uploads cover as missed', async () => {
  const sha = '17'.repeat(20);
  const lines = Array.from({ length: 20_000 }, (_, index) => index + 1);
  for (const each of [0, 1, 2]) {
    const report = `SF:big.ts\n${lines.map((line) => `DA:${line},${line % 3 === each ? 1 : 0}`).join('\n')}\nend_of_record\n`;
    await upload(server, { sha, branch: 'big', flags: [`part-${each}`], name: `big-${each}`, report });
  }
  const { body } = await fileAt('big/big.ts', '&flags=part-0&flags=part-1');
  expect(body.report?.filtered).toMatchObject({ lines: 20_000, hits: 13_333 });
  expect(body.report?.coverage).toMatchObject({ lines: 20_000, hits: 20_000 });
});

function blobOf(text: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
}

async function uploadWithSources(): Promise<void> {
  const picture = Buffer.from([1, 0, 2, 3]);
  const texts = [TEXT, 'one line\n', LARGE];
  const sources = Object.fromEntries([
    ...texts.map((text) => [blobOf(text), { text }]),
    [blobOf(picture.toString('latin1')), { base64: picture.toString('base64') }],
  ]);
  const files = {
    'src/a.ts': blobOf(TEXT),
    'src/short.ts': blobOf('one line\n'),
    'src/large.ts': blobOf(LARGE),
    'src/picture.ts': blobOf(picture.toString('latin1')),
    'src/unsent.ts': 'ab'.repeat(20),
  };
  const meta = { schema: 'thatch-meta/1', commit: { sha: SOURCES, message: 'Sources' }, files, sources };
  const report = ['src/a.ts', 'src/short.ts', 'src/large.ts', 'src/picture.ts', 'src/unsent.ts', 'build/src/lost.ts']
    .map((path) => `SF:${path}\nDA:1,1\n${path === 'src/short.ts' ? 'DA:9,0\n' : ''}end_of_record\n`)
    .join('');
  const form = new FormData();
  form.append('report', new Blob([report]), 'lcov.info');
  form.append('meta', new Blob([JSON.stringify(meta)]), 'meta.json');
  const sent = await send(
    `${server.url}/upload/coverage?commit=${SOURCES}&repo=github/acme/lumen&branch=sources&name=sources&wait=60`,
    { token: server.world.O, body: form },
  );
  expect(sent.status, sent.text).toBe(200);
}
