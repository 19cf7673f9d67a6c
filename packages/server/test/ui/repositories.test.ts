import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOrCreateOwner } from '../../src/database/queries/owners.ts';
import type { OwnerAnswer, RepositoriesAnswer, RepositoryRow } from '../../src/http/ui/contract/repositories.ts';
import { type ApiWorld, makeApiWorld } from '../support/api-world.ts';
import { MANY_REPOSITORIES } from '../support/many-repositories.ts';
import { send, startTestServer, type TestServer } from '../support/server.ts';
import { makeRepository } from '../support/upload-world.ts';

let server: TestServer;
let world: ApiWorld;
beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
});
afterAll(() => server.stop());

function ask(path: string, token?: string) {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return send(`${server.url}/api/ui/owners/${path}`, { headers: authorization });
}

async function list(query: string, token?: string, owner = 'gh/acme'): Promise<RepositoriesAnswer> {
  const { status, body, text } = await ask(`${owner}/repositories${query}`, token);
  if (status !== 200) throw new Error(text);
  return body as RepositoriesAnswer;
}

const names = ({ repositories }: RepositoriesAnswer): string[] => repositories.map(({ name }) => name);

async function makeWithMain(owner: string, name: string): Promise<number> {
  const { kysely } = server.app.database;
  const { id } = await makeRepository(kysely, owner, name, { isPrivate: false });
  await kysely.updateTable('repositories').set({ default_branch: 'main' }).where('id', '=', id).execute();
  return id;
}

/** A commit with a report as lists know it. */
async function addReport(
  repositoryId: number,
  {
    days,
    hits,
    lines = 100,
    branch = 'main',
    state = 'complete',
  }: { days: number; hits: number; lines?: number; branch?: string; state?: 'complete' | 'pending' },
): Promise<void> {
  await sql`
    insert into commits (repository_id, sha, branch, committed_at, state, wanted_generation, merged_generation,
      report_key, sessions, files, lines, hits, partials, misses)
    values (${repositoryId}, ${`${days}`.padStart(40, '0')}, ${branch}, now() - make_interval(days => ${days}), ${state}, 1, 1,
      'none', 1, 1, ${lines}, ${hits}, 0, ${lines - hits})
  `.execute(server.app.database.kysely);
}

describe('who sees which repositories', () => {
  test('everybody those that are public, people theirs, and sums are of what one sees', async () => {
    expect(names(await list('?ordering=NAME&direction=ASC'))).toEqual(['open', 'web']);
    expect(names(await list('?ordering=NAME&direction=ASC', world.mira))).toEqual(['core', 'lumen', 'open', 'web']);
    const [guest, member] = [(await ask('gh/ACME')).body, (await ask('github/acme', world.mira)).body] as OwnerAnswer[];
    expect(guest).toMatchObject({ service: 'gh', name: 'acme', repositories: 2, reporting: 1 });
    expect(guest.coverage).toEqual({ lines: 3, hits: 2, partials: 0, misses: 1, coverage: '66.66' });
    expect(member).toMatchObject({ repositories: 4, reporting: 2 });
    const { coverage } = (await list('?search=lumen', world.mira)).repositories[0];
    expect(member.coverage.lines).toBe(guest.coverage.lines + coverage!.lines);
    expect(member.coverage.hits).toBe(guest.coverage.hits + coverage!.hits);
  });

  test('an owner without anything to see is the same as none', async () => {
    await makeRepository(server.app.database.kysely, 'secret', 'plans');
    const { status, body } = await ask('gh/nobody');
    for (const [path, token] of [
      ['gh/secret', undefined],
      ['gh/secret/repositories', world.otto],
      ['gh/secret/repositories', undefined],
      ['nonsense/acme', world.ada],
    ] as const) {
      const refused = await ask(path, token);
      expect(refused.status).toBe(status);
      expect({ ...(refused.body as object), request_id: '' }).toEqual({ ...(body as object), request_id: '' });
    }
    expect((await ask('gh/secret', world.ada)).status).toBe(200);
  });

  test('a group of GitLab is one owner', async () => {
    const owner = await findOrCreateOwner(server.app.database.kysely, { service: 'gitlab', owner: 'group:sub' });
    await server.app.database.kysely
      .insertInto('repositories')
      .values({ owner_id: owner.id, name: 'deep', is_private: false })
      .execute();
    expect(names(await list('', undefined, 'gl/group%3Asub'))).toEqual(['deep']);
    expect(names(await list('', undefined, 'gl/group:sub'))).toEqual(['deep']);
  });
});

describe('a row', () => {
  test('has the newest report of the default branch, what it was 30 days ago, 90 days in thirty steps, and its state', async () => {
    const id = await makeWithMain('rows', 'busy');
    await addReport(id, { days: 100, hits: 10 });
    await addReport(id, { days: 65, hits: 40 });
    await addReport(id, { days: 40, hits: 50 });
    await addReport(id, { days: 31, hits: 60 });
    await addReport(id, { days: 29, hits: 70 });
    await addReport(id, { days: 20, hits: 80 });
    await addReport(id, { days: 1, hits: 99, branch: 'feature' });
    const [row] = (await list('', undefined, 'gh/rows')).repositories;
    expect(row).toMatchObject({
      name: 'busy',
      is_private: false,
      default_branch: 'main',
      coverage: { lines: 100, hits: 80, coverage: '80.00' },
      change: { change: { text: '+20.00', direction: 'up' }, against: 'month' },
      state: 'processed',
      stale: 20,
    });
    expect(row.trend).toHaveLength(30);
    // Three days each, the last one ends now. A value holds until the next report, but not over weeks.
    expect(row.trend.flatMap((value, index) => (value === null ? [] : [[index, value]]))).toEqual([
      [8, 40],
      [16, 50],
      [17, 50],
      [18, 50],
      [19, 60],
      [20, 70],
      [21, 70],
      [22, 70],
      [23, 80],
    ]);
  });

  test('compares with the newest report that was complete 30 days ago', async () => {
    const id = await makeWithMain('parts', 'slow');
    await addReport(id, { days: 35, hits: 60 });
    await addReport(id, { days: 31, hits: 20, state: 'pending' });
    await addReport(id, { days: 1, hits: 70 });
    const [row] = (await list('', undefined, 'gh/parts')).repositories;
    expect(row.change).toMatchObject({ change: { text: '+10.00' }, against: 'month' });
  });

  test('compares with the oldest report when none is 30 days old, and a single one with nothing', async () => {
    const { kysely } = server.app.database;
    const young = await makeWithMain('young', 'two');
    await addReport(young, { days: 9, hits: 50 });
    await addReport(young, { days: 3, hits: 49 });
    const single = await makeWithMain('young', 'one');
    await addReport(single, { days: 3, hits: 49 });
    await makeRepository(kysely, 'young', 'none', { isPrivate: false });
    const [none, one, two] = (await list('?ordering=NAME&direction=ASC', undefined, 'gh/young')).repositories;
    expect(two).toMatchObject({ change: { change: { text: '−1.00' }, against: 'oldest' }, stale: null });
    expect(one).toMatchObject({ coverage: { hits: 49 }, change: null });
    expect(none).toMatchObject({ coverage: null, change: null, at: null, state: null, stale: null });
  });
});

describe('a repository is stale', () => {
  const ids = new Map<string, number>();

  async function addCommits(repositoryId: number, count: number): Promise<void> {
    await sql`
      insert into commits (repository_id, sha, branch, committed_at)
      select ${repositoryId}, md5(n::text) || '00000000', 'main', now() - make_interval(secs => n) from generate_series(1, ${count}::int) n
    `.execute(server.app.database.kysely);
  }

  beforeAll(async () => {
    for (const [name, days, commits] of [
      ['fresh', 13, 20],
      ['late', 15, 0],
      ['passed', 2, 21],
    ] as const) {
      const id = await makeWithMain('silent', name);
      await addReport(id, { days, hits: 50 });
      await addCommits(id, commits);
      ids.set(name, id);
    }
    await makeWithMain('silent', 'unborn');
  });

  test('when its last report is older than 14 days, or more than 20 commits have come since', async () => {
    const { repositories } = await list('?ordering=NAME&direction=ASC', undefined, 'gh/silent');
    expect(repositories.map(({ name, stale }) => [name, stale])).toEqual([
      ['fresh', null],
      ['late', 15],
      ['passed', 2],
      ['unborn', null],
    ]);
  });

  test('for the filter just as for its row', async () => {
    const filtered = await list('?stale=true&ordering=NAME&direction=ASC', undefined, 'gh/silent');
    expect(names(filtered)).toEqual(['late', 'passed']);
    expect(filtered.all).toBe(2);
  });

  test('until a report comes', async () => {
    await addReport(ids.get('passed')!, { days: 0, hits: 50 });
    expect(names(await list('?stale=true', undefined, 'gh/silent'))).toEqual(['late']);
  });
});

describe('ten thousand repositories', () => {
  const many = 'gh/many';
  const page = (query: string) => list(query, undefined, many);

  beforeAll(async () => {
    const owner = await findOrCreateOwner(server.app.database.kysely, { service: 'github', owner: 'many' });
    await server.app.database.pool.query(MANY_REPOSITORIES, [owner.id, 10_000]);
    await server.app.database.pool.query('update repositories set is_private = false where owner_id = $1', [owner.id]);
    await server.app.database.pool.query('vacuum analyze commits');
  });

  test.each([
    ['COMMIT_DATE', ({ at }: RepositoryRow) => (at === null ? null : Date.parse(at))],
    ['COVERAGE', ({ coverage }: RepositoryRow) => (coverage === null ? null : coverage.hits / coverage.lines)],
    ['LINES', ({ coverage }: RepositoryRow) => coverage?.lines ?? null],
    [
      'CHANGE',
      ({ change }: RepositoryRow) =>
        change === null ? null : Number(change.change.text.replace('−', '-').replace('±', '')),
    ],
  ] as const)('are sorted by %s both ways, those without one last', async (ordering, valueOf) => {
    for (const [direction, sign] of [
      ['DESC', -1],
      ['ASC', 1],
    ] as const) {
      const first = await page(`?ordering=${ordering}&direction=${direction}&limit=200`);
      expect(first.all).toBe(10_000);
      const values = first.repositories.map(valueOf);
      expect(values).not.toContain(null);
      expect(values).toEqual(values.toSorted((one, other) => sign * (one! - other!)));
    }
  });

  test('are paged to the end, each once', async () => {
    const seen: string[] = [];
    for (let all = 1; seen.length < all;) {
      const answered = await page(`?search=service-03&limit=200&from=${seen.length}`);
      seen.push(...names(answered));
      all = answered.all;
    }
    const holding = seen.slice(0, 1000);
    expect(new Set(seen).size).toBe(seen.length);
    expect(holding.every((name) => name.startsWith('service-03'))).toBe(true);
    // After those that hold it come those that have its letters in order.
    expect(seen.slice(1000)).toContain('service-00013');
  });

  test('are filtered by being set up, by silence, and by letters in order', async () => {
    const sum = await page('?repoDisplay=Configured').then(({ all }) => all);
    expect(sum + (await page('?repoDisplay=Not%20Configured')).all).toBe(10_000);
    expect((await page('?stale=true')).repositories.every(({ stale }) => stale !== null)).toBe(true);
    expect(names(await page('?search=SVC99&ordering=NAME&direction=ASC&limit=1'))).toEqual(['service-00099']);
    expect((await page('?search=%25')).all).toBe(0);
    expect((await page('?search=_')).all).toBe(0);
    expect((await page('?search=%5C')).all).toBe(0);
  });

  test('values that are none fall back to the default', async () => {
    const { body } = await ask(`${many}/repositories?ordering=nonsense&direction=up&repoDisplay=some&limit=1`);
    expect(body).toEqual(await page('?limit=1'));
    expect((await ask(`${many}/repositories?from=-1`)).status).toBe(400);
    expect((await ask(`${many}/repositories?limit=201`)).status).toBe(400);
  });
});
