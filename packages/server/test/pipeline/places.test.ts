import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommit } from '../../src/database/queries/commits.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import { LCOV, newSha, send, startTestServer, type TestServer } from '../support/server.ts';

/*
 * Which uploads hold a place under `setup.max_sessions`: those whose bytes are here (upload-protocol §5.2), exactly as many as it says
 * (§5.4).
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    configure: (config) => ({ ...config, setup: { ...config.setup, maxSessions: 2 } }),
  });
});
afterAll(() => server.stop());

const FULL = 'This commit already has 2 uploads; limit setup.max_sessions=2';

async function open(sha: string): Promise<string> {
  const url = `${server.url}/upload/github/acme::::web/upload-coverage`;
  const answer = await send(url, { token: server.world.R, json: { commitid: sha, branch: 'main' } });
  expect(answer.status).toBe(201);
  return (answer.body as { raw_upload_location: string }).raw_upload_location;
}

function put(location: string, body: string = LCOV) {
  return send(location, { method: 'PUT', body });
}

async function statesOf(sha: string): Promise<string[]> {
  const { kysely } = server.app.database;
  const commit = await findCommit(kysely, server.world.web.id, sha);
  return (await uploadsOfCommit(kysely, commit!.id)).map(({ state }) => state);
}

async function rawObjects(): Promise<number> {
  return (await Array.fromAsync(server.app.objects.list('v4/raw/'))).length;
}

function upload(sha: string, body: string) {
  return send(`${server.url}/upload/coverage?commit=${sha}&wait=60`, { token: server.world.R, body });
}

describe('setup.max_sessions', () => {
  test('an upload without bytes holds no place, also one whose bytes were refused', async () => {
    const sha = newSha();
    const locations = [await open(sha), await open(sha), await open(sha)];
    expect((await put(locations[0], '')).status).toBe(400);
    expect((await upload(sha, LCOV)).status).toBe(200);
    expect((await put(locations[1])).status).toBe(200);
  });

  test('bytes that come when the last place is taken are refused with 429, and leave nothing', async () => {
    const sha = newSha();
    const locations = [await open(sha), await open(sha), await open(sha)];
    expect((await put(locations[0], `${LCOV}\n`)).status).toBe(200);
    expect((await put(locations[1])).status).toBe(200);
    const before = await rawObjects();
    const late = await put(locations[2]);
    expect(late).toMatchObject({ status: 429, text: `${FULL}; nothing was stored.` });
    expect(late.headers.get('retry-after')).toBe('60');
    expect(await rawObjects()).toBe(before);
    expect((await statesOf(sha)).at(-1)).toBe('started');
  });

  test('an upload that holds a place may send its bytes again', async () => {
    const sha = newSha();
    const locations = [await open(sha), await open(sha)];
    for (const location of locations) expect((await put(location)).status).toBe(200);
    expect((await put(locations[0])).status).toBe(200);
  });

  test('a place that is given back goes to the upload that waits for one', async () => {
    const sha = newSha();
    const late = await open(sha);
    await upload(sha, LCOV);
    const broken = await open(sha);
    expect((await put(broken, 'this is no report')).status).toBe(200);
    await send(`${server.url}/upload/github/acme::::web/commits/${sha}/upload-complete?wait=60`, {
      method: 'POST',
      token: server.world.R,
    });
    expect((await put(late)).status).toBe(200);
  });

  test('of twenty that send their bytes at once, by PUT and with one request, exactly two are stored', async () => {
    const sha = newSha();
    const locations = await Promise.all(Array.from({ length: 10 }, () => open(sha)));
    const answers = await Promise.all([
      ...locations.map((location, index) => put(location, `${LCOV}# ${index}\n`)),
      ...Array.from({ length: 10 }, (_, index) =>
        send(`${server.url}/upload/coverage?commit=${sha}&flags=f${index}`, { token: server.world.R, body: LCOV }),
      ),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200 || status === 202)).toHaveLength(2);
    expect(statuses.filter((status) => status === 429)).toHaveLength(18);
    expect((await statesOf(sha)).filter((state) => state !== 'started')).toHaveLength(2);
  });
});
