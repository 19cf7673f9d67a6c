import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectAnswer } from '../../src/http/ui/contract/connect.ts';
import type { NewTokenAnswer, TokensAnswer } from '../../src/http/ui/contract/tokens.ts';
import { makeApiWorld, makePerson, REPORTS, type ApiWorld } from '../support/api-world.ts';
import { newSha, send, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let world: ApiWorld;
let admin: string;
let reader: string;

beforeAll(async () => {
  server = await startTestServer();
  world = await makeApiWorld(server);
  admin = await makePerson(server, 'adele', { ownerId: world.lumen.owner_id, role: 'admin' });
  reader = await makePerson(server, 'rita', { ownerId: world.lumen.owner_id, role: 'reader' });
});

afterAll(() => server.stop());

async function ask<Answer>(
  path: string,
  token: string | null,
  { method = 'GET', body, repository = 'gh/acme/lumen' }: { method?: string; body?: unknown; repository?: string } = {},
) {
  const response = await fetch(`${server.url}/api/ui/repos/${repository}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, body: (text === '' ? null : JSON.parse(text)) as Answer };
}

/** Whether a token may upload to the repository. */
async function uploads(token: string): Promise<number> {
  const query = `commit=${newSha()}&branch=tokens`;
  return (await send(`${server.url}/upload/coverage?${query}`, { token, body: REPORTS.first })).status;
}

async function make(name: string): Promise<NewTokenAnswer> {
  return (await ask<NewTokenAnswer>('/tokens', admin, { method: 'POST', body: { name } })).body;
}

describe('upload tokens of a repository', () => {
  test('row 47: one is made by an administrator, told once, and opens the repository', async () => {
    const made = await ask<NewTokenAnswer>('/tokens', admin, { method: 'POST', body: { name: '  Jenkins ' } });
    expect(made.status).toBe(201);
    const { token, row } = made.body;
    expect(row).toMatchObject({ name: 'Jenkins', prefix: token.slice(0, 8), expires_at: null, last_used_at: null });
    expect(await uploads(token)).toBe(202);
    const listed = await ask<TokensAnswer>('/tokens', world.mira);
    expect(listed.body.may_change).toBe(false);
    expect(listed.body.tokens[0]).toMatchObject({ id: row.id, last_used_at: expect.any(String) });
    expect(listed.text).not.toContain(token);
  });

  test('row 47: a revoked one is refused at once and no longer listed', async () => {
    const { token, row } = await make('to be revoked');
    expect((await ask(`/tokens/${row.id}`, admin, { method: 'DELETE' })).status).toBe(204);
    expect(await uploads(token)).toBe(401);
    const { body } = await ask<TokensAnswer>('/tokens', admin);
    expect(body.tokens.map(({ id }) => id)).not.toContain(row.id);
    expect((await ask(`/tokens/${row.id}`, admin, { method: 'DELETE' })).status).toBe(404);
  });

  test('one that is rotated works on for the days of grace, its successor at once', async () => {
    const { token, row } = await make('rotated');
    const rotated = await ask<NewTokenAnswer>(`/tokens/${row.id}/rotate`, admin, {
      method: 'POST',
      body: { grace_days: 7 },
    });
    expect(rotated.status).toBe(201);
    expect(rotated.body.row.name).toBe('rotated');
    expect([await uploads(token), await uploads(rotated.body.token)]).toEqual([202, 202]);
    const { body } = await ask<TokensAnswer>('/tokens', admin);
    const old = body.tokens.find(({ id }) => id === row.id)!;
    const days = (Date.parse(old.expires_at!) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
  });

  test('without grace the old one ends at once; rotating it again finds nothing', async () => {
    const { token, row } = await make('ends');
    const rotate = () => ask(`/tokens/${row.id}/rotate`, admin, { method: 'POST', body: { grace_days: 0 } });
    expect((await rotate()).status).toBe(201);
    expect(await uploads(token)).toBe(401);
    expect((await rotate()).status).toBe(404);
  });

  test('two who rotate one token at once make one successor', async () => {
    const { row } = await make('raced');
    const rotate = () => ask(`/tokens/${row.id}/rotate`, admin, { method: 'POST', body: { grace_days: 0 } });
    const statuses = (await Promise.all([rotate(), rotate()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 404]);
  });

  test.each([
    ['a name that is missing', { name: ' ' }],
    ['a name that is too long', { name: 'x'.repeat(101) }],
    ['a name that is no text', { name: 7 }],
    ['a name with a NUL', { name: 'a\u0000b' }],
  ])('%s is refused at its field', async (_case, body) => {
    const answer = await ask('/tokens', admin, { method: 'POST', body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'field_invalid', field: 'name' } });
  });

  test.each([-1, 8, 1.5, '1'])('%s days of grace are refused', async (graceDays) => {
    const { row } = await make('kept');
    const body = { grace_days: graceDays };
    expect(await ask(`/tokens/${row.id}/rotate`, admin, { method: 'POST', body })).toMatchObject({
      status: 422,
      body: { field: 'grace_days' },
    });
  });

  test('members may only look, readers and strangers not even that', async () => {
    const { row } = await make('guarded');
    const making = { method: 'POST', body: { name: 'mine' } };
    expect((await ask('/tokens', world.mira, making)).status).toBe(403);
    expect((await ask(`/tokens/${row.id}`, world.mira, { method: 'DELETE' })).status).toBe(403);
    expect((await ask('/tokens', reader)).status).toBe(403);
    expect((await ask('/tokens', world.otto)).status).toBe(404);
    expect((await ask('/tokens', null, { repository: 'gh/acme/open' })).status).toBe(403);
  });

  test('a token of another repository is not there, whatever the id looks like', async () => {
    const { row } = await make('of lumen');
    const there = { method: 'DELETE', repository: 'gh/acme/open' };
    expect((await ask(`/tokens/${row.id}`, world.ada, there)).status).toBe(404);
    for (const id of ['0', '-1', '1e3', '99999999999999999999', 'x'])
      expect((await ask(`/tokens/${id}`, admin, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('what a CI needs', () => {
  test('members see address and token, and whether a report came', async () => {
    const { token } = await make('for CI');
    const { body } = await ask<ConnectAnswer>('/connect', world.mira);
    expect(body).toEqual({
      address: server.url,
      token: { kind: 'shown', id: expect.any(Number), text: token },
      may_change: false,
      has_report: true,
    });
    expect((await ask<ConnectAnswer>('/connect', admin)).body.may_change).toBe(true);
  });

  test('one that ends soon is not given out while another lasts', async () => {
    const lasting = await make('lasting');
    const ending = await make('ending');
    const { kysely } = server.app.database;
    const soon = new Date(Date.now() + 3_600_000);
    await kysely.updateTable('tokens').set({ expires_at: soon }).where('id', '=', ending.row.id).execute();
    const { body } = await ask<ConnectAnswer>('/connect', world.mira);
    expect(body.token).toMatchObject({ kind: 'shown', text: lasting.token });
  });

  test('no token is told to those who may only read', async () => {
    const { body, text } = await ask<ConnectAnswer>('/connect', reader);
    expect(body.token).toEqual({ kind: 'not_allowed' });
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test('a repository without tokens says that it has none', async () => {
    const { body } = await ask<ConnectAnswer>('/connect', world.ada, { repository: 'gh/acme/open' });
    expect(body).toMatchObject({ token: { kind: 'none' }, may_change: true });
  });
});
