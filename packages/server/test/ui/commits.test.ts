import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommitsAnswer } from '../../src/http/ui/contract/commits.ts';
import { EMPTY, FEATURE, FIRST, HEAD, makeApiWorld, SECOND, upload, type ApiWorld } from '../support/api-world.ts';
import { newSha, send, startTestServer, type TestServer } from '../support/server.ts';

const R = '/api/ui/repos/gh/acme/lumen/commits';

let server: TestServer;
let world: ApiWorld;

beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
  const { kysely } = server.app.database;
  const at = (sha: string, message: string, time: string) =>
    kysely
      .updateTable('commits')
      .set({ message, committed_at: time, author_name: 'Ada Lund' })
      .where('repository_id', '=', world.lumen.id)
      .where('sha', '=', sha)
      .execute();
  await at(FIRST, 'Add 100% of the parser\n\nIts body.', '2026-01-01T00:00:00.123456Z');
  await at(SECOND, 'Mend the parser', '2026-01-01T00:00:00.123457Z');
});

afterAll(() => server.stop());

async function list(query = '', token: string | undefined = world.mira): Promise<CommitsAnswer> {
  const { status, body, text } = await send(`${server.url}${R}${query}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  expect(status, text).toBe(200);
  return body as CommitsAnswer;
}

const shas = ({ commits }: CommitsAnswer): string[] => commits.map(({ sha }) => sha);

describe('commits', () => {
  test('are listed by when they were committed, newest first, with what is known of each', async () => {
    const { commits, default_branch: branch, next_cursor: next, repository_id: id } = await list('?all=true');
    expect(commits.map(({ sha }) => sha)).toEqual([EMPTY, FEATURE, HEAD, SECOND, FIRST]);
    expect(commits[4]).toMatchObject({
      title: 'Add 100% of the parser',
      author: 'Ada Lund',
      branch: 'main',
      state: 'processed',
      coverage: { files: 2, lines: 3, hits: 2, coverage: '66.66' },
      uploads: { all: 1, merged: 1, errors: 0 },
    });
    expect(commits[0]).toMatchObject({ state: 'no_report', coverage: null, uploads: { all: 0 } });
    expect([branch, next, id]).toEqual(['main', null, world.lumen.id]);
  });

  test('are paged by a cursor that loses and repeats none, also of two within one millisecond', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: CommitsAnswer = await list(`?all=true&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...shas(page));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([EMPTY, FEATURE, HEAD, SECOND, FIRST]);
  });

  test.each([
    ['?branch=feature%2Fx', [FEATURE]],
    ['?coverageStatus=PENDING', []],
    ['?coverageStatus=COMPLETED&coverageStatus=ERROR', [FEATURE, HEAD, SECOND, FIRST]],
    ['?coverageStatus=nonsense', [EMPTY, FEATURE, HEAD, SECOND, FIRST]],
    ['?search=B2b2b', [SECOND]],
    ['?search=parser%20MEND', [SECOND]],
    ['?search=100%25', [FIRST]],
    ['?search=%25', [FIRST]],
    ['?search=a1', []],
    ['?author=lund', [SECOND, FIRST]],
    ['?author=_', []],
  ])('%s chooses', async (query, expected) =>
    expect(shas(await list(query.includes('branch') ? query : `${query}&all=true`))).toEqual(expected),
  );

  test('are those of the default branch unless another is asked for', async () => {
    const { branch, commits } = await list();
    expect(branch).toBe('main');
    expect(commits.map(({ sha }) => sha)).toEqual([HEAD, SECOND, FIRST]);
  });

  test('that failed are found by their state', async () => {
    const sha = newSha();
    await upload(server, { sha, report: 'no report at all' });
    const { commits } = await list('?coverageStatus=ERROR');
    expect(commits).toMatchObject([{ sha, state: 'error', coverage: null, uploads: { all: 1, merged: 0, errors: 1 } }]);
  });

  test('of a repository that may not be read are the same as none', async () => {
    const ask = (path: string, token: string) =>
      send(server.url + path, { headers: { authorization: `Bearer ${token}` } });
    const hidden = await ask(R, world.otto);
    const unknown = await ask(R.replace('lumen', 'nothing'), world.otto);
    expect(hidden.status).toBe(404);
    expect({ ...(hidden.body as object), request_id: '' }).toEqual({ ...(unknown.body as object), request_id: '' });
  });
});
