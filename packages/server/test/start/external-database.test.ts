import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded/supervisor.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { createTestDatabase } from '../support/cluster.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startProcess } from '../support/server-process.ts';
import { makeOpenFolder } from '../support/folders.ts';

const SLOW_SERVER = join(import.meta.dirname, '../support/slow-server.ts');

let folder = '';
let database: TestDatabase;
let server: ServerProcess | null = null;

beforeEach(async () => {
  folder = makeOpenFolder('thatch-external-');
  database = await createTestDatabase({ empty: true });
});

afterEach(async () => {
  server?.child.kill('SIGTERM');
  await server?.ended;
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function start(databaseUrl: string): ServerProcess {
  server = startProcess([SLOW_SERVER, join(folder, 'data'), '1000', databaseUrl]);
  return server;
}

test('with services.database_url the server migrates that database and starts no Postgres of its own', async () => {
  const address = await start(database.url).ready;
  expect((await fetch(`${address}/health`)).status).toBe(200);
  const { rows } = await database.connection.pool.query('select count(*) as steps from thatch_migrations');
  expect((rows[0] as { steps: number }).steps).toBeGreaterThan(0);
  expect(readdirSync(join(folder, 'data')).toSorted()).toEqual(['format.json', 'secrets.json', 'server.lock']);
});

test('it outlives the loss of all its connections, and is unhealthy only while the database is away', async () => {
  const address = await start(database.url).ready;
  await fetch(`${address}/health`);
  await database.connection.pool.query(
    'select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  let status = 0;
  while (status !== 200) ({ status } = await fetch(`${address}/health`));
  expect(server?.child.exitCode).toBe(null);
});

test('it waits for a database that comes up later', async () => {
  const later = join(folder, 'later');
  mkdirSync(later);
  const { port, user } = inject('cluster');
  const waiting = start(
    `postgresql://${user}@localhost:${port}/postgres?host=${encodeURIComponent(join(later, 'run'))}`,
  );
  const said = Promise.withResolvers<void>();
  waiting.child.stdout?.on('data', (text: string) => {
    if (text.includes('waiting for the database')) said.resolve();
  });
  await said.promise;
  const postgres = await startEmbeddedPostgres({ dataFolder: later, log: { info: () => {}, warn: () => {} } });
  if (postgres.kind === 'refused') throw new Error(postgres.refusal.sentence);
  const address = await waiting.ready;
  expect((await fetch(`${address}/health`)).status).toBe(200);
  waiting.child.kill('SIGTERM');
  expect(await waiting.ended).toMatchObject({ status: 0 });
  await postgres.value.stop();
});

test('told to stop while it waits for a database, it stops', async () => {
  const waiting = start('postgresql://nobody@localhost:1/none?host=/nonexistent');
  await new Promise<void>((resolve) => {
    waiting.child.stdout?.on('data', (text: string) => {
      if (text.includes('waiting for the database')) resolve();
    });
  });
  waiting.child.kill('SIGTERM');
  expect(await waiting.ended).toMatchObject({ status: 0 });
});
