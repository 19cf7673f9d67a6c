import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile, run, type RunOptions } from './programs.ts';

/** A coverage report that a real tool wrote. */
export interface Report {
  /** Flag of the upload: which tests they were. */
  readonly flag: string;
  /** Relative to the repository. */
  readonly path: string;
  /** The tool and its format, for people. */
  readonly tool: string;
}

/** Runs the tests in TypeScript under c8, each suite into a report of its own format. */
export async function testTypeScript(options: RunOptions): Promise<readonly [unit: Report, commandLine: Report]> {
  rmSync(join(options.folder, 'coverage'), { recursive: true, force: true });
  await cover('unit', 'lcovonly', options);
  await cover('command-line', 'json', options);
  return [
    { flag: 'unit', path: 'coverage/unit/lcov.info', tool: 'c8, lcov' },
    { flag: 'command-line', path: 'coverage/command-line/coverage-final.json', tool: 'c8, Istanbul JSON' },
  ];
}

async function cover(suite: string, reporter: string, options: RunOptions): Promise<void> {
  const c8 = packageFile('c8', 'bin/c8.js');
  if (c8 === null) throw new Error('c8 is not installed: run "npm ci" in the clone.');
  const reports = [`--reporter=${reporter}`, `--reports-dir=coverage/${suite}`, `--temp-directory=coverage/.${suite}`];
  const sources = ['--all', '--src=src', '--include=src/**'];
  const tests = [process.execPath, '--test', `test/${suite}/*.test.ts`];
  await run([process.execPath, c8, ...reports, ...sources, ...tests], options);
}

/** Runs the tests in Python under coverage.py; null when the commit has none, or a sentence that says why they cannot run. */
export async function testPython(options: RunOptions): Promise<Report | string | null> {
  if (!existsSync(join(options.folder, 'python'))) return null;
  try {
    await run(['python3', '-m', 'coverage', '--version'], options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Error) return 'The tests in Python were left out: there is no python3 with coverage.py here.';
    throw error;
  }
  const coverage = ['python3', '-m', 'coverage'] as const;
  const data = '--data-file=coverage/.python';
  const tests = ['-m', 'unittest', 'discover', '--start-directory', 'python'];
  await run([...coverage, 'run', data, '--source=python', '--omit=python/test_*', ...tests], options);
  await run([...coverage, 'json', data, '-q', '-o', 'coverage/python.json'], options);
  return { flag: 'python', path: 'coverage/python.json', tool: 'coverage.py, its JSON' };
}
