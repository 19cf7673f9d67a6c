import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcess } from '../test/support/server-process.ts';
import type { ServerProcess } from '../test/support/server-process.ts';
import { withDatabase } from './admin.ts';
import type { Installation } from './admin.ts';
import { createToken, summariseTokens } from './administration/tokens.ts';
import { findOccupant } from './database/embedded/pid-file.ts';
import { ok } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { makeOpenFolder } from '../test/support/folders.ts';

let folder: string;
let dataDir: string;

beforeAll(() => {
  folder = makeOpenFolder('thatch-admin-');
  dataDir = join(folder, 'data');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const makeToken = (installation: Installation): Promise<Outcome<string>> =>
  createToken(installation, { kind: 'global', service: null }, { name: null, expiresAt: null });

const countTokens = async (): Promise<number> => {
  const counted = await withDatabase({ dataDir }, async (installation) =>
    ok((await summariseTokens(installation, { withRevoked: false })).length),
  );
  if (counted.kind === 'refused') throw new Error(counted.refusal.sentence);
  return counted.value;
};

test('without a server the database is started for the work and stopped after it', async () => {
  expect(await withDatabase({ dataDir }, makeToken)).toMatchObject({ kind: 'ok' });
  expect(findOccupant(join(dataDir, 'postgres')).kind).toBe('none');
  expect(await countTokens()).toBe(1);
});

test('a command that only works on what is there makes no installation of a mistyped folder', async () => {
  const mistyped = join(folder, 'date');
  const outcome = await withDatabase({ dataDir: mistyped, mustExist: true }, makeToken);
  expect(outcome).toMatchObject({
    kind: 'refused',
    refusal: {
      sentence: expect.stringContaining(mistyped),
      fix: expect.stringContaining(`thatch serve --data-dir ${mistyped}`),
      exitStatus: 2,
    },
  });
  expect(existsSync(mistyped)).toBe(false);
  expect(await withDatabase({ dataDir, mustExist: true }, async () => ok('found'))).toEqual(ok('found'));
});

test('commands that come at once take turns', async () => {
  const before = await countTokens();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => withDatabase({ dataDir }, makeToken)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await countTokens()).toBe(before + 4);
});

test('while a server runs, or is just starting, its database is used and left running', async () => {
  const before = await countTokens();
  const server: ServerProcess = startProcess([
    join(import.meta.dirname, '../test/support/slow-server.ts'),
    dataDir,
    '5000',
  ]);
  try {
    expect(await withDatabase({ dataDir }, makeToken)).toMatchObject({ kind: 'ok' });
    const address = await server.ready;
    expect(await withDatabase({ dataDir }, makeToken)).toMatchObject({ kind: 'ok' });
    expect((await fetch(`${address}/health`)).status).toBe(200);
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
  expect(await countTokens()).toBe(before + 2);
});

test('a failure of the work stops the database all the same', async () => {
  await expect(
    withDatabase({ dataDir }, async () => {
      throw new Error('a fault in the work');
    }),
  ).rejects.toThrow('a fault in the work');
  expect(findOccupant(join(dataDir, 'postgres')).kind).toBe('none');
});

test('a configured database that does not answer is told soon, and leaves nothing running', async () => {
  const away = { dataDir, databaseUrl: 'postgresql://nobody@127.0.0.1:1/none', databasePatienceMs: 100 };
  expect(await withDatabase(away, makeToken)).toMatchObject({
    kind: 'refused',
    refusal: { sentence: expect.stringContaining('services.database_url'), exitStatus: 1 },
  });
  expect(await withDatabase({ dataDir }, async () => ok('free'))).toEqual(ok('free'));
});

test('a folder of a newer program is refused untouched', async () => {
  const format = join(dataDir, 'format.json');
  const original = readFileSync(format, 'utf8');
  writeFileSync(format, JSON.stringify({ program: '99.0.0', schema: 999, postgres: 18 }));
  expect(await withDatabase({ dataDir }, makeToken)).toMatchObject({ kind: 'refused', refusal: { exitStatus: 78 } });
  writeFileSync(format, original);
});
