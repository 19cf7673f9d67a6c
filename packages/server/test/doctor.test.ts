import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withDatabase } from '../src/admin.ts';
import { defaultConfig, type Config } from '../src/config/config.ts';
import { examine, type Finding } from '../src/doctor/doctor.ts';
import { ok } from '../src/outcome.ts';
import { createTestDatabase, type TestDatabase } from './support/cluster.ts';
import { makeOpenFolder } from './support/folders.ts';

const folder = makeOpenFolder('thatch-doctor-');
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  const started = await withDatabase({ dataDir: join(folder, 'new') }, async () => ok('made'));
  expect(started).toEqual(ok('made'));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function occupied(answer: string, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) => void response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function configOf(port: number, codecovUrl: string | null = null): Config {
  const config = defaultConfig();
  return { ...config, listen: { ...config.listen, host: '127.0.0.1', port }, setup: { ...config.setup, codecovUrl } };
}

const found = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check);

describe('thatch doctor', () => {
  test('finds the place of a first start in order, and leaves the disk as it was', async () => {
    const dataDir = join(folder, 'above', 'later');
    const findings = await examine({ dataDir, config: configOf(0) });
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(['port', 'data folder', 'disk', 'Postgres', 'public address']);
    expect(readdirSync(folder)).toEqual(['new']);
    const empty = join(folder, 'empty');
    mkdirSync(empty, { mode: 0o700 });
    expect((await examine({ dataDir: empty, config: configOf(0) })).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
    rmdirSync(empty);
  });

  test('before a first start it knows whether the database of services.database_url answers', async () => {
    const dataDir = join(folder, 'later');
    const withUrl = (databaseUrl: string): Config => {
      const config = configOf(0);
      return { ...config, services: { ...config.services, databaseUrl } };
    };
    const answers = await examine({ dataDir, config: withUrl(database.url) });
    expect(found(answers, 'Postgres')).toMatchObject({ state: 'ok', seen: expect.stringMatching(/^Postgres 18/) });
    expect(found(answers, 'clock')?.state).toBe('ok');
    const silent = await examine({ dataDir, config: withUrl('postgresql://nobody@127.0.0.1:1/none') });
    expect(found(silent, 'Postgres')).toMatchObject({
      state: 'failed',
      seen: expect.stringContaining('services.database_url'),
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('finds an installation in order that was started before', async () => {
    const findings = await examine({ dataDir: join(folder, 'new'), config: configOf(0) });
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'port',
      'data folder',
      'disk',
      'Postgres',
      'clock',
      'objects',
      'public address',
    ]);
    expect(found(findings, 'Postgres')?.seen).toMatch(/^Postgres 18\.\d+, schema (\d+) of \1$/);
    expect(found(findings, 'objects')?.seen).toBe('put, get and delete work');
  });

  test('names a port that another program uses, and the way out', async () => {
    await occupied('hello', async (port) => {
      const inUse = found(await examine({ dataDir: join(folder, 'new'), config: configOf(port) }), 'port');
      expect([inUse?.state, inUse?.fix]).toEqual(['failed', expect.stringContaining('--port')]);
    });
  });

  test('tells a running Thatch from another program, on the port and behind the public address', async () => {
    await occupied('0.1.0 is live!', async (port) => {
      const findings = await examine({
        dataDir: join(folder, 'new'),
        config: configOf(port, `http://127.0.0.1:${port}`),
      });
      expect(found(findings, 'port')).toMatchObject({ state: 'ok', seen: `0.1.0 is live! (port ${port})` });
      expect(found(findings, 'public address')?.state).toBe('ok');
    });
    await occupied('<html>', async (port) => {
      const findings = await examine({ dataDir: join(folder, 'new'), config: configOf(0, `http://127.0.0.1:${port}`) });
      expect(found(findings, 'public address')).toMatchObject({
        state: 'failed',
        fix: expect.stringContaining('setup.codecov_url'),
      });
    });
  });

  test('a public address that nobody answers is broken, the other checks are made all the same', async () => {
    const findings = await examine({ dataDir: join(folder, 'new'), config: configOf(0, 'http://127.0.0.1:1') });
    expect(found(findings, 'public address')?.state).toBe('failed');
    expect(found(findings, 'objects')?.state).toBe('ok');
  });

  test('a data folder that others may read is doubtful, a file in its place is broken', async () => {
    const open = join(folder, 'new');
    chmodSync(open, 0o755);
    expect(found(await examine({ dataDir: open, config: configOf(0) }), 'data folder')).toMatchObject({
      state: 'warning',
      fix: expect.stringContaining('chmod 700'),
    });
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const findings = await examine({ dataDir: file, config: configOf(0) });
    expect(found(findings, 'data folder')?.state).toBe('failed');
    expect(found(findings, 'Postgres')).toBeUndefined();
  });
});
