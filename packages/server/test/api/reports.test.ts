import { describe, expect, test } from 'vitest';
import { setUpApi } from '../support/api.ts';
import { EMPTY, FEATURE, FIRST, HEAD, REPORTS, SECOND, upload } from '../support/api-world.ts';

const R = '/api/v2/gh/acme/repos/lumen';

interface Named {
  readonly name: string;
}

const api = setUpApi();
const { server, ask } = api;

const asMira = (path: string) => ask(`${R}/${path}`, { token: api.world.mira });
const namesIn = async (path: string) => (await asMira(path)).body.files.map(({ name }: Named) => name);

describe('totals and report', () => {
  test('25: the report has the lines of every file, the totals have none', async () => {
    const totals = await asMira('totals');
    expect(totals.body.files).toHaveLength(6);
    for (const file of totals.body.files) expect(file).not.toHaveProperty('line_coverage');
    const report = await asMira('report');
    for (const file of report.body.files) expect(file.line_coverage.length).toBeGreaterThan(0);
    expect(report.body.totals).toEqual(totals.body.totals);
    expect(report.body.totals).toMatchObject({ files: 6, lines: 18, hits: 11, coverage: 61.11, sessions: 2 });
    expect(report.body.commit_file_url).toBe(`${server.url}/github/acme/lumen/commit/${HEAD}/tree/`);
  });

  test('26: `sha` beats `branch`, which beats the default branch', async () => {
    expect(await namesIn(`totals?sha=${FIRST}&branch=feature/x`)).toEqual(['src/a.ts', 'src/old.ts']);
    expect((await asMira(`totals?sha=${SECOND}&branch=feature/x`)).body.totals.lines).toBe(3);
    expect((await asMira('totals?branch=feature/x')).body.commit_file_url).toContain(FEATURE);
    expect((await asMira(`totals?sha=${FIRST.slice(0, 8)}`)).body.commit_file_url).toContain(FIRST);
  });

  test.each(['totals', 'report', 'report/tree', 'file_report/cli.ts'])(
    '26: unknown branch, unknown commit and a commit without a report are 404 for %s',
    async (path) => {
      for (const query of ['branch=nowhere', `sha=${'9'.repeat(40)}`, `sha=${EMPTY}`, 'sha=main']) {
        expect((await asMira(`${path}?${query}`)).status, query).toBe(404);
      }
    },
  );

  test('27: `path` is the literal beginning of a path', async () => {
    expect(await namesIn('totals?path=src/a')).toEqual(['src/a.ts', 'src/ab.ts']);
    expect((await asMira('totals?path=src.a')).status).toBe(404);
    expect((await asMira('totals?path=s.*')).status).toBe(404);
    expect(await namesIn('totals?path=src/core/')).toEqual(['src/core/deep/er/one.ts', 'src/core/merge.ts']);
    const { body } = await asMira('totals?path=src/core/');
    expect(body.totals).toMatchObject({ files: 2, lines: 10, hits: 6, sessions: 2 });
    expect(body.commit_file_url).toBe(`${server.url}/github/acme/lumen/commit/${HEAD}/tree/src/core/`);
  });

  test('27: nothing left is 404, and exactly one file has the address of its page', async () => {
    expect((await asMira('totals?path=nothing')).status).toBe(404);
    expect((await asMira('report?path=nothing')).status).toBe(404);
    const { body } = await asMira('report?path=src/a.ts');
    expect(body.commit_file_url).toBe(`${server.url}/github/acme/lumen/commit/${HEAD}/blob/src/a.ts`);
    expect(body.files).toHaveLength(1);
  });

  test('a flag has the report of its uploads', async () => {
    const endToEnd = (await asMira('report?flag=e2e')).body;
    expect(endToEnd.totals).toMatchObject({ files: 2, lines: 3, hits: 2, misses: 1, sessions: 1 });
    expect(endToEnd.files.map(({ name }: Named) => name)).toEqual(['cli.ts', 'src/a.ts']);
    const unit = (await asMira('report?flag=unit&path=src/a.ts')).body;
    // The line that only the other flag hits is a miss here.
    expect(unit.files[0].line_coverage.at(-1)).toEqual([9, 1]);
  });

  test('a flag that nothing was uploaded for is an empty report', async () => {
    const { status, body } = await asMira('report?flag=nightly');
    expect(status).toBe(200);
    expect(body).toMatchObject({ files: [], totals: { files: 0, lines: 0, coverage: 0, sessions: 0 } });
    expect((await asMira('report?flag=nightly&path=src')).status).toBe(404);
    expect((await asMira('report/tree?flag=nightly')).body).toEqual([]);
  });

  test('28: an unknown component is 404', async () => {
    expect((await asMira('report?component_id=core')).status).toBe(404);
    expect((await asMira('totals?component_id=core&path=src')).status).toBe(404);
  });
});

describe('tree', () => {
  test('29: one level without children is the default, in the order of the report', async () => {
    const { body } = await asMira('report/tree');
    expect(body.map(({ name }: Named) => name)).toEqual(['cli.ts', 'src', 'srcXa.ts']);
    for (const node of body) expect(node).not.toHaveProperty('children');
    expect(body[1]).toMatchObject({ full_path: 'src', lines: 15, hits: 9, partials: 1, misses: 5, coverage: 60 });
  });

  test('29: `depth` shows more levels, a lonely directory is one node with its child, sums are those of the children', async () => {
    const { body } = await asMira('report/tree?depth=3');
    const source = body[1];
    expect(source.children.map(({ name }: Named) => name)).toEqual(['a.ts', 'ab.ts', 'core']);
    const core = source.children[2];
    expect(core.children.map(({ name }: Named) => name)).toEqual(['deep/er', 'merge.ts']);
    expect(core.children[0]).toMatchObject({ full_path: 'src/core/deep/er', lines: 2 });
    expect(core.children[0]).not.toHaveProperty('children');
    const sum = (nodes: { readonly lines: number }[]) => nodes.reduce((total, { lines }) => total + lines, 0);
    expect(sum(source.children)).toBe(source.lines);
    expect(sum(core.children)).toBe(core.lines);
  });

  test('29: `path` names a whole directory or file', async () => {
    const names = async (path: string) =>
      (await asMira(`report/tree?path=${path}`)).body.map(({ name }: Named) => name);
    expect(await names('src/core')).toEqual(['deep/er', 'merge.ts']);
    expect(await names('src/core/')).toEqual(['deep/er', 'merge.ts']);
    expect(await names('src/a.ts')).toEqual(['a.ts']);
    expect(await names('src/co')).toEqual([]);
  });

  test.each(['x', '0', '-1', '1.5', ''])('30: a depth of "%s" is 400', async (depth) => {
    const { status, body } = await asMira(`report/tree?depth=${depth}`);
    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(['depth']);
  });
});

describe('one file', () => {
  test('it has its lines, its commit and the address of its page', async () => {
    const { body } = await asMira('file_report/src/a.ts');
    expect(body).toMatchObject({
      name: 'src/a.ts',
      commit_sha: HEAD,
      commit_file_url: `${server.url}/github/acme/lumen/commit/${HEAD}/blob/src/a.ts`,
      totals: { lines: 4, hits: 3, partials: 1, coverage: 75, sessions: 0 },
    });
    expect(body.line_coverage).toEqual([
      [3, 0],
      [4, 0],
      [7, 2],
      [9, 0],
    ]);
  });

  test.each(['file_report/src%2Fa.ts', 'file_report/src/a.ts/'])('%s is the same', async (path) => {
    expect((await asMira(path)).body.name).toBe('src/a.ts');
  });

  test('31: `walk_back` finds the file in an ancestor and says in which', async () => {
    expect((await asMira('file_report/src/old.ts')).status).toBe(404);
    expect((await asMira('file_report/src/gone.ts?walk_back=1')).status).toBe(404);
    expect((await asMira('file_report/src/gone.ts?walk_back=2')).body.commit_sha).toBe(SECOND);
    expect((await asMira('file_report/src/old.ts?walk_back=2')).status).toBe(404);
    const oldest = await asMira('file_report/src/old.ts?walk_back=3');
    expect(oldest.body).toMatchObject({ commit_sha: FIRST, name: 'src/old.ts' });
  });

  test('31: `oldest_sha` is the last commit that is asked', async () => {
    expect((await asMira(`file_report/src/old.ts?walk_back=9&oldest_sha=${SECOND}`)).status).toBe(404);
    expect((await asMira(`file_report/src/gone.ts?walk_back=9&oldest_sha=${SECOND}`)).body.commit_sha).toBe(SECOND);
    expect((await asMira(`file_report/src/old.ts?walk_back=9&oldest_sha=${FIRST}`)).body.commit_sha).toBe(FIRST);
  });

  test('31: a commit that is not complete is passed over, but answers where no ancestor may', async () => {
    const sha = '98'.repeat(20);
    await upload(server, { sha, parent: SECOND, branch: 'unfinished', report: REPORTS.first });
    const { kysely } = server.app.database;
    await kysely.updateTable('commits').set({ state: 'pending' }).where('sha', '=', sha).execute();
    expect((await asMira(`file_report/src/a.ts?sha=${sha}&walk_back=1`)).body.commit_sha).toBe(SECOND);
    expect((await asMira(`file_report/src/a.ts?sha=${sha}`)).body.commit_sha).toBe(sha);
  });

  test('31: more than 20 is 400 as a list, a negative number is 0, no number is 400', async () => {
    const far = await asMira('file_report/cli.ts?walk_back=21');
    expect(far).toMatchObject({ status: 400, body: [expect.any(String)] });
    expect((await asMira('file_report/cli.ts?walk_back=-1')).status).toBe(200);
    expect((await asMira('file_report/src/gone.ts?walk_back=-1')).status).toBe(404);
    expect((await asMira('file_report/cli.ts?walk_back=far')).body).toEqual({
      walk_back: ['A valid integer is required.'],
    });
  });
});

describe('why', () => {
  const T = `/api/thatch/v1/repos/gh/acme/lumen/commits`;
  const own = (path: string) => ask(`${T}/${path}`, { token: api.world.mira });

  test('a line tells what each upload says of it and which one decides', async () => {
    const { body } = await own(`${HEAD}/lines/src/a.ts?line=9`);
    expect(body.next_cursor).toBeNull();
    expect(body.data).toMatchObject([
      {
        line: 9,
        state: 0,
        value: 5,
        uploads: expect.arrayContaining([
          expect.objectContaining({ flags: ['unit'], raw_value: 0, rule: 'outweighed', format: 'lcov' }),
          expect.objectContaining({ flags: ['e2e'], raw_value: 5, rule: 'decided' }),
        ]),
      },
    ]);
  });

  test('a partial line tells the branches that were not taken', async () => {
    const { body } = await own(`${HEAD}/lines/src/a.ts?line=7`);
    expect(body.data[0]).toMatchObject({ state: 2, value: '1/2', missing_branches: ['0:1'] });
    expect(body.data[0].uploads).toHaveLength(1);
    expect(body.data[0].uploads[0]).toMatchObject({ rule: 'decided', missing_branches: ['0:1'] });
  });

  test('all lines come by the page; a line without a record is none', async () => {
    const first = await own(`${HEAD}/lines/src/a.ts?limit=3`);
    expect(first.body.data.map(({ line }: { readonly line: number }) => line)).toEqual([3, 4, 7]);
    const second = await own(`${HEAD}/lines/src/a.ts?limit=3&cursor=${first.body.next_cursor}`);
    expect(second.body.data.map(({ line }: { readonly line: number }) => line)).toEqual([9]);
    expect((await own(`${HEAD}/lines/src/a.ts?line=5`)).body.data).toEqual([]);
    expect((await own(`${HEAD}/lines/src/none.ts`)).status).toBe(404);
    expect((await own(`${HEAD}/lines/src/a.ts?line=x`)).status).toBe(400);
  });

  test('nothing is judged yet', async () => {
    expect((await own(`${HEAD}/verdicts`)).body).toEqual([]);
    expect((await own(`${'8'.repeat(40)}/verdicts`)).status).toBe(404);
  });

  test('an upload tells its formats, times, sender and what was discarded', async () => {
    const sha = '77'.repeat(20);
    const report = 'SF:/etc/../../x.c\nDA:1,1\nend_of_record\nSF:src/kept.c\nDA:1,1\nend_of_record\n';
    await upload(server, { sha, branch: 'odd', report });
    const { body } = await own(`${sha}/uploads`);
    expect(body.data[0]).toMatchObject({
      state: 'merged',
      reason_code: null,
      errors: [],
      format: 'lcov',
      bytes: report.length,
      files_in: 2,
      client: { name: 'codecov-cli', version: '11.3.1' },
      timings_ms: { queued: expect.any(Number), parse: expect.any(Number), merge: expect.any(Number) },
    });
    const [{ discarded, discarded_count, files_kept }] = body.data;
    expect(files_kept + discarded_count).toBe(2);
    expect(discarded).toHaveLength(discarded_count);
    for (const source of discarded) expect(source.suggested_fix).not.toBe('');
  });

  test('an upload that fails tells why and what to do', async () => {
    const sha = '66'.repeat(20);
    await upload(server, { sha, branch: 'broken', report: '\u0001\u0002 this is no report' });
    const { body } = await own(`${sha}/uploads`);
    const [failed] = body.data;
    expect(failed).toMatchObject({ state: 'error', discarded: [], files_kept: null });
    expect(failed.reason_code).toBe(failed.errors[0].code);
    expect(failed.errors[0].hint).not.toBe('');
    const [compatible] = (await asMira(`commits/${sha}/uploads?thatch=1`)).body.results;
    expect(compatible).toMatchObject({
      state: 'error',
      state_id: 3,
      state_name: 'ERROR',
      totals: null,
      thatch: failed,
    });
  });
});
