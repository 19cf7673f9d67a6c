import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** How a program ended and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output. */
  readonly output: string;
  /** Standard error. */
  readonly errors: string;
  /** Both, in the order in which they came: what a person sees in the log of a CI job. */
  readonly text: string;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly folder?: string;
  /** The whole environment; nothing of the caller's is inherited, as a CI's variables change what uploaders do. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the program reads from standard input; nothing unless said. */
  readonly input?: string;
  /** Starts a process group of its own, so that a signal can go to all of it as from a terminal. */
  readonly ownGroup?: boolean;
}

/** Starts a program. */
export function start(program: string, programArguments: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(program, programArguments, {
    cwd: options.folder,
    env: { ...(options.environment ?? plainEnvironment()) },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
  });
  // A program that does not read may end before.
  child.stdin.on('error', () => {}).end(options.input ?? '');
  const said = { output: '', errors: '', text: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said.output += chunk;
    said.text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said.errors += chunk;
    said.text += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, ...said }));
  });
  return { child, ended };
}

/** Runs a program to its end. */
export function run(program: string, programArguments: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(program, programArguments, options).ended;
}

/** Runs a program that has to succeed; gives what it printed on standard output, trimmed. */
export async function runWell(
  program: string,
  programArguments: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const ended = await run(program, programArguments, options);
  if (ended.status === 0) return ended.output.trim();
  throw new Error(
    `${program} ${programArguments.join(' ')} ended with ${ended.status ?? ended.signal}:\n${ended.text}`,
  );
}

/** What a program needs of this machine, and nothing that tells of a CI, a token or a person's settings. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...more,
  };
}
