import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { plainEnvironment, ProgramFailure, run, THATCH } from './programs.ts';

/** A server that the demo started for itself. */
export interface OwnServer {
  readonly url: string;
  /** Where it keeps everything. */
  readonly dataFolder: string;
  /** Runs a `thatch` command on its installation; gives what it printed, trimmed. */
  readonly thatch: (...words: readonly string[]) => Promise<string>;
  /** Lets it end, as Ctrl-C would. */
  readonly stop: () => Promise<void>;
}

/** Starts `thatch serve` on a free port of this machine, with its data below a folder, and waits until it is ready. */
export async function startOwnServer(
  parent: string,
  signal: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): Promise<OwnServer> {
  const dataFolder = join(parent, 'data');
  const command = ['serve', '--host', '127.0.0.1', '--port', '0', '--data-dir', dataFolder, '--log-format', 'json'];
  const child = spawn(process.execPath, [THATCH, ...command], {
    // It ends by itself when the demo is killed.
    env: { ...plainEnvironment(), ...environment, THATCH_LAUNCHER: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await ended;
  };
  signal.addEventListener('abort', () => void stop(), { once: true });

  const ready = Promise.withResolvers<string>();
  let said = '';
  const listen = (text: string): void => {
    said += text;
    const address = /"address":"([^"]+)".*"msg":"ready"/.exec(said);
    if (address === null) return;
    said = '';
    ready.resolve(address[1]);
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  child.once('close', (status, killedBy) => {
    ready.reject(new ProgramFailure(['thatch', 'serve'], `ended with ${status ?? killedBy}`, said));
  });
  return {
    url: await ready.promise,
    dataFolder,
    thatch: async (...words) => {
      const full = [process.execPath, THATCH, ...words, '--data-dir', dataFolder] as const;
      return (await run([...full], { folder: parent, signal })).trim();
    },
    stop,
  };
}
