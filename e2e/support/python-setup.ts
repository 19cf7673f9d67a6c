import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Programs in Python as a test finds them: the uploader of the Codecov action, and the coverage tool of the demo. */
export type PythonTools =
  | {
      readonly kind: 'ready';
      /** Program and first arguments of codecov-cli. */
      readonly codecovCli: readonly [string, ...string[]];
      /** Folder with a `python3` that has coverage.py, for a PATH. */
      readonly binaries: string;
    }
  | { readonly kind: 'absent'; readonly why: string };

declare module 'vitest' {
  export interface ProvidedContext {
    pythonTools: PythonTools;
  }
}

/** The codecov-cli whose behaviour upload-protocol describes, and a coverage.py. */
const PACKAGES = ['codecov-cli==11.3.1', 'coverage==7.17.4'];

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/thatch-e2e');

/** Installs them from PyPI into a virtual environment, once for each version of Python, and tells the tests where they are. */
export function setup(project: TestProject): void {
  const tools = findOrInstall();
  if (tools.kind === 'absent') console.warn(`Skipped: the tests of codecov-cli and coverage.py, as ${tools.why}.`);
  project.provide('pythonTools', tools);
}

function findOrInstall(): PythonTools {
  const version = spawnSync('python3', ['-c', 'import sys; print(sys.version.split()[0])'], { encoding: 'utf8' });
  if (version.status !== 0) return { kind: 'absent', why: 'there is no python3 on this machine' };
  const environment = join(CACHE, [...PACKAGES, `python==${version.stdout.trim()}`].join('-').replaceAll('==', '-'));
  const binaries = join(environment, 'bin');
  // The script of the package names the folder that it was installed into; given to Python as an argument it may be moved.
  const tools: PythonTools = {
    kind: 'ready',
    binaries,
    codecovCli: [join(binaries, 'python3'), join(binaries, 'codecovcli')],
  };
  if (existsSync(environment)) return tools;
  const fault = install(environment);
  return fault === null ? tools : { kind: 'absent', why: fault };
}

// Made beside and renamed: what was broken off, or another run works on, is never taken for a whole one.
function install(environment: string): string | null {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${environment}.${process.pid}`;
  try {
    const made = spawnSync('python3', ['-m', 'venv', unfinished], { encoding: 'utf8' });
    if (made.status !== 0) return `python3 -m venv failed: ${lastLine(made.stdout + made.stderr)}`;
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '5', ...PACKAGES];
    const installed = spawnSync(join(unfinished, 'bin/python3'), pip, { encoding: 'utf8' });
    if (installed.status !== 0) return `pip install ${PACKAGES.join(' ')} failed: ${lastLine(installed.stderr)}`;
    if (!existsSync(environment)) renameSync(unfinished, environment);
    return null;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
