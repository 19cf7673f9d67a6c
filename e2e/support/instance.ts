import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isRunning } from '../../packages/server/src/process-identity.ts';
import { readPidFile } from '../../packages/server/src/database/embedded/pid-file.ts';
import type { ServerProcess } from '../../packages/server/test/support/server-process.ts';
import { findFreePort, startServer, THATCH } from '../../packages/server/test/support/server-process.ts';
import { makeOpenFolder } from '../../packages/server/test/support/folders.ts';
import { runWell } from './run.ts';

/** A Thatch as people run it: `thatch serve` on a folder of its own, restarted and killed by its test. */
export interface Instance {
  /** `http://127.0.0.1:PORT`, the same over restarts. */
  readonly url: string;
  readonly dataFolder: string;
  /** The server that runs now, or ran last. */
  readonly server: () => ServerProcess;
  /** Starts another server on the same folder and port, without waiting. */
  readonly start: () => ServerProcess;
  /** Runs a `thatch` command on this installation; gives its standard output, trimmed. */
  readonly thatch: (...words: readonly string[]) => Promise<string>;
  /** Asks the database itself, for what no address tells. */
  readonly query: (statement: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** Ends the server as Ctrl-C does, Postgres with it, and removes the folder. */
  readonly remove: () => Promise<void>;
}

export interface InstanceOptions {
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts an instance on an empty folder and waits until it is ready. */
export async function startInstance(options: InstanceOptions = {}): Promise<Instance> {
  const parent = makeOpenFolder('thatch-e2e-');
  const dataFolder = join(parent, 'data');
  const port = String(await findFreePort());
  const startOnPort = () =>
    startServer(dataFolder, ['--host', '127.0.0.1', '--port', port, ...(options.arguments ?? [])], {
      env: { ...process.env, ...options.environment },
    });
  let server = startOnPort();
  await server.ready;
  return {
    url: `http://127.0.0.1:${port}`,
    dataFolder,
    server: () => server,
    start: () => {
      server = startOnPort();
      return server;
    },
    thatch: (...words) => runWell(process.execPath, [THATCH, ...words, '--data-dir', dataFolder]),
    query: (statement, values = []) => query(dataFolder, statement, values),
    remove: async () => {
      server.child.kill('SIGINT');
      await server.ended;
      await stopOrphan(dataFolder);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function query(
  dataFolder: string,
  statement: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const address = readPidFile(join(dataFolder, 'postgres'));
  if (address === null) throw new Error('Postgres does not run');
  const client = new pg.Client({ host: address.socketFolder, user: 'thatch', database: 'thatch' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

// A server that a test killed leaves one for the next start.
async function stopOrphan(dataFolder: string): Promise<void> {
  const pid = readPidFile(join(dataFolder, 'postgres'))?.pid;
  if (pid === undefined || !isRunning(pid)) return;
  process.kill(pid, 'SIGINT');
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
