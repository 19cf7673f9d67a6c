import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line of Thatch, as Node starts it. */
export const THATCH = fileURLToPath(new URL('../../bin/thatch.mjs', import.meta.url));

/** A program of the demo that did not do what it was to do. */
export class ProgramFailure extends Error {
  constructor(command: readonly string[], how: string, output: string) {
    super(`${command.join(' ')} ${how}:\n${output.trim()}`);
  }
}

/** How a program is run. */
export interface RunOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end and gives what it printed on standard output.
 *
 * @throws ProgramFailure when it ends with anything but 0; an AbortError when the signal says so.
 */
export async function run(command: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [program, ...words] = command;
  const child = spawn(program, words, {
    cwd: options.folder,
    env: { ...plainEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) resolve(output);
      else reject(new ProgramFailure(command, `ended with ${status ?? signal}`, output + errors));
    });
  });
}

/** What programs need of this machine. A CI's variables stay out: uploaders would take its commit for that of the demo. */
export function plainEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER', 'LOGNAME', 'TERM', 'NO_COLOR'];
  const known = names.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(known), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
}

/** A file of an npm package of the workspace, or null when that is not installed. */
export function packageFile(name: string, path: string): string | null {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path);
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}
