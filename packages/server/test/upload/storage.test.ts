import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedUploadPath } from '../../src/objects/signing.ts';
import { LCOV, newSha, send, startTestServer, type TestServer, uploadIdOf, uploadRow } from '../support/server.ts';

const LIMIT = 3 * 1024 * 1024;

let server: TestServer;
let base: string;

beforeAll(async () => {
  server = await startTestServer({
    configure: (config) => ({ ...config, limits: { ...config.limits, uploadBytes: LIMIT } }),
  });
  base = `${server.url}/upload/github/acme::::web`;
});
afterAll(() => server.stop());

interface Opened {
  readonly sha: string;
  readonly location: string;
  readonly id: string;
}

async function open(): Promise<Opened> {
  const sha = newSha();
  const { body } = await send(`${base}/upload-coverage`, {
    token: server.world.R,
    json: { commitid: sha, branch: 'main' },
  });
  const location = (body as { raw_upload_location: string }).raw_upload_location;
  return { sha, location, id: uploadIdOf(location) };
}

function settled(sha: string) {
  return send(`${base}/commits/${sha}/upload-complete?wait=60`, { method: 'POST', token: server.world.R });
}

function put(location: string, body?: string | Uint8Array, headers: Record<string, string> = {}) {
  return send(location, { method: 'PUT', body, headers });
}

/** Files that are being written, or were left half-written. */
function unfinished(): string[] {
  return readdirSync(join(server.app.dataFolder.path, 'objects', '.incoming'));
}

function signed(id: string, secondsFromNow: number): string {
  const key = server.app.dataFolder.secrets.signing_key;
  return server.url + signedUploadPath(key, id, new Date(Date.now() + secondsFromNow * 1000));
}

describe('the signed PUT', () => {
  test('row 21: stores the bytes, says their MD5 and leaves the row stored, with their digests', async () => {
    const { location, id } = await open();
    const answer = await put(location, new TextEncoder().encode(LCOV));
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update(LCOV).digest('hex')}"`);
    const row = await uploadRow(server, id);
    expect(row.raw_size).toBe(LCOV.length);
    expect(Buffer.from(row.raw_sha256!)).toEqual(createHash('sha256').update(LCOV).digest());
    expect(Buffer.from((await server.app.objects.read(row.raw_key!))!).toString()).toBe(LCOV);
  });

  test('row 18: an Authorization beside the signature is not looked at', async () => {
    const { location } = await open();
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await put(location, LCOV, { authorization })).status).toBe(200);
  });

  test('row 50: an empty body is refused and the upload goes on waiting', async () => {
    const { location, id } = await open();
    for (const body of [undefined, '']) {
      expect(await put(location, body)).toMatchObject({ status: 400, text: expect.stringMatching(/^empty upload/) });
    }
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect((await put(location, LCOV)).status).toBe(200);
  });

  test('row 50: an expired and a wrong signature are refused and store nothing', async () => {
    const { location, id } = await open();
    const other = await open();
    const wrong = new URL(location);
    wrong.searchParams.set('s', `${wrong.searchParams.get('s')!.slice(0, -1)}_`);
    const later = new URL(location);
    later.searchParams.set('e', String(Number(later.searchParams.get('e')) + 1));
    const swapped = location.replace(id, other.id);
    for (const refused of [signed(id, -3600), wrong.href, later.href, swapped, location.split('?')[0]]) {
      const answer = await put(refused, LCOV);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(answer.text).toMatch(/^[^\n]+$/);
    }
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect(await uploadRow(server, other.id)).toMatchObject({ state: 'started', raw_key: null });
  });

  test('row 50: after processing, the same bytes are 200 and other bytes are 409', async () => {
    const { sha, location, id } = await open();
    await put(location, LCOV);
    expect((await settled(sha)).status).toBe(200);
    const before = await uploadRow(server, id);
    const same = await put(location, LCOV);
    expect(same).toMatchObject({ status: 200, text: '' });
    expect(same.headers.get('etag')).toBe(`"${createHash('md5').update(LCOV).digest('hex')}"`);
    const other = await put(location, LCOV.replace('DA:2,0', 'DA:2,5'));
    expect(other.status).toBe(409);
    expect(await uploadRow(server, id)).toEqual(before);
    expect(await server.app.objects.read(before.raw_key!)).not.toBeNull();
  });

  test('signatures of uploads that are gone, and ids that are none, are refused', async () => {
    expect((await put(signed('00000000-0000-4000-8000-000000000000', 60), LCOV)).status).toBe(403);
    expect((await put(signed("x'; drop table uploads", 60), LCOV)).status).toBe(403);
  });

  test('more than the limit is refused, by its length at once, else when it is passed; nothing is left', async () => {
    const { location, id } = await open();
    const big = new Uint8Array(LIMIT + 1);
    expect(await put(location, big)).toMatchObject({ status: 413, text: expect.stringContaining(`${LIMIT}`) });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < big.length; at += 65_536) controller.enqueue(big.subarray(at, at + 65_536));
        controller.close();
      },
    });
    expect((await send(location, { method: 'PUT', body })).status).toBe(413);
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect(unfinished()).toEqual([]);
  });

  test('row 39: a megabyte in chunks of one character each is one body', async () => {
    const { body } = await send(`${server.url}/upload/bundle_analysis/v1`, {
      token: server.world.R,
      json: { slug: 'acme::::web', commit: newSha() },
    });
    const location = new URL((body as { url: string }).url);
    const text = JSON.stringify({ version: '3', bundleName: 'b', padding: 'x'.repeat(1024 * 1024) });
    const socket = connect(Number(location.port), location.hostname);
    socket.write(`PUT ${location.pathname}${location.search} HTTP/1.1\r\nHost: ${location.host}\r\n`);
    socket.write('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
    for (let at = 0; at < text.length; at += 4096) {
      const chunks = [...text.slice(at, at + 4096)].map((character) => `1\r\n${character}\r\n`).join('');
      if (!socket.write(chunks)) await once(socket, 'drain');
    }
    socket.write('0\r\n\r\n');
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const row = await uploadRow(server, uploadIdOf(location.href));
    expect(row).toMatchObject({ kind: 'bundle_analysis', state: 'stored', raw_size: text.length });
    expect(Buffer.from((await server.app.objects.read(row.raw_key!))!).toString()).toBe(text);
  });

  test('a body is written as it comes: its first bytes are on the disk before the last are sent', async () => {
    const { location, id } = await open();
    const outgoing = request(location, { method: 'PUT', headers: { 'content-length': String(2 * 1024 * 1024) } });
    const answered = once(outgoing, 'response');
    outgoing.write(Buffer.alloc(1024 * 1024, 'a'));
    await expect.poll(unfinished).toHaveLength(1);
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started' });
    outgoing.end(Buffer.alloc(1024 * 1024, 'b'));
    const [response] = (await answered) as [{ statusCode: number; resume: () => void }];
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(await uploadRow(server, id)).toMatchObject({ raw_size: 2 * 1024 * 1024 });
    expect(unfinished()).toEqual([]);
  });

  test('a client that goes in mid-PUT leaves nothing, and the upload can be sent again', async () => {
    const { sha, location, id } = await open();
    const outgoing = request(location, { method: 'PUT', headers: { 'content-length': '100000' } });
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(50_000, 'a'));
    await expect.poll(unfinished).toHaveLength(1);
    outgoing.destroy();
    await expect.poll(unfinished).toEqual([]);
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect((await put(location, LCOV)).status).toBe(200);
    expect(await settled(sha)).toMatchObject({ status: 200, body: { uploads_success: 1 } });
  });

  test('a repeated PUT before processing replaces the first', async () => {
    const { sha, location, id } = await open();
    // The reader is kept away: as if the queue were long.
    const { enqueue } = server.app.jobs;
    server.app.jobs.enqueue = async () => 'unavailable';
    await put(location, 'TN:\nSF:src/old.c\nDA:1,1\nend_of_record\n');
    server.app.jobs.enqueue = enqueue;
    const first = await uploadRow(server, id);
    expect((await put(location, LCOV)).status).toBe(200);
    await settled(sha);
    expect(await uploadRow(server, id)).toMatchObject({ state: 'merged', lines: 2 });
    expect(await server.app.objects.read(first.raw_key!)).toBeNull();
  });

  test('other methods are 405', async () => {
    const { location } = await open();
    expect((await send(location, { method: 'POST', body: LCOV })).status).toBe(405);
  });
});
