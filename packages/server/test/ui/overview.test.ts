import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BranchesAnswer } from '../../src/http/ui/contract/branches.ts';
import type { FlagsAnswer, OverviewAnswer, RefAnswer } from '../../src/http/ui/contract/overview.ts';
import type { PathsAnswer } from '../../src/http/ui/contract/paths.ts';
import type { MapAnswer, StripsAnswer, TreeAnswer } from '../../src/http/ui/contract/tree.ts';
import type { TrendAnswer } from '../../src/http/ui/contract/trend.ts';
import { EMPTY, FEATURE, FIRST, HEAD, makeApiWorld, SECOND, upload, type ApiWorld } from '../support/api-world.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let world: ApiWorld;

beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
  const { kysely } = server.app.database;
  // As uploaders tell: a month and more between the first and the last.
  const days: readonly (readonly [sha: string, days: number])[] = [
    [FIRST, 50],
    [SECOND, 31],
    [HEAD, 2],
    [EMPTY, 1],
  ];
  for (const [sha, age] of days) {
    await kysely
      .updateTable('commits')
      .set({ committed_at: new Date(Date.now() - age * 86_400_000) })
      .where('repository_id', '=', world.lumen.id)
      .where('sha', '=', sha)
      .execute();
  }
  await kysely.updateTable('commits').set({ branch: 'main', tag: 'v1/rc' }).where('sha', '=', EMPTY).execute();
});

afterAll(() => server.stop());

interface Asked<Answer> {
  readonly status: number;
  readonly body: Answer;
}

async function ask<Answer>(path: string, token: string | null = world.mira, repository = 'gh/acme/lumen') {
  const response = await fetch(`${server.url}/api/ui/repos/${repository}${path}`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Answer } satisfies Asked<Answer>;
}

describe('the overview', () => {
  test('row 7: shows the newest report of the default branch, and what came after it without one', async () => {
    const { body } = await ask<OverviewAnswer>('/overview');
    expect(body.repository).toMatchObject({ service: 'gh', owner: 'acme', name: 'lumen', right: 'member' });
    expect(body.repository.default_branch).toBe('main');
    expect(body.view).toMatchObject({
      kind: 'report',
      ref: { ref: 'main', path: '', kind: 'branch' },
      branch: 'main',
      commit: { sha: HEAD, state: 'processed' },
      coverage: { files: 6, lines: 18, hits: 11, coverage: '61.11' },
      newer: 1,
      stale: null,
    });
    expect(body.commits.map(({ sha }) => sha)).toEqual([EMPTY, HEAD, SECOND, FIRST]);
  });

  test('row 29: compares with the newest report that is 30 days old today, from the integers', async () => {
    const { body } = await ask<OverviewAnswer>('/overview');
    if (body.view.kind !== 'report') throw new Error(body.view.kind);
    // 11/18 − 2/3 = −5.555… points.
    expect(body.view.change).toMatchObject({
      against: 'month',
      sha: SECOND,
      change: { text: '−5.55', direction: 'down' },
    });
  });

  test('compares with the oldest report where none is 30 days old', async () => {
    const { body } = await ask<OverviewAnswer>(`/overview?ref=${SECOND}`);
    if (body.view.kind !== 'report') throw new Error(body.view.kind);
    expect(body.view.ref).toMatchObject({ kind: 'commit', sha: SECOND });
    expect(body.view.change).toMatchObject({ against: 'oldest', sha: FIRST });
  });

  test.each([
    ['tree', 'tree', 'sort=name&direction=ASC'],
    ['list', 'files', 'sort=misses&direction=DESC'],
    ['tree', 'tree', 'sort=lines&direction=DESC&flags=unit&search=src'],
  ])('rows=%s brings what /%s says with %s', async (rows, path, choice) => {
    const { body } = await ask<OverviewAnswer>(`/overview?rows=${rows}&${choice}`);
    if (body.view.kind !== 'report') throw new Error(body.view.kind);
    const alone = await ask<TreeAnswer>(`/${path}?sha=${HEAD}&${choice}`);
    expect(alone.body.rows.length).toBeGreaterThan(0);
    expect(body.view.rows).toEqual(alone.body);
  });

  test('the first rows are those of the folder of the address, and absent when nobody asks for them', async () => {
    const inFolder = await ask<OverviewAnswer>('/overview?ref=main&path=src/&rows=tree');
    const alone = await ask<TreeAnswer>(`/tree?sha=${HEAD}&path=src`);
    expect(alone.body.rows.length).toBeGreaterThan(0);
    expect(inFolder.body.view).toMatchObject({ kind: 'report', rows: alone.body });
    expect((await ask<OverviewAnswer>('/overview')).body.view).toMatchObject({ kind: 'report', rows: null });
    expect((await ask('/overview?rows=all')).status).toBe(400);
  });

  test('a ref without a report leads to the nearest ancestor that has one', async () => {
    const { kysely } = server.app.database;
    await kysely
      .insertInto('commit_graph')
      .values([
        { repository_id: world.lumen.id, sha: EMPTY, parents: ['f'.repeat(40)], committed_at: null },
        { repository_id: world.lumen.id, sha: 'f'.repeat(40), parents: [SECOND], committed_at: null },
      ])
      .execute();
    const { body } = await ask<OverviewAnswer>(`/overview?ref=${EMPTY}`);
    expect(body.view).toMatchObject({
      kind: 'no_report',
      ref: { kind: 'commit', sha: EMPTY },
      nearest: { sha: SECOND, distance: 2, coverage: { lines: 3, hits: 2 } },
    });
  });

  test('an unknown ref is told as it was typed', async () => {
    const { status, body } = await ask<OverviewAnswer>('/overview?ref=no&path=such/thing');
    expect(status).toBe(200);
    expect(body.view).toEqual({ kind: 'unknown', text: 'no/such/thing' });
  });

  test('a repository without uploads is empty', async () => {
    const { body } = await ask<OverviewAnswer>('/overview', world.ada, 'gh/acme/core');
    expect(body).toMatchObject({ view: { kind: 'empty' }, commits: [], repository: { right: 'operator' } });
  });

  test('the stored spelling is told, whatever the case of the address', async () => {
    const { body } = await ask<OverviewAnswer>('/overview', world.mira, 'GitHub/ACME/Lumen');
    expect(body.repository).toMatchObject({ service: 'gh', owner: 'acme', name: 'lumen' });
  });

  test.each([
    '',
    '/overview',
    '/ref',
    '/tree?sha=x',
    '/files',
    '/map',
    '/strips?files=1',
    '/paths',
    '/trend',
    '/branches',
    '/flags',
  ])('row 30: who may not read is told of %s what is told of a repository that is none', async (path) => {
    for (const token of [world.otto, null]) {
      const hidden = await ask<Record<string, unknown>>(path, token);
      const unknown = await ask<Record<string, unknown>>(path, token, 'gh/acme/none');
      expect(hidden.status).toBe(unknown.status);
      expect({ ...hidden.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
      expect([401, 404]).toContain(hidden.status);
    }
  });
});

describe('a ref', () => {
  const refOf = async (query: string) => (await ask<RefAnswer>(`/ref?${query}`)).body;

  test('row 8: with a slash is found written as one segment and as several', async () => {
    const wanted = { ref: 'feature/x', path: 'src/core', kind: 'branch', sha: FEATURE };
    expect(await refOf('ref=feature/x&path=src/core')).toEqual(wanted);
    expect(await refOf('ref=feature&path=x/src/core')).toEqual(wanted);
    expect(await refOf('ref=feature&path=x/src/core/')).toEqual(wanted);
  });

  test('is a branch before a tag before a commit', async () => {
    expect(await refOf('ref=main&path=src')).toEqual({ ref: 'main', path: 'src', kind: 'branch', sha: HEAD });
    expect(await refOf('ref=v1&path=rc/src')).toEqual({ ref: 'v1/rc', path: 'src', kind: 'tag', sha: EMPTY });
    expect(await refOf(`ref=${HEAD.slice(0, 7)}&path=src`)).toMatchObject({ kind: 'commit', path: 'src', sha: HEAD });
  });

  test('of fewer than seven digits, unknown or malformed is not found', async () => {
    for (const query of [`ref=${HEAD.slice(0, 6)}`, 'ref=nowhere', 'ref=%25', 'ref=%00', `ref=${'a/'.repeat(500)}`])
      expect([400, 404]).toContain((await ask(`/ref?${query}`)).status);
  });
});

describe('the tree', () => {
  const treeOf = async (query: string) => (await ask<TreeAnswer>(`/tree?sha=${HEAD}&${query}`)).body;
  const sum = (rows: TreeAnswer['rows']) => rows.reduce((lines, row) => lines + row.lines, 0);

  test('row 7: the rows of a folder add up to its totals under every filter', async () => {
    for (const query of [
      '',
      'path=src',
      'path=src/core',
      'search=core',
      'flags=e2e',
      'flags=e2e&flags=unit',
      'flags=unit&search=A.TS',
    ]) {
      const { rows, totals } = await treeOf(query);
      expect(sum(rows), query).toBe(totals.lines);
      expect(
        rows.reduce((hits, row) => hits + row.hits, 0),
        query,
      ).toBe(totals.hits);
      expect(
        rows.reduce((files, row) => files + row.files, 0),
        query,
      ).toBe(totals.files);
    }
  });

  test('folders go first, chains are joined, files know their place', async () => {
    const { rows } = await treeOf('');
    expect(rows.map(({ kind, name, index }) => [kind, name, index])).toEqual([
      ['folder', 'src', null],
      ['file', 'cli.ts', 0],
      ['file', 'srcXa.ts', 5],
    ]);
    expect((await treeOf('path=src/core')).rows.map(({ name }) => name)).toEqual(['deep/er', 'merge.ts']);
  });

  test('is sorted inside a folder by any column', async () => {
    expect((await treeOf('path=src&sort=lines&direction=DESC')).rows.map(({ name }) => name)).toEqual([
      'core',
      'a.ts',
      'ab.ts',
    ]);
    expect((await treeOf('path=src&sort=coverage&direction=ASC')).rows.map(({ name }) => name)).toEqual([
      'core',
      'ab.ts',
      'a.ts',
    ]);
  });

  test('a flag shows the report of its uploads', async () => {
    const { rows, totals } = await treeOf('flags=e2e');
    expect(totals).toMatchObject({ files: 2, lines: 3, hits: 2 });
    expect(rows.map(({ path }) => path)).toEqual(['src', 'cli.ts']);
    expect((await ask(`/tree?sha=${HEAD}&flags=nothing`)).status).toBe(404);
  });

  test('the list has all files, sorted over all folders', async () => {
    const { body } = await ask<TreeAnswer>(`/files?sha=${HEAD}&sort=misses&direction=DESC`);
    expect(body.rows.map(({ name, misses }) => [name, misses])).toEqual([
      ['src/core/merge.ts', 3],
      ['cli.ts', 1],
      ['src/ab.ts', 1],
      ['src/core/deep/er/one.ts', 1],
      ['src/a.ts', 0],
      ['srcXa.ts', 0],
    ]);
    expect(sum(body.rows)).toBe(body.totals.lines);
  });

  test('an unknown sort, a wrong cursor and an unknown commit are refused', async () => {
    expect((await ask(`/tree?sha=${HEAD}&sort=size`)).status).toBe(400);
    expect((await ask(`/tree?sha=${HEAD}&cursor=-`)).status).toBe(400);
    expect((await ask(`/tree?sha=${'9'.repeat(40)}`)).status).toBe(404);
    expect((await ask(`/tree?sha=${EMPTY}`)).status).toBe(404);
  });
});

test('the map has boxes whose lines add up to their folder', async () => {
  const { body } = await ask<MapAnswer>(`/map?sha=${HEAD}`);
  expect(body.nodes[0]).toMatchObject({ parent: -1, lines: 18 });
  for (const [index, { kind, lines }] of body.nodes.entries()) {
    const children = body.nodes.filter(({ parent }) => parent === index);
    if (kind === 'folder') expect(children.reduce((total, child) => total + child.lines, 0)).toBe(lines);
  }
});

test('strips come for the files that are asked for, in their order', async () => {
  const { body } = await ask<StripsAnswer>(`/strips?sha=${HEAD}&files=4,0,99`);
  // src/core/merge.ts: five hits, three misses; cli.ts: a hit, a miss.
  expect(body.strips).toEqual([`${'h'.repeat(30)}${'m'.repeat(18)}`, `${'h'.repeat(24)}${'m'.repeat(24)}`, null]);
  for (const files of ['', '1,', '-1', 'x', Array.from({ length: 101 }, () => 1).join(',')])
    expect((await ask(`/strips?sha=${HEAD}&files=${files}`)).status).toBe(400);
});

test('all paths come with their missed lines, of the default branch where no commit is named', async () => {
  const { body } = await ask<PathsAnswer>('/paths');
  expect(body).toEqual({
    kind: 'all',
    sha: HEAD,
    paths: ['cli.ts', 'src/a.ts', 'src/ab.ts', 'src/core/deep/er/one.ts', 'src/core/merge.ts', 'srcXa.ts'],
    misses: [1, 0, 1, 1, 3, 0],
  });
  const found = await ask<{ found: { path: string }[] }>(`/path-search?sha=${HEAD}&search=MERGE`);
  expect(found.body.found).toEqual([{ path: 'src/core/merge.ts', misses: 3 }]);
});

test('row 9: the trend has a point for each commit by committer time, and none where there is no report', async () => {
  const { body } = await ask<TrendAnswer>('/trend?period=all%20time');
  expect(body.points.map(({ sha, coverage }) => [sha, coverage?.coverage ?? null])).toEqual([
    [FIRST, '66.66'],
    [SECOND, '66.66'],
    [HEAD, '61.11'],
    [EMPTY, null],
  ]);
  // The flag `e2e` came with the third; the last has no report.
  expect(body.points.map(({ flags }) => flags)).toEqual([null, null, { added: ['e2e'], removed: [] }, null]);
  const week = await ask<TrendAnswer>('/trend?period=7%20days');
  expect(week.body.points.map(({ sha }) => sha)).toEqual([HEAD, EMPTY]);
});

test('branches: the default first, then what moved last; a text is taken literally', async () => {
  await upload(server, { sha: 'ab'.repeat(20), branch: 'fix_100%', report: 'SF:a.ts\nDA:1,1\nend_of_record\n' });
  const { body } = await ask<BranchesAnswer>('/branches');
  expect(body.branches.map(({ name }) => name)).toEqual(['main', 'fix_100%', 'feature/x']);
  expect(body.branches[0]).toMatchObject({ is_default: true, head: HEAD, coverage: { coverage: '61.11' } });
  const named = async (search: string) =>
    (await ask<BranchesAnswer>(`/branches?search=${encodeURIComponent(search)}`)).body.branches.map(({ name }) => name);
  expect(await named('FEAT')).toEqual(['feature/x']);
  expect(await named('0%')).toEqual(['fix_100%']);
  expect(await named('_x')).toEqual([]);
});

test('flags have the coverage of their own uploads', async () => {
  const { body } = await ask<FlagsAnswer>(`/flags?sha=${HEAD}`);
  expect(body.names).toEqual(['unit', 'e2e']);
  expect(body.flags).toMatchObject([
    { name: 'unit', uploads: 1, coverage: { files: 6 } },
    { name: 'e2e', uploads: 1, coverage: { files: 2, lines: 3, hits: 2 } },
  ]);
});
