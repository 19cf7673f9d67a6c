import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** The command as people call it. */
export const THATCH = join(import.meta.dirname, '../../../cli/bin/thatch.mjs');

/** A program under test: a server that is up, or one that ended. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Where it listens, by the line of log that says so. Fails when the process ends before, with what it printed. */
  readonly ready: Promise<string>;
  /** What a line of its output says first: the group of the pattern. Waits for the line. */
  readonly logged: (pattern: RegExp) => Promise<string>;
  /** How it ended. */
  readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null; output: string; errors: string }>;
}

/** Starts a program that logs JSON and says "ready". Paths and arguments as for `node`. */
export function startProcess(
  nodeArguments: readonly string[],
  options: SpawnOptions & { readonly node?: string } = {},
): ServerProcess {
  const child = spawn(options.node ?? process.execPath, nodeArguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  const ready = Promise.withResolvers<string>();
  // A test that does not ask may end before.
  ready.promise.catch(() => {});
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const address = /"address":"([^"]+)".*"msg":"ready"/.exec(output);
    if (address !== null) ready.resolve(address[1]);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<Awaited<ServerProcess['ended']>>((resolve) => {
    child.once('close', (status, signal) => {
      ready.reject(new Error(`ended with ${status ?? signal}: ${output}${errors}`));
      resolve({ status, signal, output, errors });
    });
  });
  const logged = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found[1];
      if (child.exitCode !== null) throw new Error(`ended without ${pattern}: ${output}${errors}`);
      await Promise.race([once(child.stdout!, 'data'), ended]);
    }
  };
  return { child, ready: ready.promise, logged, ended };
}

/** Starts `thatch serve` with its log as JSON, on a free port unless the arguments name one. */
export function startServer(
  dataFolder: string,
  serveArguments: readonly string[] = [],
  options: SpawnOptions & { readonly node?: string } = {},
): ServerProcess {
  const port = serveArguments.includes('--port') ? [] : ['--port', '0'];
  return startProcess(
    [THATCH, 'serve', '--data-dir', dataFolder, '--log-format', 'json', ...port, ...serveArguments],
    options,
  );
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
