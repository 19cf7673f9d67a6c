import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { DatabaseAddress, DatabaseConnection } from '../../src/database/connection.ts';
import { connectDatabase } from '../../src/database/connection.ts';

/** The Postgres of this test run. */
export interface TestCluster {
  readonly socketFolder: string;
  readonly port: number;
  readonly user: string;
  /** A database with the whole schema and no rows, which nobody connects to. */
  readonly template: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: TestCluster;
  }
}

/** A database of one test file. */
export interface TestDatabase {
  readonly name: string;
  readonly address: DatabaseAddress;
  /** The same as `services.database_url`, for programs under test. */
  readonly url: string;
  readonly connection: DatabaseConnection;
  /** Closes the connection and removes the database, whoever else is connected. */
  readonly drop: () => Promise<void>;
}

/**
 * Makes a fresh database with the whole schema, or with nothing in it.
 *
 * ```ts
 * const database = await createTestDatabase();
 * afterAll(database.drop);
 * await database.connection.kysely.selectFrom('owners').selectAll().execute();
 * ```
 */
export async function createTestDatabase(
  options: { readonly empty?: boolean; readonly poolMax?: number } = {},
): Promise<TestDatabase> {
  const cluster = inject('cluster');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOnCluster(
    cluster,
    `create database ${name} template ${options.empty === true ? 'template1' : cluster.template}`,
  );
  const address: DatabaseAddress = {
    kind: 'socket',
    folder: cluster.socketFolder,
    port: cluster.port,
    user: cluster.user,
    database: name,
  };
  const connection = connectDatabase({ address, poolMax: options.poolMax });
  return {
    name,
    address,
    url: `postgresql://${cluster.user}@localhost:${cluster.port}/${name}?host=${encodeURIComponent(cluster.socketFolder)}`,
    connection,
    drop: async () => {
      await connection.close();
      await runOnCluster(cluster, `drop database if exists ${name} with (force)`);
    },
  };
}

async function runOnCluster(cluster: TestCluster, statement: string): Promise<void> {
  const maintenance = connectDatabase({
    address: {
      kind: 'socket',
      folder: cluster.socketFolder,
      port: cluster.port,
      user: cluster.user,
      database: 'postgres',
    },
    poolMax: 1,
  });
  try {
    await maintenance.pool.query(statement);
  } finally {
    await maintenance.close();
  }
}
