import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** The uploader of the Codecov action, as a test finds it. */
export type CodecovCli =
  | {
      readonly kind: 'ready';
      /** Program and first arguments. */
      readonly command: readonly [string, ...string[]];
    }
  | { readonly kind: 'absent'; readonly why: string };

declare module 'vitest' {
  export interface ProvidedContext {
    codecovCli: CodecovCli;
  }
}

/** The version whose behaviour upload-protocol describes. */
export const CODECOV_CLI_VERSION = '11.3.1';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/thatch-e2e');

/** Installs codecov-cli from PyPI into a virtual environment, once for each version of Python, and tells the tests where it is. */
export function setup(project: TestProject): void {
  const cli = findOrInstall();
  if (cli.kind === 'absent') console.warn(`Skipped: the tests of codecov-cli, as ${cli.why}.`);
  project.provide('codecovCli', cli);
}

function findOrInstall(): CodecovCli {
  const version = spawnSync('python3', ['-c', 'import sys; print(sys.version.split()[0])'], { encoding: 'utf8' });
  if (version.status !== 0) return { kind: 'absent', why: 'there is no python3 on this machine' };
  const environment = join(CACHE, `codecov-cli-${CODECOV_CLI_VERSION}-python-${version.stdout.trim()}`);
  // The script of the package names the folder that it was installed into; given to Python as an argument it may be moved.
  const cli: CodecovCli = {
    kind: 'ready',
    command: [join(environment, 'bin/python3'), join(environment, 'bin/codecovcli')],
  };
  if (existsSync(environment)) return cli;
  const fault = install(environment);
  return fault === null ? cli : { kind: 'absent', why: fault };
}

// Made beside and renamed: what was broken off, or another run works on, is never taken for a whole one.
function install(environment: string): string | null {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${environment}.${process.pid}`;
  try {
    const made = spawnSync('python3', ['-m', 'venv', unfinished], { encoding: 'utf8' });
    if (made.status !== 0) return `python3 -m venv failed: ${lastLine(made.stdout + made.stderr)}`;
    const packages = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '5'];
    const wanted = `codecov-cli==${CODECOV_CLI_VERSION}`;
    const installed = spawnSync(join(unfinished, 'bin/python3'), [...packages, wanted], { encoding: 'utf8' });
    if (installed.status !== 0) return `pip install ${wanted} failed: ${lastLine(installed.stderr)}`;
    if (!existsSync(environment)) renameSync(unfinished, environment);
    return null;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
