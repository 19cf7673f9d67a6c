import { describe, expect, test } from 'vitest';
import { setUpApi } from '../support/api.ts';
import { EMPTY, FEATURE, FIRST, HEAD, SECOND } from '../support/api-world.ts';

const R = '/api/v2/gh/acme/repos/lumen';

const api = setUpApi();
const { server, ask } = api;

const asMira = (path: string) => ask(path, { token: api.world.mira });

describe('branches', () => {
  test('11: `ordering` sorts branches, and the last changed one comes first without it', async () => {
    const names = async (query: string) => {
      const { body } = await asMira(`${R}/branches${query}`);
      return body.results.map(({ name }: { readonly name: string }) => name);
    };
    expect(await names('')).toEqual(['feature/x', 'main']);
    expect(await names('?ordering=name')).toEqual(['feature/x', 'main']);
    expect(await names('?ordering=-name')).toEqual(['main', 'feature/x']);
    expect(await names('?ordering=updatestamp')).toEqual(['main', 'feature/x']);
    expect(await names('?author=12')).toEqual([]);
    expect((await asMira(`${R}/branches?author=mira`)).body).toEqual({ author: ['A valid integer is required.'] });
  });

  test.each(['feature%2Fx', 'feature/x', 'feature%2Fx.json'])(
    '20: the branch %s is found, and the files of its head carry no lines',
    async (name) => {
      const { status, body } = await asMira(`${R}/branches/${name}`);
      expect(status).toBe(200);
      expect(body.name).toBe('feature/x');
      expect(body.head_commit.commitid).toBe(FEATURE);
      expect(body.head_commit.report.files.map(({ name }: { readonly name: string }) => name)).toEqual([
        'src/a.ts',
        'src/old.ts',
      ]);
      for (const file of body.head_commit.report.files) expect(file).not.toHaveProperty('line_coverage');
    },
  );

  test('20: an unknown branch is 404', async () => {
    expect((await asMira(`${R}/branches/feature/y`)).status).toBe(404);
  });
});

describe('commits', () => {
  test('commits come newest first, and `branch` keeps those of one', async () => {
    const shas = async (query: string) => {
      const { body } = await asMira(`${R}/commits${query}`);
      return body.results.map(({ commitid }: { readonly commitid: string }) => commitid);
    };
    expect(await shas('')).toEqual([EMPTY, FEATURE, HEAD, SECOND, FIRST]);
    expect(await shas('?branch=main')).toEqual([HEAD, SECOND, FIRST]);
  });

  test('21: totals of a commit are null without a report, and cut to two decimals with one', async () => {
    const { body } = await asMira(`${R}/commits`);
    const [empty, , head] = body.results;
    expect(empty).toMatchObject({
      totals: null,
      state: 'pending',
      author: { service: 'github', username: null, name: 'Mira Holt' },
    });
    expect(empty.message).toBeNull();
    // The merged report of both uploads.
    expect(head.totals).toMatchObject({
      files: 6,
      lines: 18,
      hits: 11,
      misses: 6,
      partials: 1,
      coverage: 61.11,
      sessions: 2,
      branches: 1,
      diff: 0,
    });
    expect(head.totals).not.toHaveProperty('messages');
  });

  test('22: line states are 0 hit, 1 miss, 2 partial, and the parent is the nearest with coverage', async () => {
    const { body } = await asMira(`${R}/commits/${HEAD}`);
    const file = body.report.files.find(({ name }: { readonly name: string }) => name === 'src/a.ts');
    expect(file.line_coverage).toEqual([
      [3, 0],
      [4, 0],
      [7, 2],
      [9, 0],
    ]);
    expect(file.totals).toMatchObject({ files: 0, sessions: 0, lines: 4, coverage: 75, messages: 0 });
    expect(body.report.totals).toMatchObject({ files: 6, sessions: 2, coverage: 61.11, messages: 0 });
    const core = body.report.files.find(({ name }: { readonly name: string }) => name === 'src/core/merge.ts');
    expect(core.line_coverage.slice(4, 6)).toEqual([
      [5, 0],
      [6, 1],
    ]);
    // The stored parent has no upload; its own parent has.
    expect(body.parent).toBe(SECOND);
  });

  test('22: a first commit has no parent', async () => {
    expect((await asMira(`${R}/commits/${FIRST}`)).body.parent).toBeNull();
  });

  test('`include` decides how much of the report is sent', async () => {
    const none = await asMira(`${R}/commits/${HEAD}?include=none`);
    expect(none.body.report).toMatchObject({ totals: { lines: 18 }, files: [] });
    const files = await asMira(`${R}/commits/${HEAD}?include=files`);
    expect(files.body.report.files).toHaveLength(6);
    expect(files.body.report.files[0]).not.toHaveProperty('line_coverage');
    const wrong = await asMira(`${R}/commits/${HEAD}?include=all`);
    expect(wrong).toMatchObject({ status: 400, body: { include: ['"all" is not a valid choice.'] } });
  });

  test('a commit without a report has null for it', async () => {
    expect((await asMira(`${R}/commits/${EMPTY}`)).body.report).toBeNull();
  });

  test.each([HEAD.slice(0, 7), HEAD.slice(0, 12).toUpperCase(), `${HEAD}.json`])(
    'the commit is found by %s, and the answer has the whole hash',
    async (sha) => {
      const { status, body } = await asMira(`${R}/commits/${sha}?include=none`);
      expect(status).toBe(200);
      expect(body.commitid).toBe(HEAD);
    },
  );

  test('a beginning that several commits share, or that is too short, is 404', async () => {
    const { kysely } = server.app.database;
    const twins = ['1234567a', '1234567b'].map((start) => start.padEnd(40, '0'));
    const repository_id = api.world.open.id;
    await kysely
      .insertInto('commits')
      .values(twins.map((sha) => ({ repository_id, sha })))
      .execute();
    const open = '/api/v2/gh/acme/repos/open/commits';
    expect((await asMira(`${open}/1234567`)).status).toBe(404);
    expect((await asMira(`${open}/1234567a`)).status).toBe(200);
    expect((await asMira(`${R}/commits/${HEAD.slice(0, 6)}`)).status).toBe(404);
  });
});

describe('uploads of a commit', () => {
  test('23: states, ids and times are those of the compatible system', async () => {
    const { body } = await asMira(`${R}/commits/${HEAD}/uploads/`);
    expect(body.count).toBe(2);
    const [unit, endToEnd] = body.results;
    expect(unit).toMatchObject({
      flags: ['unit'],
      provider: 'github-actions',
      name: 'node-22',
      state: 'merged',
      state_id: 6,
      state_name: 'MERGED',
      upload_type: 'uploaded',
      upload_extras: {},
      totals: { files: 6, lines: 17, hits: 10 },
    });
    expect(unit.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
    expect(unit.storage_path).toMatch(/^v4\/raw\//);
    expect(endToEnd.name).toBeNull();
  });

  test('23: an unknown commit is 404', async () => {
    expect((await asMira(`${R}/commits/${'0'.repeat(40)}/uploads/`)).status).toBe(404);
  });

  test('23: strangers are not told where raw uploads lie', async () => {
    const { body } = await ask(`/api/v2/gh/acme/repos/open/commits/${FIRST}/uploads`);
    expect(body.results[0].storage_path).toBeNull();
  });
});

describe('our additions', () => {
  test('50: objects of v2 have them only when asked for', async () => {
    for (const path of [`${R}/commits`, `${R}/commits/${HEAD}/uploads`]) {
      const plain = await asMira(path);
      for (const item of plain.body.results) expect(item).not.toHaveProperty('thatch');
      const byQuery = await asMira(`${path}?thatch=1`);
      const byHeader = await ask(path, { token: api.world.mira, headers: { 'thatch-extend': '1' } });
      expect(byHeader.body.results[0].thatch).toBeDefined();
      expect(byQuery.body.results).toEqual(byHeader.body.results);
    }
  });

  test('50: a commit tells the integers of its percentage and the digest of its report', async () => {
    const { body } = await asMira(`${R}/commits/${HEAD}?include=none&thatch=1`);
    expect(body.thatch).toMatchObject({
      coverage: { percent: 61.11111, lines: 18, hits: 11, misses: 6, partials: 1 },
      report_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(body.thatch.generation).toBe(body.thatch.merged_generation);
  });
});
