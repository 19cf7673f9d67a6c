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
  /** Lets it take nothing new, while it can still be read, as one whose memory is full. */
  readonly fill: () => Promise<void>;
  /** Lets it take again after {@link TestRedis.fill}. */
  readonly makeRoom: () => Promise<void>;
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
  const ask = async (question: (client: Redis) => Promise<unknown>): Promise<void> => {
    const client = new Redis({ path: socket, retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await question(client);
    client.disconnect();
  };
  // Nothing is evicted unless it is configured, so beyond this every command that stores something is refused.
  const setMemory = (bytes: number): Promise<void> => ask((client) => client.config('SET', 'maxmemory', bytes));
  return {
    url: `unix://${socket}`,
    socket,
    start: async () => {
      server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], {
        stdio: 'ignore',
      });
      await ask((client) => client.ping());
    },
    kill,
    hold: () => void server?.kill('SIGSTOP'),
    release: () => void server?.kill('SIGCONT'),
    fill: () => setMemory(1),
    makeRoom: () => setMemory(0),
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
