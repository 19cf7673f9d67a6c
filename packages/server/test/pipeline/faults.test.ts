import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Objects } from '../../src/objects/objects.ts';
import { LCOV, newSha, send, startTestServer, type TestServer, uploadIdOf, uploadRow } from '../support/server.ts';

/*
 * Storage that fails under the server (deployment §10).
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
afterEach(() => vi.restoreAllMocks());

/** A disk that is full: every write to a file of this process fails as the kernel says it, until {@link afterEach}. */
async function fillDisk(): Promise<void> {
  const file = await open(import.meta.filename);
  await file.close();
  const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  vi.spyOn(Object.getPrototypeOf(file) as { write: () => Promise<never> }, 'write').mockRejectedValue(noSpace);
}

/** Lets the next writes below a prefix fail. */
function breakWrites(prefix: string, times: number): { readonly left: () => number } {
  const { objects } = server.app;
  const put = objects.put.bind(objects);
  let left = times;
  vi.spyOn(objects, 'put').mockImplementation((...[key, body, options]: Parameters<Objects['put']>) => {
    if (!key.startsWith(prefix) || left === 0) return put(key, body, options);
    left--;
    return Promise.reject(Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' }));
  });
  return { left: () => left };
}

async function openUpload(): Promise<string> {
  const url = `${server.url}/upload/github/acme::::web/upload-coverage`;
  const answer = await send(url, { token: server.world.R, json: { commitid: newSha(), branch: 'main' } });
  return (answer.body as { raw_upload_location: string }).raw_upload_location;
}

function incoming(): Promise<string[]> {
  return readdir(join(server.app.dataFolder.path, 'objects', '.incoming'));
}

describe('a disk that is full', () => {
  test('a PUT is refused with 503 and the reason, leaves nothing, and the same address takes the bytes later', async () => {
    const location = await openUpload();
    await fillDisk();
    const refused = await send(location, { method: 'PUT', body: LCOV });
    expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('disk of this server is full') });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await incoming()).toEqual([]);
    expect(await uploadRow(server, uploadIdOf(location))).toMatchObject({ state: 'started', raw_key: null });
    vi.restoreAllMocks();
    expect((await send(location, { method: 'PUT', body: LCOV })).status).toBe(200);
    expect(await uploadRow(server, uploadIdOf(location))).toMatchObject({ raw_size: LCOV.length });
  });

  test('our own address answers 507, v2 503, and neither leaves an upload', async () => {
    const { R: token } = server.world;
    const count = () =>
      server.app.database.kysely
        .selectFrom('uploads')
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
    const before = await count();
    await fillDisk();
    const own = await send(`${server.url}/upload/coverage?commit=${newSha()}`, { token, body: LCOV });
    expect(own).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    const v2 = await send(`${server.url}/upload/v2?commit=${newSha()}&token=${token}`, { body: LCOV });
    expect(v2).toMatchObject({ status: 503, text: expect.stringContaining('[storage_full]') });
    expect(v2.headers.get('retry-after')).toBe('60');
    expect(await count()).toEqual(before);
    expect(await incoming()).toEqual([]);
  });
});

describe('a storage that fails for a moment', () => {
  test.each([
    ['v4/parts/', 'reading'],
    ['v4/reports/', 'merging'],
  ])('under %s: %s is tried again soon, long before the reconciler looks', async (prefix) => {
    const faults = breakWrites(prefix, 2);
    // Shorter than the reconciler's minute, which would mend it too.
    const query = `commit=${newSha()}&wait=30`;
    const answer = await send(`${server.url}/upload/coverage?${query}`, { token: server.world.R, body: LCOV });
    expect(answer).toMatchObject({ status: 200, body: { state: 'judged', commit_totals: { lines: 2 } } });
    expect(faults.left()).toBe(0);
  });

  test('uses up no try of the upload, so that a long outage sets nothing aside', async () => {
    const faults = breakWrites('v4/parts/', 3);
    const query = `commit=${newSha()}&wait=30`;
    const answer = await send(`${server.url}/upload/coverage?${query}`, { token: server.world.R, body: LCOV });
    expect(answer).toMatchObject({ status: 200, body: { state: 'judged' } });
    expect(faults.left()).toBe(0);
    const { id } = answer.body as { id: string };
    expect(await uploadRow(server, id)).toMatchObject({ state: 'merged', attempts: 1 });
  });
});
