import { spawn } from 'node:child_process';

/** What one git command gave: its output, or why there is none. */
export type GitResult =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly reason: GitFailure; readonly message: string };

/** `missing`: no git program; `refused`: git ended with an error; `too-large`, `too-slow`: it was stopped. */
export type GitFailure = 'missing' | 'refused' | 'too-large' | 'too-slow';

export interface GitOptions {
  /** Given on standard input. */
  readonly input?: string;
  /** Bytes of output from which on the command is stopped. */
  readonly limit?: number;
}

const OUTPUT_LIMIT = 256 << 20;
const TIME_LIMIT_MS = 120_000;

/** Settings of the user that would change what is printed, or run programs of their own. */
const SETTINGS = ['core.quotePath=false', 'core.fsmonitor=false', 'log.showSignature=false', 'core.commitGraph=true'];

/**
 * Runs git in a folder: never through a shell, never with a pager, never asking, never fetching what a partial clone left out.
 * Text from outside must be checked by the caller before it becomes an argument ({@link isObjectId}, `refs/…`).
 */
export function git(folder: string, command: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  // Replaced objects would give texts that do not belong to their hash.
  const child = spawn('git', ['-C', folder, '--no-pager', '--no-replace-objects', ...settings, ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' },
  });
  const output: Buffer[] = [];
  let complaint = '';
  let size = 0;
  let stopped: GitFailure | null = null;
  const stop = (reason: GitFailure): void => {
    stopped = reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('too-slow'), TIME_LIMIT_MS);

  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > (options.limit ?? OUTPUT_LIMIT)) stop('too-large');
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 4096) complaint += chunk.toString('utf8');
  });
  // Git may end before it has read everything; its exit status tells then.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({ ok: false, reason: error.code === 'ENOENT' ? 'missing' : 'refused', message: error.message });
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      if (stopped !== null)
        resolve({ ok: false, reason: stopped, message: `git ${command[0]} was stopped (${stopped})` });
      else if (status === 0) resolve({ ok: true, output: Buffer.concat(output) });
      else resolve({ ok: false, reason: 'refused', message: complaint.trim() });
    });
  });
}

/** The output as one trimmed line of text; null when the command failed or printed nothing. */
export async function gitLine(folder: string, command: readonly string[]): Promise<string | null> {
  const result = await git(folder, command, { limit: 1 << 20 });
  if (!result.ok) return null;
  const line = result.output.toString('utf8').trim();
  return line === '' ? null : line;
}

/** A whole object id, of a SHA-1 or a SHA-256 repository. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
