import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** The program, or null where it is not installed. */
export const redisServer: string | null = spawnSync('redis-server', ['--version']).status === 0 ? 'redis-server' : null;

/** A Redis of one test, on a socket of its own, which can be taken away. */
export interface TestRedis {
  readonly url: string;
  readonly socket: string;
  /** Starts it, empty. Resolves when it answers. */
  readonly start: () => Promise<void>;
  /** Ends it at once; what it held is lost. */
  readonly kill: () => Promise<void>;
  /** Lets it answer nothing, with all connections open. */
  readonly hold: () => void;
  /** Lets it go on after {@link TestRedis.hold}. */
  readonly release: () => void;
  readonly isRunning: () => boolean;
  /** Ends it and removes its folder. */
  readonly close: () => Promise<void>;
}

/** Prepares one; it runs when it is started. */
export function makeRedis(): TestRedis {
  const folder = mkdtempSync(join(tmpdir(), 'thatch-redis-'));
  const socket = join(folder, 'redis.sock');
  let server: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const running = server;
    if (running === null) return;
    server = null;
    running.kill('SIGKILL');
    await once(running, 'exit');
  };
  return {
    url: `unix://${socket}`,
    socket,
    start: async () => {
      server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], {
        stdio: 'ignore',
      });
      const client = new Redis({ path: socket, retryStrategy: () => 20, maxRetriesPerRequest: null });
      client.on('error', () => {});
      await client.ping();
      client.disconnect();
    },
    kill,
    hold: () => void server?.kill('SIGSTOP'),
    release: () => void server?.kill('SIGCONT'),
    isRunning: () => server !== null,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
