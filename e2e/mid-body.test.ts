import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateFiles, toLcov } from '../bench/generate.ts';
import { filesOf, untilFilesOf } from '../packages/server/test/support/watched-folder.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { readCommit, settledCommit } from './support/server-state.ts';

/*
 * The server is killed while bytes of an upload are coming in, some megabytes of them on the disk already: nothing of them is left, nothing
 * counts, and the client that sends them again ends with a whole report.
 */

const SHAPE = { name: 'half sent', files: 800, lines: 800_000 };

describe('a kill in the middle of a body', () => {
  let instance: Instance;
  let token: string;
  let report: Buffer;
  beforeAll(async () => {
    report = toLcov(generateFiles(SHAPE));
    instance = await startInstance();
    token = await instance.thatch('token', 'create', '--repo', 'gh/acme/web');
  });
  afterAll(() => instance.remove());

  const incoming = () => join(instance.dataFolder, 'objects', '.incoming');

  /** Sends the first half of the report, waits until it is on the disk, and kills the server. */
  async function cutByKill(address: string, method: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const outgoing = request(address, { method, headers: { ...headers, 'content-length': String(report.length) } });
    const broken = once(outgoing, 'error');
    const half = report.subarray(0, report.length / 2);
    outgoing.write(half);
    // The last piece of what came may wait for its neighbours.
    await untilFilesOf(incoming(), (files) => files.some(({ size }) => size >= half.length - 65_536));
    const { child, ended } = instance.server();
    child.kill('SIGKILL');
    await Promise.all([ended, broken]);
    expect(filesOf(incoming())).toHaveLength(1);
    await instance.start().ready;
    expect(filesOf(incoming())).toEqual([]);
  }

  function send(address: string, method: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return fetch(address, { method, body, headers: { authorization: `token ${token}` } });
  }

  async function rawObjects(): Promise<number> {
    const rows = await instance.query('select count(raw_key)::int as objects from uploads');
    return rows[0]['objects'] as number;
  }

  test('of a signed PUT leaves an upload that waits, and its address takes the bytes after the restart', async () => {
    const sha = '1f'.repeat(20);
    const opening = `${instance.url}/upload/github/acme::::web/upload-coverage`;
    const opened = await send(opening, 'POST', JSON.stringify({ commitid: sha, branch: 'main' }));
    expect(opened.status).toBe(201);
    const { raw_upload_location: location } = (await opened.json()) as { readonly raw_upload_location: string };
    const before = await rawObjects();

    await cutByKill(location, 'PUT', {});
    expect(await readCommit(instance, sha)).toMatchObject({
      state: 'pending',
      sessions: null,
      totals: null,
      uploads: [{ via: 'D', state: 'started' }],
    });
    expect(await rawObjects()).toBe(before);

    const again = await send(location, 'PUT', new Uint8Array(report));
    expect([again.status, await again.text()]).toEqual([200, '']);
    expect(await settledCommit(instance, token, 'acme/web', sha)).toMatchObject({
      state: 'complete',
      sessions: 1,
      totals: { files: SHAPE.files },
      uploads: [{ via: 'D', state: 'merged' }],
    });
  });

  test('of our own address leaves no upload, and the request sent again makes one', async () => {
    const sha = '2f'.repeat(20);
    const address = `${instance.url}/upload/coverage?commit=${sha}&branch=main&wait=60`;
    await cutByKill(address, 'POST', { authorization: `token ${token}` });
    expect((await readCommit(instance, sha))?.uploads ?? []).toEqual([]);

    const again = await send(address, 'POST', new Uint8Array(report));
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({
      duplicate: false,
      bytes: report.length,
      upload_totals: { files: SHAPE.files },
    });
    expect(await readCommit(instance, sha)).toMatchObject({
      state: 'complete',
      sessions: 1,
      uploads: [{ via: 'own', state: 'merged' }],
    });
  });
});
