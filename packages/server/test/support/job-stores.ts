import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { OpenJobsOptions } from '../../src/jobs/bullmq.ts';
import { createTestDatabase } from './cluster.ts';
import { makeRedis } from './redis.ts';

/** Queues of one test. */
export interface TestStore {
  readonly store: OpenJobsOptions['store'];
  /** Breaks every connection to the store, as a restart of it would. */
  readonly cutConnections: () => Promise<void>;
  /** Lets it answer nothing until the function that is given back is called. */
  readonly hold: () => Promise<() => Promise<void>>;
  /** All that it keeps of jobs, as text. */
  readonly dump: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** An empty database of its own. */
export async function openPostgresStore(): Promise<TestStore> {
  const cluster = inject('cluster');
  const { connection, name, drop } = await createTestDatabase({ empty: true });
  return {
    // Only what survives JSON: a test hands it to another process.
    store: {
      kind: 'postgres',
      connection: { host: cluster.socketFolder, port: cluster.port, user: cluster.user, database: name },
    },
    cutConnections: async () => {
      await connection.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
    },
    hold: async () => {
      const holder = await connection.pool.connect();
      await holder.query('begin; lock table bullmq.job in access exclusive mode');
      return async () => {
        await holder.query('rollback');
        holder.release();
      };
    },
    dump: async () => JSON.stringify((await connection.pool.query('select to_jsonb(job) from bullmq.job')).rows),
    close: drop,
  };
}

/** A server of its own on a socket. */
export async function openRedisStore(): Promise<TestStore> {
  const redis = makeRedis();
  await redis.start();
  const admin = new Redis({ path: redis.socket, retryStrategy: () => 20 });
  admin.on('error', () => {});
  return {
    store: { kind: 'redis', url: redis.url },
    cutConnections: async () => {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    hold: async () => {
      redis.hold();
      return async () => redis.release();
    },
    dump: async () => {
      const keys = await admin.keys('thatch:*:m-*');
      return JSON.stringify(await Promise.all(keys.map((key) => admin.hgetall(key).catch(() => null))));
    },
    close: async () => {
      admin.disconnect();
      await redis.close();
    },
  };
}
