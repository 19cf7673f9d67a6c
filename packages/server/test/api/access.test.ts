import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiClient, type ApiClient } from '../support/api-client.ts';
import { FIRST, HEAD, makeApiWorld, makePerson, type ApiWorld } from '../support/api-world.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const LUMEN = '/api/v2/gh/acme/repos/lumen';
const OPEN = '/api/v2/gh/acme/repos/open';
const SUPER = 'the-super-token-of-this-installation-is-long';

let server: TestServer;
let world: ApiWorld;
let ask: ApiClient;

beforeAll(async () => {
  process.env['SUPER_API_TOKEN'] = SUPER;
  server = await startTestServer();
  delete process.env['SUPER_API_TOKEN'];
  world = await makeApiWorld(server);
  ask = await makeApiClient(server);
});

afterAll(() => server.stop());

describe('owners', () => {
  test.each(['gh', 'github', 'GitHub'])('1: the owner is found under the service %s', async (service) => {
    const { status, body } = await ask(`/api/v2/${service}/acme`);
    expect(status).toBe(200);
    expect(body).toEqual({ service: 'github', username: 'acme', name: null });
  });

  test('1: an unknown service and an unknown owner are 404', async () => {
    expect((await ask('/api/v2/svn/acme')).status).toBe(404);
    expect((await ask('/api/v2/gh/nobody')).status).toBe(404);
  });

  test('the list holds owners on which the person has a role, all for an administrator, and needs a person', async () => {
    const count = async (token: string) => (await ask('/api/v2/gh/', { token })).body.count;
    expect(await count(world.mira)).toBe(1);
    expect(await count(world.otto)).toBe(0);
    expect(await count(world.ada)).toBe(1);
    expect((await ask('/api/v2/gh/')).status).toBe(401);
    expect((await ask('/api/v2/gh/', { token: SUPER })).status).toBe(401);
  });
});

describe('who may read', () => {
  test('2: for a stranger a private repository is as none', async () => {
    expect((await ask(`${OPEN}/commits`)).status).toBe(200);
    const hidden = await ask(`${LUMEN}/commits`);
    const missing = await ask('/api/v2/gh/acme/repos/nothing/commits');
    expect(hidden.status).toBe(404);
    expect(missing.status).toBe(404);
    expect(hidden.body).toEqual(missing.body);
  });

  test('3: a person without a role does not see it either; a member and an administrator do', async () => {
    const status = async (token: string) => (await ask(LUMEN, { token })).status;
    expect(await status(world.otto)).toBe(404);
    expect(await status(world.mira)).toBe(200);
    expect(await status(world.ada)).toBe(200);
  });

  test('4: an unknown token is 401, also on a public repository', async () => {
    const { status, body, headers } = await ask(`${OPEN}/commits`, { token: randomUUID() });
    expect(status).toBe(401);
    expect(body).toEqual({ detail: 'Invalid token.' });
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  test('4: an upload token is no API token', async () => {
    expect((await ask(LUMEN, { token: world.uploadToken })).status).toBe(401);
  });

  test('5: a token that has run out is 401', async () => {
    const token = await makePerson(server, 'late', { expiresAt: new Date() });
    expect((await ask(`${OPEN}/commits`, { token })).status).toBe(401);
  });

  test.each(['report', 'report/tree', 'file_report/cli.ts', 'commits', 'branches', 'totals'])(
    '6: the super token reads %s',
    async (path) => {
      expect((await ask(`${LUMEN}/${path}`, { token: SUPER })).status).toBe(200);
    },
  );

  test('6: the super token does nothing but GET, and sees no secrets', async () => {
    expect((await ask(`${LUMEN}/commits`, { token: SUPER, method: 'POST' })).status).toBe(404);
    expect((await ask(`${LUMEN}/commits`, { token: SUPER, method: 'HEAD' })).status).toBe(404);
    expect((await ask(`${LUMEN}/config/`, { token: SUPER })).status).toBe(401);
  });

  test('a token without the scope is 403 and told which is missing', async () => {
    const editor = await makePerson(server, 'editor', { scopes: ['read:report'], ownerId: world.lumen.owner_id });
    expect((await ask(`${LUMEN}/report`, { token: editor })).status).toBe(200);
    const refused = await ask(`${LUMEN}/config`, { token: editor });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="repo:secrets"');
  });

  test('the same rules hold for our own addresses, in problem documents', async () => {
    const path = `/api/thatch/v1/repos/gh/acme/lumen/commits/${HEAD}/verdicts`;
    const { status, headers, body } = await ask(path, { token: world.otto });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

test('7: while no super token is set, none authenticates', async () => {
  const other = await startTestServer();
  try {
    for (const token of ['', 'not found', 'null', 'undefined', SUPER]) {
      const { status } = await fetch(`${other.url}/api/v2/gh/acme`, { headers: { authorization: `Bearer ${token}` } });
      expect(status).toBe(401);
    }
  } finally {
    await other.stop();
  }
});

test('with `guest_access` off every call needs a person', async () => {
  const closed = await startTestServer({
    configure: (config) => ({ ...config, setup: { ...config.setup, guestAccess: false } }),
  });
  try {
    for (const path of ['/api/v2/gh/acme', '/api/v2/gh/acme/repos', '/api/v2/gh/acme/repos/web']) {
      expect((await fetch(closed.url + path)).status).toBe(401);
    }
  } finally {
    await closed.stop();
  }
});

describe('repositories', () => {
  const names = async (query: string, token?: string) => {
    const { body } = await ask(`/api/v2/gh/acme/repos${query}`, { token });
    return body.results.map(({ name }: { readonly name: string }) => name);
  };

  test('13: names and words choose, and everybody sees only what is theirs', async () => {
    expect(await names('?names=lumen&names=open', world.mira)).toEqual(['lumen', 'open']);
    expect(await names('?search=LUM', world.mira)).toEqual(['lumen']);
    expect(await names('?search=um,l', world.mira)).toEqual(['lumen']);
    expect(await names('?search=lum%20open', world.mira)).toEqual([]);
    expect(await names('')).toEqual(['open', 'web']);
    expect(await names('', world.otto)).toEqual(['open', 'web']);
    expect(await names('', world.mira)).toEqual(['lumen', 'open', 'core', 'web']);
  });

  test('13: `active` and `ordering` do what they say, and what is neither true nor false is ignored', async () => {
    expect(await names('?active=true', world.mira)).toEqual(['lumen', 'open']);
    expect(await names('?active=false', world.mira)).toEqual(['core', 'web']);
    expect(await names('?active=maybe', world.mira)).toHaveLength(4);
    expect(await names('?ordering=name', world.mira)).toEqual(['core', 'lumen', 'open', 'web']);
    expect(await names('?ordering=-name', world.mira)).toEqual(['web', 'open', 'lumen', 'core']);
  });

  test('13: an unknown owner is 404', async () => {
    expect((await ask('/api/v2/gh/nobody/repos')).status).toBe(404);
  });

  test('14: totals are those of the newest complete commit of the default branch', async () => {
    const { kysely } = server.app.database;
    await kysely
      .insertInto('commits')
      .values({
        repository_id: world.open.id,
        sha: 'f0'.repeat(20),
        branch: 'main',
        state: 'pending',
        authored_at: new Date(),
        ...{ files: 1, lines: 1, hits: 1, misses: 0, partials: 0 },
      })
      .execute();
    const { body } = await ask(OPEN);
    expect(body).toMatchObject({ name: 'open', private: false, branch: 'main', active: true, activated: true });
    // 2 of 3 lines of the first commit; the newer one is not complete.
    expect(body.totals).toMatchObject({ lines: 3, hits: 2, coverage: 66.66, sessions: 1 });
    const [listed] = (await ask('/api/v2/gh/acme/repos?names=open')).body.results;
    expect(listed).toEqual(body);
  });

  test('14: a repository without uploads has no totals', async () => {
    expect((await ask('/api/v2/gh/acme/repos/web')).body).toMatchObject({
      totals: null,
      active: false,
      branch: 'main',
    });
  });

  test('15: secrets are for members: 200, 403, 401', async () => {
    const member = await ask(`${LUMEN}/config/`, { token: world.mira });
    expect(member).toMatchObject({ status: 200, body: { upload_token: world.uploadToken, graph_token: null } });
    expect((await ask(`${OPEN}/config/`, { token: world.otto })).status).toBe(403);
    expect((await ask(`${OPEN}/config/`)).status).toBe(401);
    expect((await ask(`${LUMEN}/config/`)).status).toBe(401);
    expect((await ask(`${LUMEN}/config/`, { token: world.otto })).status).toBe(404);
    expect((await ask(`${OPEN}/config`, { token: world.mira })).body.upload_token).toBeNull();
  });

  test('16: asking for an unknown repository makes none', async () => {
    const count = () => server.app.database.kysely.selectFrom('repositories').select('id').execute();
    const before = await count();
    expect((await ask('/api/v2/gh/acme/repos/newcomer', { token: world.ada })).status).toBe(404);
    expect((await ask('/api/v2/gh/stranger/repos/newcomer', { token: world.ada })).status).toBe(404);
    expect(await count()).toEqual(before);
  });
});

describe('pages of a list', () => {
  let repository = '';

  beforeAll(async () => {
    const { kysely } = server.app.database;
    const { id } = await kysely
      .insertInto('repositories')
      .values({ owner_id: world.open.owner_id, name: 'many', is_private: false })
      .returning('id')
      .executeTakeFirstOrThrow();
    const shas = Array.from({ length: 510 }, (_, index) => index.toString(16).padStart(40, '0'));
    await kysely
      .insertInto('commits')
      .values(shas.map((sha) => ({ repository_id: id, sha })))
      .execute();
    repository = '/api/v2/gh/acme/repos/many';
  });

  test.each(['', '?page_size=0', '?page_size=-3', '?page_size=many', '?unknown=1'])(
    '8: a page holds 20 with "%s"',
    async (query) => {
      const { body } = await ask(`${repository}/commits${query}`);
      expect(body.results).toHaveLength(20);
      expect(body).toMatchObject({ count: 510, total_pages: 26, previous: null });
    },
  );

  test('8: no page holds more than 500, which is said, and the next one goes on where it ended', async () => {
    const { body, headers } = await ask(`${repository}/commits?page_size=100000&branch=`);
    // An empty branch is a branch that no commit has.
    expect(body).toMatchObject({ count: 0, total_pages: 1 });
    const first = await ask(`${repository}/commits?page_size=100000`);
    expect(headers.get('thatch-page-size')).toBe('500');
    expect(first.body.results).toHaveLength(500);
    const second = await ask(first.body.next.slice(server.url.length));
    expect(second.body.results).toHaveLength(10);
    const shas = [...first.body.results, ...second.body.results].map(({ commitid }) => commitid);
    expect(new Set(shas).size).toBe(510);
    expect(second.body.next).toBeNull();
  });

  test('9: `last` is the last page, one further is none, and an empty list has one page', async () => {
    const last = await ask(`${repository}/commits?page=last&page_size=100`);
    expect(last.body.results).toHaveLength(10);
    expect(last.body.previous).toBe(`${server.url}${repository}/commits?page=5&page_size=100`);
    for (const page of ['7', '0', '-1', 'two']) {
      const { status, body } = await ask(`${repository}/commits?page_size=100&page=${page}`);
      expect(status).toBe(404);
      expect(body).toEqual({ detail: 'Invalid page.' });
    }
    const empty = await ask(`${repository}/branches`);
    expect(empty.body).toEqual({ count: 0, next: null, previous: null, results: [], total_pages: 1 });
  });

  test('a list of our own goes on by its cursor', async () => {
    const path = `/api/thatch/v1/repos/gh/acme/lumen/commits/${HEAD}/uploads`;
    const first = await ask(`${path}?limit=1`, { token: world.mira });
    expect(first.body.data).toHaveLength(1);
    const second = await ask(`${path}?limit=1&cursor=${first.body.next_cursor}`, { token: world.mira });
    expect(second.body.data[0].id).not.toBe(first.body.data[0].id);
    expect(second.body.next_cursor).toBeNull();
    expect((await ask(`${path}?cursor=x`, { token: world.mira })).status).toBe(400);
  });
});

test('names of repositories and owners are found with the suffix and the slash of the compatible system', async () => {
  for (const path of [
    '/api/v2/gh/acme.json',
    '/api/v2/gh/acme/',
    '/api/v2/gh/acme/repos.json',
    '/api/v2/gh/acme/repos/',
    `${OPEN}.json`,
    `${OPEN}/`,
    `${OPEN}/commits.json`,
    `${OPEN}/commits/${FIRST}/`,
    `${OPEN}/report/tree/`,
    `${OPEN}/report/tree`,
    `${OPEN}/commits?format=json`,
  ]) {
    expect((await ask(path)).status, path).toBe(200);
  }
});
