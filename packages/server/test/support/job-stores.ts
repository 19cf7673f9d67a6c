import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { OpenJobsOptions } from '../../src/jobs/bullmq.ts';
import { createTestDatabase } from './cluster.ts';

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

/** The program, or null where it is not installed. */
export const redisServer: string | null = spawnSync('redis-server', ['--version']).status === 0 ? 'redis-server' : null;

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
  const folder = mkdtempSync(join(tmpdir(), 'thatch-redis-'));
  const socket = join(folder, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], {
    stdio: 'ignore',
  });
  const admin = new Redis({ path: socket, retryStrategy: () => 20 });
  admin.on('error', () => {});
  await admin.ping();
  return {
    store: { kind: 'redis', url: `unix://${socket}` },
    cutConnections: async () => {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    hold: async () => {
      server.kill('SIGSTOP');
      return async () => void server.kill('SIGCONT');
    },
    dump: async () => {
      const keys = await admin.keys('thatch:*:m-*');
      return JSON.stringify(await Promise.all(keys.map((key) => admin.hgetall(key).catch(() => null))));
    },
    close: async () => {
      admin.disconnect();
      server.kill('SIGKILL');
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
