import { packageFile, ProgramFailure, run, THATCH, type RunOptions } from './programs.ts';
import type { Report } from './suites.ts';

/** Where the demo sends to. */
export interface Destination {
  /** Without a final slash. */
  readonly url: string;
  readonly token: string;
  /** `SERVICE/OWNER/NAME`. */
  readonly repository: string;
}

/** Sends a report with npm `codecov`, as many CI jobs do to this day; gives the address of the page that it printed. */
export async function sendWithCodecov(
  { url, token, repository }: Destination,
  { flag, path }: Report,
  branch: string,
  options: RunOptions,
): Promise<string> {
  const uploader = packageFile('codecov', 'bin/codecov');
  if (uploader === null) throw new Error('npm codecov is not installed: run "npm ci" in the clone.');
  const slug = repository.split('/').slice(1).join('/');
  const words = [`--slug=${slug}`, `--branch=${branch}`, `--flags=${flag}`, `--file=${path}`, '--disable=gcov'];
  const environment = { CODECOV_URL: url, CODECOV_TOKEN: token };
  const output = await run([process.execPath, uploader, ...words], { ...options, environment });
  // It ends with 0 whatever happens.
  const page = /View report at: (\S+)/.exec(output);
  if (page === null) throw new ProgramFailure(['codecov', ...words], 'sent nothing', output);
  return page[1];
}

/** Sends a report with `thatch upload`, waits until it is merged and gives the table that it printed. */
export function sendWithThatch(
  { url, token, repository }: Destination,
  { flag, path }: Report,
  branch: string,
  options: RunOptions,
): Promise<string> {
  const words = ['--repo', repository, '--branch', branch, '--flag', flag, '--file', path, '--wait'];
  const environment = { THATCH_URL: url, THATCH_TOKEN: token };
  return run([process.execPath, THATCH, 'upload', ...words], { ...options, environment });
}
