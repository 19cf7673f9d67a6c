import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connectDatabase } from '../../src/database/connection.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded/supervisor.ts';
import { migrate } from '../../src/database/migrate.ts';
import { MIGRATIONS } from '../../src/database/migrations/index.ts';
import type { TestCluster } from './cluster.ts';

const TEMPLATE = 'thatch_template';

/** Starts the one Postgres of a test run and fills the template that every test file clones; returns how it ends. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-test-')));
  // What a test run writes need not survive a power cut.
  const started = await startEmbeddedPostgres({
    dataFolder: folder,
    log: { info: () => {}, warn: (_context, message) => console.warn(message) },
    extraSettings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  });
  if (started.kind === 'refused') throw new Error(`${started.refusal.sentence}. ${started.refusal.fix}`);
  const postgres = started.value;
  const cluster: TestCluster = {
    socketFolder: postgres.socketFolder,
    port: postgres.port,
    user: postgres.user,
    template: TEMPLATE,
  };
  await makeTemplate(cluster);
  project.provide('cluster', cluster);
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function makeTemplate(cluster: TestCluster): Promise<void> {
  const address = { kind: 'socket', folder: cluster.socketFolder, port: cluster.port, user: cluster.user } as const;
  const maintenance = connectDatabase({ address: { ...address, database: 'postgres' }, poolMax: 1 });
  await maintenance.pool.query(`create database ${TEMPLATE}`);
  await maintenance.close();

  const template = connectDatabase({ address: { ...address, database: TEMPLATE }, poolMax: 2 });
  const migrated = await migrate(template.kysely, MIGRATIONS);
  await template.close();
  if (migrated.kind === 'refused') throw new Error(migrated.refusal.sentence);
}
