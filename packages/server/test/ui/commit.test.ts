import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zstdCompressSync } from 'node:zlib';
import type {
  CommitAnswer,
  FixTrialAnswer,
  InspectionAnswer,
  UploadAnswer,
} from '../../src/http/ui/contract/commit.ts';
import type { TreeAnswer } from '../../src/http/ui/contract/tree.ts';
import { findCommit } from '../../src/database/queries/commits.ts';
import { metaKey } from '../../src/objects/keys.ts';
import { FEATURE, HEAD, makeApiWorld, makePerson, SECOND, upload, type ApiWorld } from '../support/api-world.ts';
import { eventually, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

const R = '/api/ui/repos/gh/acme/lumen';

let server: TestServer;
let world: ApiWorld;
let olga: string;

beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
  olga = await makePerson(server, 'olga', { ownerId: world.lumen.owner_id, role: 'admin' });
});

afterAll(() => server.stop());

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function get<Body>(path: string, token = world.mira): Promise<Body> {
  const { status, body, text } = await send(server.url + path, as(token));
  expect(status, text).toBe(200);
  return body as Body;
}

const commitAt = (sha: string, query = ''): Promise<CommitAnswer> => get<CommitAnswer>(`${R}/commits/${sha}${query}`);

/** Tells the files of a commit, as an uploader without a forge does. */
async function storeTree(sha: string, paths: readonly string[]): Promise<void> {
  const { kysely } = server.app.database;
  const tree = Object.fromEntries(paths.map((path) => [path, '0'.repeat(40)]));
  const key = metaKey(world.lumen.id, sha, 'tree', Buffer.from(sha.slice(0, 32), 'hex'));
  await server.app.objects.put(key, zstdCompressSync(JSON.stringify(tree)));
  await kysely
    .insertInto('commits')
    .values({ repository_id: world.lumen.id, sha, branch: 'main', files_key: key })
    .execute();
}

const lcov = (...paths: string[]): string =>
  paths.map((path) => `SF:${path}\nDA:1,1\nDA:2,0\nend_of_record\n`).join('');

/** A commit of a good, a broken, an empty and an unmatched upload. */
async function uploadOneOfEach(): Promise<string> {
  const sha = newSha();
  await storeTree(sha, ['src/a.ts', 'src/b.ts', 'src/main.ts']);
  await upload(server, { sha, name: 'good', flags: ['unit'], report: lcov('src/main.ts') });
  await upload(server, { sha, name: 'broken', report: 'this is <no> report' });
  await upload(server, { sha, name: 'empty', report: 'TN:\nend_of_record\n' });
  await upload(server, { sha, name: 'unmatched', report: lcov('dist/a.ts', 'dist/b.ts', 'dist/gone.ts') });
  return sha;
}

const named = ({ uploads }: CommitAnswer, name: string) => uploads.find((each) => each.name === name)!;

describe('a commit', () => {
  test('has its numbers, its uploads and where it stands', async () => {
    const commit = await commitAt(HEAD);
    expect(commit).toMatchObject({
      sha: HEAD,
      branch: 'main',
      state: 'processed',
      is_first: false,
      selected: null,
      forge_address: `https://github.com/acme/lumen/commit/${HEAD}`,
      parents: [{ is_known: true }],
      branches: { names: ['main'], more: 0 },
      progress: { all: 2, merged: 2, errors: 0, started: 0, stored: 0, processed: 0 },
      uploads_all: 2,
      rights: { may_reprocess: true, may_delete: false, may_read_raw: true },
    });
    expect(commit.coverage).toMatchObject({ files: 6, lines: 18, hits: 11 });
    expect(commit.uploads[0]).toMatchObject({
      name: 'node-22',
      flags: ['unit'],
      ci: 'github-actions',
      state: 'merged',
      formats: ['lcov'],
      client: { name: 'codecov-cli', version: '11.3.1' },
      problem: null,
      superseded_by: null,
    });
    expect(commit.uploads[0].milliseconds.parse).toBeTypeOf('number');
  });

  test('is found by the beginning of its sha, from seven digits on', async () => {
    expect((await commitAt(HEAD.slice(0, 7))).sha).toBe(HEAD);
    expect((await send(`${server.url}${R}/commits/${HEAD.slice(0, 6)}`, as(world.mira))).status).toBe(404);
    expect((await send(`${server.url}${R}/commits/${newSha()}`, as(world.mira))).status).toBe(404);
  });

  test('is on the branches that lead to it', async () => {
    expect((await commitAt(SECOND)).branches.names).toEqual(['feature/x', 'main']);
    expect((await commitAt(FEATURE)).branches.names).toEqual(['feature/x']);
  });

  test('counts only what the address chooses, beside the whole', async () => {
    const whole = await commitAt(HEAD);
    const endToEnd = whole.uploads.find(({ flags }) => flags.includes('e2e'))!;
    const one = await commitAt(HEAD, `?upload=${endToEnd.id}`);
    expect(one.selected).toMatchObject({ lines: 3, hits: 2, misses: 1, coverage: '66.66' });
    expect(one.coverage).toEqual(whole.coverage);
    expect((await commitAt(HEAD, '?flags=e2e')).selected).toEqual(one.selected);
    expect((await commitAt(HEAD, '?upload=none')).selected).toBeNull();
  });

  test('brings the first rows of its tree when asked for, of what the address chooses', async () => {
    expect((await commitAt(HEAD)).rows).toBeNull();
    const rowsOf = (path: string, query: string) => get<TreeAnswer>(`${R}/${path}?sha=${HEAD}&${query}`);
    const tree = await commitAt(HEAD, '?rows=tree&path=src&sort=lines&direction=DESC');
    expect(tree.rows?.rows.length).toBeGreaterThan(0);
    expect(tree.rows).toEqual(await rowsOf('tree', 'path=src&sort=lines&direction=DESC'));
    const list = await commitAt(HEAD, '?rows=list&flags=e2e');
    expect(list.rows?.rows.length).toBeGreaterThan(0);
    expect(list.rows).toEqual(await rowsOf('files', 'flags=e2e'));
  });

  test('of a stranger is the same as none', async () => {
    expect((await send(`${server.url}${R}/commits/${HEAD}`, as(world.otto))).status).toBe(404);
  });
});

describe('uploads that do not count', () => {
  test('say why, what to do, and leave the others as they are', async () => {
    const commit = await commitAt(await uploadOneOfEach());
    expect(commit.state).toBe('processed');
    expect(commit.coverage).toMatchObject({ lines: 2, hits: 1 });
    expect(commit.progress).toMatchObject({ all: 4, merged: 1, errors: 3 });
    expect(named(commit, 'good').state).toBe('merged');
    expect(named(commit, 'broken').problem).toMatchObject({ severity: 'error', code: 'unsupported_file_format' });
    expect(named(commit, 'empty').problem).toMatchObject({ code: 'report_empty' });
    expect(named(commit, 'unmatched').problem).toMatchObject({ severity: 'error', code: 'path_unmatched', count: 3 });
    expect(named(commit, 'unmatched').coverage).toBeNull();
  });

  test('show unmatched paths beside the files they may mean, and a rule that would help', async () => {
    const { uploads } = await commitAt(await uploadOneOfEach());
    const { id } = uploads[3];
    const inspection = await get<InspectionAnswer>(`${R}/uploads/${id}/inspection`);
    expect(inspection).toMatchObject({
      has_tree: true,
      total: 3,
      suggestion: { rule: 'dist/::src/', matched: 2, total: 3 },
    });
    expect(inspection.unmatched[0]).toEqual({ path: 'dist/a.ts', nearest: ['src/a.ts'] });
    const tried = await send(`${server.url}/api/ui/uploads/${id}/try-fixes`, {
      ...as(world.mira),
      json: { fixes: ['dist/::src/'] },
    });
    expect(tried.status).toBe(200);
    expect(tried.body as FixTrialAnswer).toMatchObject({ matched: 2, total: 3 });
    const detail = await get<UploadAnswer>(`${R}/uploads/${id}`);
    expect(detail.dropped).toEqual([
      { reason: 'not_in_repo', count: 3, examples: ['dist/a.ts', 'dist/b.ts', 'dist/gone.ts'] },
    ]);
    expect(detail.upload.state).toBe('error');
  });

  test('show how an unreadable report begins, to those who may read raw uploads', async () => {
    const { uploads } = await commitAt(await uploadOneOfEach());
    const path = `${R}/uploads/${uploads[1].id}/inspection`;
    expect((await get<InspectionAnswer>(path)).files[0].head).toBe('this is <no> report');
    const open = { repo: 'open', sha: newSha(), report: 'a secret in a report' };
    await upload(server, open);
    const commit = await get<CommitAnswer>(`${R.replace('lumen', 'open')}/commits/${open.sha}`, world.otto);
    const inspection = `${R.replace('lumen', 'open')}/uploads/${commit.uploads[0].id}/inspection`;
    expect((await get<InspectionAnswer>(inspection, world.otto)).files).toEqual([]);
    expect((await get<UploadAnswer>(inspection.replace('/inspection', ''), world.otto)).raw_path).toBeNull();
  });

  test.each([
    [{ fixes: ['no colons'] }, 422],
    [{ fixes: [] }, 422],
    [{}, 422],
  ])('refuse rules that are none: %j', async (json, status) => {
    const { uploads } = await commitAt(HEAD);
    const address = `${server.url}/api/ui/uploads/${uploads[0].id}/try-fixes`;
    expect((await send(address, { ...as(world.mira), json })).status).toBe(status);
  });

  test('try no rules for strangers', async () => {
    const { uploads } = await commitAt(HEAD);
    const json = { fixes: ['a/::b/'] };
    const known = await send(`${server.url}/api/ui/uploads/${uploads[0].id}/try-fixes`, { ...as(world.otto), json });
    const unknown = await send(`${server.url}/api/ui/uploads/none/try-fixes`, { ...as(world.otto), json });
    expect([known.status, unknown.status]).toEqual([404, 404]);
    const address = `${server.url}/api/ui/uploads/${uploads[0].id}/try-fixes`;
    expect((await send(address, { json })).status).toBe(401);
  });
});

describe('what members do', () => {
  test('reads uploads again, so that files that are told later are matched', async () => {
    const sha = newSha();
    await storeTree(sha, ['other.ts']);
    await upload(server, { sha, report: lcov('x/y/a.ts', 'other.ts') });
    expect((await commitAt(sha)).coverage).toMatchObject({ files: 1 });
    const { kysely } = server.app.database;
    const key = metaKey(world.lumen.id, sha, 'tree', Buffer.alloc(16, 7));
    const tree = { 'x/y/a.ts': '0'.repeat(40), 'other.ts': '0'.repeat(40) };
    await server.app.objects.put(key, zstdCompressSync(JSON.stringify(tree)));
    await kysely.updateTable('commits').set({ files_key: key }).where('sha', '=', sha).execute();
    const merges = server.events.length;
    const address = `${server.url}${R}/commits/${sha}/reprocess`;
    expect((await send(address, { ...as(world.otto), json: {} })).status).toBe(404);
    const answered = await send(address, { ...as(world.mira), json: {} });
    expect(answered).toMatchObject({ status: 200, body: { uploads: 1 } });
    await eventually(
      server,
      (event) =>
        event.type === 'commit.merged' && event.data['commit'] === sha && server.events.indexOf(event) >= merges,
    );
    expect(await commitAt(sha)).toMatchObject({ state: 'processed', coverage: { files: 2 } });
  });

  test('deletes an upload for administrators alone, and the report is made without it', async () => {
    const sha = newSha();
    await upload(server, { sha, name: 'one', report: lcov('a.ts') });
    await upload(server, { sha, name: 'two', report: lcov('b.ts') });
    const { uploads } = await commitAt(sha);
    const remove = (id: string, token: string) =>
      send(`${server.url}${R}/uploads/${id}`, { ...as(token), method: 'DELETE' });
    expect((await remove(uploads[0].id, world.mira)).status).toBe(403);
    const merges = server.events.length;
    const raw = await rawKeyOf(uploads[0].id);
    expect((await remove(uploads[0].id, olga)).status).toBe(204);
    await eventually(
      server,
      (event) =>
        event.type === 'commit.merged' && event.data['commit'] === sha && server.events.indexOf(event) >= merges,
    );
    expect(await commitAt(sha)).toMatchObject({ uploads_all: 1, coverage: { files: 1 } });
    expect(await server.app.objects.stat(raw)).toBeNull();
    expect((await remove(uploads[1].id, olga)).status).toBe(204);
    expect(await commitAt(sha)).toMatchObject({ uploads_all: 0, coverage: null, state: 'no_report' });
    expect((await findCommit(server.app.database.kysely, world.lumen.id, sha))?.report_key).toBeNull();
    expect((await remove(uploads[1].id, olga)).status).toBe(404);
  });

  test('takes the report along as lcov', async () => {
    const response = await fetch(`${server.url}${R}/commits/${HEAD}/report.lcov`, as(world.mira));
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${HEAD.slice(0, 12)}.lcov.info"`);
    const text = await response.text();
    expect(text.match(/^SF:/gm)).toHaveLength(6);
    expect(text).toContain('SF:src/a.ts\nBRDA:7,0,0,1\nBRDA:7,0,1,0\n');
  });

  test('takes the report along as Cobertura', async () => {
    const response = await fetch(`${server.url}${R}/commits/${HEAD}/report.xml`, as(world.mira));
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="${HEAD.slice(0, 12)}.cobertura.xml"`,
    );
    const text = await response.text();
    expect(text.match(/<class /g)).toHaveLength(6);
    expect(text).toContain('<line number="7" hits="1" branch="true" condition-coverage="50% (1/2)"/>');
    expect((await fetch(`${server.url}${R}/commits/${HEAD}/report.xml`, as(world.otto))).status).toBe(404);
  });

  test('fetches raw bytes by a signed address', async () => {
    const { uploads } = await commitAt(HEAD);
    const { raw_path: path } = await get<UploadAnswer>(`${R}/uploads/${uploads[1].id}`);
    const led = await send(server.url + path, as(world.mira));
    expect(led.status).toBe(302);
    const bytes = await send(led.headers.get('location')!);
    expect(bytes.text).toContain('SF:cli.ts');
    expect(bytes.headers.get('content-disposition')).toContain('attachment');
  });
});

async function rawKeyOf(id: string): Promise<string> {
  const { raw_key: key } = await server.app.database.kysely
    .selectFrom('uploads')
    .select('raw_key')
    .where('external_id', '=', id)
    .executeTakeFirstOrThrow();
  return key!;
}
