import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signedUploadPath } from '../../src/objects/signing.ts';
import { pieces } from '../support/bodies.ts';
import { LCOV, newSha, send, uploadIdOf, uploadRow, useTestServer } from '../support/server.ts';
import { leavingNothing, tracesIn } from '../support/traces.ts';
import { filesOf, untilFilesOf } from '../support/watched-folder.ts';
import { commitOf, complete, openUpload, put } from '../support/web.ts';

const MEGABYTE = 1024 * 1024;
const LIMIT = 24 * MEGABYTE;

const server = useTestServer({
  configure: (config) => ({ ...config, limits: { ...config.limits, uploadBytes: LIMIT } }),
});

const settled = (sha: string) => complete(server, sha, '?wait=60');

/** Where files are being written; those of a writer that went do not stay. */
function incoming(): string {
  return join(server.app.dataFolder.path, 'objects', '.incoming');
}

function signed(id: string, secondsFromNow: number): string {
  const key = server.app.dataFolder.secrets.signing_key;
  return server.url + signedUploadPath(key, id, new Date(Date.now() + secondsFromNow * 1000));
}

describe('the signed PUT', () => {
  test('row 21: stores the bytes, says their MD5 and leaves the row stored, with their digests', async () => {
    const { location, id } = await openUpload(server);
    const answer = await put(location, new TextEncoder().encode(LCOV));
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update(LCOV).digest('hex')}"`);
    const row = await uploadRow(server, id);
    expect(row.raw_size).toBe(LCOV.length);
    expect(Buffer.from(row.raw_sha256!)).toEqual(createHash('sha256').update(LCOV).digest());
    expect(Buffer.from((await server.app.objects.read(row.raw_key!))!).toString()).toBe(LCOV);
  });

  test('row 18: an Authorization beside the signature is not looked at', async () => {
    const { sha, location, id } = await openUpload(server);
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(await put(location, LCOV, { authorization })).toMatchObject({ status: 200, text: '' });
    await settled(sha);
    expect(await uploadRow(server, id)).toMatchObject({ state: 'merged', raw_size: LCOV.length, lines: 2 });
  });

  test('row 50: an empty body is refused and the upload goes on waiting', async () => {
    const { sha, location, id } = await openUpload(server);
    for (const body of [undefined, '']) {
      const answer = await leavingNothing(server, () => put(location, body));
      expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/^empty upload: [^\n]+$/) });
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    }
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect((await put(location, LCOV)).status).toBe(200);
    expect(await settled(sha)).toMatchObject({ status: 200, body: { uploads_success: 1 } });
  });

  test('row 50: an expired and a wrong signature are refused and store nothing', async () => {
    const { location, id } = await openUpload(server);
    const other = await openUpload(server);
    const wrong = new URL(location);
    wrong.searchParams.set('s', `${wrong.searchParams.get('s')!.slice(0, -1)}_`);
    const later = new URL(location);
    later.searchParams.set('e', String(Number(later.searchParams.get('e')) + 1));
    const swapped = location.replace(id, other.id);
    for (const refused of [signed(id, -3600), wrong.href, later.href, swapped, location.split('?')[0]]) {
      const answer = await leavingNothing(server, () => put(refused, LCOV));
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(answer.text).toMatch(/^[^\n]+$/);
    }
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect(await uploadRow(server, other.id)).toMatchObject({ state: 'started', raw_key: null });
    expect(filesOf(incoming())).toEqual([]);
  });

  test('row 50: after processing, the same bytes are 200 and other bytes are 409', async () => {
    const { sha, location, id } = await openUpload(server);
    await put(location, LCOV);
    expect((await settled(sha)).status).toBe(200);
    const before = { row: await uploadRow(server, id), commit: await commitOf(server, sha) };
    const same = await leavingNothing(server, () => put(location, LCOV));
    expect(same).toMatchObject({ status: 200, text: '' });
    expect(same.headers.get('etag')).toBe(`"${createHash('md5').update(LCOV).digest('hex')}"`);
    const other = await leavingNothing(server, () => put(location, LCOV.replace('DA:2,0', 'DA:2,5')));
    expect(other).toMatchObject({ status: 409, text: expect.stringMatching(/^[^\n]+$/) });
    expect(other.headers.get('content-type')).toMatch(/^text\/plain/);
    expect({ row: await uploadRow(server, id), commit: await commitOf(server, sha) }).toEqual(before);
    expect(Buffer.from((await server.app.objects.read(before.row.raw_key!))!).toString()).toBe(LCOV);
  });

  test('signatures of uploads that are gone, and ids that are none, are refused', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', "x'; drop table uploads"]) {
      expect((await leavingNothing(server, () => put(signed(id, 60), LCOV))).status).toBe(403);
    }
  });

  test('more than the limit is refused, by its length at once, else when it is passed; nothing is left', async () => {
    const { location, id } = await openUpload(server);
    const big = new Uint8Array(LIMIT + 1);
    for (const body of [() => big, () => pieces(big, 65_536)]) {
      const answer = await leavingNothing(server, () => put(location, body()));
      expect(answer).toMatchObject({ status: 413, text: expect.stringContaining(`${LIMIT}`) });
      expect(answer.text).toMatch(/^[^\n]+$/);
    }
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect(filesOf(incoming())).toEqual([]);
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

  test('a body is written as it comes: its first half is on the disk before the second is sent', async () => {
    const { location, id } = await openUpload(server);
    const half = 8 * MEGABYTE;
    const outgoing = request(location, { method: 'PUT', headers: { 'content-length': String(2 * half) } });
    const answered = once(outgoing, 'response');
    outgoing.write(Buffer.alloc(half, 'a'));
    // The last piece of what came may wait for its neighbours.
    await untilFilesOf(incoming(), (files) => files.some(({ size }) => size >= half - 65_536));
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    outgoing.end(Buffer.alloc(half, 'b'));
    const [response] = (await answered) as [{ statusCode: number; resume: () => void }];
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(await uploadRow(server, id)).toMatchObject({ raw_size: 2 * half });
    expect(filesOf(incoming()).filter(({ size }) => size >= half)).toEqual([]);
  });

  test('a client that goes in mid-PUT leaves nothing, and the upload can be sent again', async () => {
    const { sha, location, id } = await openUpload(server);
    await leavingNothing(server, async () => {
      const outgoing = request(location, { method: 'PUT', headers: { 'content-length': String(16 * MEGABYTE) } });
      outgoing.on('error', () => {});
      outgoing.write(Buffer.alloc(8 * MEGABYTE, 'a'));
      await untilFilesOf(incoming(), (files) => files.some(({ size }) => size >= 4 * MEGABYTE));
      outgoing.destroy();
      await untilFilesOf(incoming(), (files) => files.length === 0);
    });
    expect(await uploadRow(server, id)).toMatchObject({ state: 'started', raw_key: null });
    expect((await put(location, LCOV)).status).toBe(200);
    expect(await settled(sha)).toMatchObject({ status: 200, body: { uploads_success: 1 } });
  });

  test('a repeated PUT before processing replaces the first', async () => {
    const { sha, location, id } = await openUpload(server);
    // The reader is kept away: as if the queue were long.
    const { enqueue } = server.app.jobs;
    server.app.jobs.enqueue = async () => 'unavailable';
    await put(location, 'TN:\nSF:src/old.c\nDA:1,1\nend_of_record\n');
    server.app.jobs.enqueue = enqueue;
    const first = await uploadRow(server, id);
    expect(await put(location, LCOV)).toMatchObject({ status: 200, text: '' });
    await settled(sha);
    const second = await uploadRow(server, id);
    expect(second).toMatchObject({ state: 'merged', lines: 2 });
    const { 'v4/raw/': keys } = await tracesIn(server);
    expect(keys).toContain(second.raw_key);
    expect(keys).not.toContain(first.raw_key);
  });

  test('other methods are 405', async () => {
    const { location } = await openUpload(server);
    expect((await send(location, { method: 'POST', body: LCOV })).status).toBe(405);
  });
});
