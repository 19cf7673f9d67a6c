import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JumpAnswer } from '../../src/http/ui/contract/jump.ts';
import { type ApiWorld, HEAD, makeApiWorld } from '../support/api-world.ts';
import { send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let world: ApiWorld;
beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
});
afterAll(() => server.stop());

async function jump(
  search: string,
  { repository = '', token = world.mira }: { repository?: string; token?: string } = {},
) {
  const query = new URLSearchParams({ search, repository });
  const { status, body } = await send(`${server.url}/api/ui/jump?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
  return body as JumpAnswer;
}

const names = ({ repositories }: JumpAnswer) => repositories.map(({ owner, name }) => `${owner}/${name}`);

test('repositories are found by name or owner and name, the one called so first, and only those one may see', async () => {
  expect(names(await jump('e'))).toEqual(['acme/web', 'acme/core', 'acme/open', 'acme/lumen']);
  expect(names(await jump('WEB'))).toEqual(['acme/web']);
  expect(names(await jump('acme/lu'))).toEqual(['acme/lumen']);
  expect(names(await jump('lumen', { token: world.otto }))).toEqual([]);
  expect(names(await jump('%'))).toEqual([]);
  expect(await jump('  ')).toEqual({ repositories: [], branches: [], commits: [] });
});

test('branches and commits are those of the repository where one is, if one may read it', async () => {
  const repository = 'gh/acme/lumen';
  expect((await jump('feat', { repository })).branches).toEqual(['feature/x']);
  expect((await jump(HEAD.slice(0, 7), { repository })).commits).toEqual([{ sha: HEAD, title: null }]);
  for (const hidden of [{ repository, token: world.otto }, { repository: 'gh/acme/nothing' }, { repository: 'x' }]) {
    expect((await jump('feat', hidden)).branches).toEqual([]);
    expect((await jump(HEAD.slice(0, 7), hidden)).commits).toEqual([]);
  }
});
