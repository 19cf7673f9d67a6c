import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HealthAnswer, JobsAnswer, ProbeAnswer } from '../../src/http/ui/contract/administration.ts';
import { hashPassword } from '../../src/auth/passwords.ts';
import { createUser } from '../../src/database/queries/users.ts';
import { eventually, LCOV, newSha, send, startTestServer, type TestServer } from '../support/server.ts';
import { commitOf, sendReport, statusOf, uploadsOf } from '../support/web.ts';

let server: TestServer;
let operator: string;
let person: string;

beforeAll(async () => {
  server = await startTestServer();
  operator = await signIn(server, 'ada', { isAdmin: true });
  person = await signIn(server, 'otto', { isAdmin: false });
});

afterAll(() => server.stop());

/** Makes an account and signs in; gives its cookie. */
async function signIn({ app, url }: TestServer, name: string, { isAdmin }: { isAdmin: boolean }): Promise<string> {
  const password = `password of ${name}`;
  await createUser(app.database.kysely, { name, passwordHash: await hashPassword(password), isAdmin });
  const answer = await send(`${url}/api/ui/session`, { json: { name, password }, headers: { origin: url } });
  expect(answer.status).toBe(204);
  return answer.headers.getSetCookie()[0].split(';')[0];
}

async function ask<Answer>(
  path: string,
  { cookie = operator, method = 'GET', of = server }: { cookie?: string; method?: string; of?: TestServer } = {},
) {
  const answer = await send(`${of.url}/api/ui/admin${path}`, { method, headers: { cookie, origin: of.url } });
  return { status: answer.status, body: answer.body as Answer };
}

const jobs = async (): Promise<JobsAnswer> => (await ask<JobsAnswer>('/jobs')).body;

/** An upload that was read and merged; its id. */
async function merged(): Promise<{ readonly id: string; readonly sha: string }> {
  const sha = newSha();
  const answer = statusOf(await sendReport(server, `commit=${sha}&branch=jobs&name=lost&wait=60`, { body: LCOV }));
  return { id: answer.id, sha };
}

/** Loses its bytes, and has it read again: fails for a reason of ours. */
async function failed(): Promise<{ readonly id: string; readonly sha: string }> {
  const made = await merged();
  const [upload] = await uploadsOf(server, made.sha);
  await server.app.objects.delete(upload.raw_key!);
  const { status } = await ask(`/jobs/${made.id}/retry`, { method: 'POST' });
  expect(status).toBe(204);
  await eventually(server, ({ type, data }) => type === 'upload.error' && data['upload'] === made.id);
  return made;
}

describe('health', () => {
  test('tells what this process is', async () => {
    const { body } = await ask<HealthAnswer>('/health');
    expect(body).toMatchObject({ node: process.versions.node, role: 'serve', queues: 'postgres', threads: 1 });
    expect(Date.parse(body.started_at)).toBeLessThanOrEqual(Date.now());
    expect(body.memory).toBeGreaterThan(10_000_000);
    expect(body.probes).toEqual(['folder', 'disk', 'database', 'clock', 'objects', 'queues', 'address']);
  });

  test.each(['folder', 'database', 'clock', 'objects', 'queues', 'address'])(
    'the check of %s is made now',
    async (name) => {
      const { status, body } = await ask<ProbeAnswer>(`/health/${name}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: 'ok', fix: null });
      expect(body.seen).not.toBe('');
    },
  );

  test('a check that fails says how to mend it', async () => {
    const broken = await startTestServer();
    try {
      const cookie = await signIn(broken, 'ada', { isAdmin: true });
      const objects = join(broken.app.dataFolder.path, 'objects');
      rmSync(objects, { recursive: true, force: true });
      writeFileSync(objects, 'where a folder should be');
      const { body } = await ask<ProbeAnswer>('/health/objects', { cookie, of: broken });
      expect(body.state).toBe('failed');
      expect(body.fix).toMatch(/\w/);
    } finally {
      await broken.stop();
    }
  });

  test('other checks are not there', async () => {
    for (const name of ['nothing', 'constructor', '__proto__']) expect((await ask(`/health/${name}`)).status).toBe(404);
  });
});

describe('jobs', () => {
  test('both steps are counted, with what was done in the last minute', async () => {
    await merged();
    const { queues } = await jobs();
    expect(queues.map(({ queue }) => queue)).toEqual(['parse', 'merge']);
    for (const row of queues) {
      expect(row.waiting).toBeGreaterThanOrEqual(0);
      expect(row.per_min).toBeGreaterThan(0);
    }
  });

  test('an upload that failed for a reason of ours is listed with it, and can be dropped', async () => {
    const { id, sha } = await failed();
    const row = (await jobs()).failed.find((each) => each.id === id);
    expect(row).toMatchObject({
      service: 'gh',
      owner: 'acme',
      repo: 'web',
      sha,
      name: 'lost',
      state: 'error',
      code: 'file_not_in_storage',
      message: expect.stringMatching(/\w/),
      hint: expect.stringMatching(/\w/),
    });
    expect((await ask(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await jobs()).failed.map((each) => each.id)).not.toContain(id);
    expect(await uploadsOf(server, sha)).toEqual([]);
    expect((await commitOf(server, sha))?.report_key).toBeNull();
  });

  test('one whose fault is its own is not: nobody here could mend it', async () => {
    const sha = newSha();
    await sendReport(server, `commit=${sha}&branch=jobs&wait=60`, { body: 'no report at all' });
    const [upload] = await uploadsOf(server, sha);
    expect(upload.state).toBe('error');
    expect((await jobs()).failed.map((each) => each.id)).not.toContain(upload.external_id);
  });

  test('what waits too long is listed, oldest first, and goes on when it is retried', async () => {
    const { kysely } = server.app.database;
    const { id, sha } = await merged();
    const [upload] = await uploadsOf(server, sha);
    // As a worker leaves it that died before it told anybody.
    await kysely
      .updateTable('uploads')
      .set({ state: 'stored', stored_at: new Date(Date.now() - 600_000), attempts: 2 })
      .where('id', '=', upload.id)
      .execute();
    const { stuck, queues } = await jobs();
    expect(stuck).toEqual([expect.objectContaining({ id, state: 'stored', attempts: 2, code: null })]);
    expect(queues[0].oldest_ms).toBeGreaterThanOrEqual(600_000);
    const before = server.events.length;
    expect((await ask(`/jobs/${id}/retry`, { method: 'POST' })).status).toBe(204);
    await new Promise<void>((resolve) => {
      const isDone = () =>
        server.events.slice(before).some(({ type, data }) => type === 'upload.parsed' && data['upload'] === id);
      const stop = server.app.events.subscribe(() => {
        if (isDone()) {
          stop();
          resolve();
        }
      });
      if (isDone()) resolve();
    });
    expect((await jobs()).stuck).toEqual([]);
  });

  test('ids of nothing are not found', async () => {
    for (const id of ['x', '0', '00000000-0000-0000-0000-000000000000']) {
      expect((await ask(`/jobs/${id}/retry`, { method: 'POST' })).status).toBe(404);
      expect((await ask(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(404);
    }
  });
});

test('to everybody else there is nothing', async () => {
  const { id } = await merged();
  for (const path of ['/health', '/health/disk', '/jobs'])
    expect((await ask(path, { cookie: person })).status).toBe(404);
  expect((await ask(`/jobs/${id}/retry`, { cookie: person, method: 'POST' })).status).toBe(404);
  expect((await ask(`/jobs/${id}`, { cookie: person, method: 'DELETE' })).status).toBe(404);
});
