import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnServer, type OwnServer } from './own-server.ts';
import type { RunOptions } from './programs.ts';
import { commitStep, initRepository, STEPS, type Step } from './repository.ts';
import { testPython, testTypeScript } from './suites.ts';
import { sendWithCodecov, sendWithThatch, type Destination } from './uploaders.ts';

/** What the command line says. */
export interface DemoOptions {
  /** A server that runs, with a token for it; null: the demo starts one of its own. */
  readonly server: { readonly url: string; readonly token: string } | null;
  /** `SERVICE/OWNER/NAME` that receives the uploads. */
  readonly repository: string;
  /** Ends when all is sent, instead of leaving the own server up. */
  readonly isToEnd: boolean;
}

/** Where the demo tells what it does. */
export type Say = (text: string) => void;

/**
 * Makes a small git repository, runs its tests with real coverage tools at each commit, sends the reports with two uploaders to one
 * repository of a server, and says what to look at there. Its folder, and that of an own server, is removed at the end.
 *
 * @param signal ends the demo, and the own server when that was left up
 * @throws when a program of the demo fails; its message tells which and what it printed
 */
export async function runDemo(options: DemoOptions, say: Say, signal: AbortSignal): Promise<void> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-demo-')));
  // Postgres does not run as root: the own server may have to start it as another user, who must get in.
  chmodSync(parent, 0o755);
  let own: OwnServer | null = null;
  try {
    own = options.server === null ? await startServer(parent, say, signal) : null;
    const destination = await openDestination(options, own);
    const shas = await sendAll(destination, parent, say, signal);
    await own?.thatch('repo', 'set', options.repository, '--public');
    tellWhatToLookAt(destination, shas, own !== null, say);
    if (own !== null && !options.isToEnd) {
      say('The server stays up until Ctrl-C; then it and its folder are removed.');
      await untilAborted(signal);
    }
  } finally {
    await own?.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}

async function startServer(parent: string, say: Say, signal: AbortSignal): Promise<OwnServer> {
  const own = await startOwnServer(parent, signal);
  say(`✓ A server of its own listens on ${own.url}`);
  return own;
}

async function openDestination({ server, repository }: DemoOptions, own: OwnServer | null): Promise<Destination> {
  if (server !== null) return { ...server, repository };
  return { url: own!.url, token: await own!.thatch('token', 'create', '--repo', repository), repository };
}

/** Makes every commit, tests it and sends its reports; gives the shas in order. */
async function sendAll(destination: Destination, parent: string, say: Say, signal: AbortSignal): Promise<string[]> {
  const folder = join(parent, 'shapes');
  mkdirSync(folder);
  const options: RunOptions = { folder, signal };
  await initRepository(options);
  const shas: string[] = [];
  for (const step of STEPS) shas.push(await sendStep(step, destination, options, say));
  return shas;
}

async function sendStep(step: Step, destination: Destination, options: RunOptions, say: Say): Promise<string> {
  const sha = await commitStep(step, options);
  say(`\n${sha.slice(0, 10)} on ${step.branch}: ${step.message}`);
  const [unit, commandLine] = await testTypeScript(options);
  const python = await testPython(options);
  await sendWithCodecov(destination, unit, step.branch, options);
  say(`✓ ${unit.flag} (${unit.tool}), sent with npm codecov`);
  const later = [commandLine, ...(python === null || typeof python === 'string' ? [] : [python])];
  let table = '';
  for (const report of later) {
    table = await sendWithThatch(destination, report, step.branch, options);
    say(`✓ ${report.flag} (${report.tool}), sent with thatch upload`);
  }
  if (typeof python === 'string') say(`! ${python}`);
  say(table.trimEnd());
  return sha;
}

function tellWhatToLookAt({ url, repository }: Destination, shas: readonly string[], isOpen: boolean, say: Say): void {
  const [service, owner, ...name] = repository.split('/');
  const api = `${url}/api/v2/${service}/${owner}/repos/${name.join('/')}`;
  const curl = isOpen ? 'curl' : 'curl -H "Authorization: Bearer $API_TOKEN"';
  const head = shas[STEPS.findLastIndex(({ branch }) => branch === 'main')];
  say(`
Look at

  all commits with their totals
    ${curl} ${api}/commits
  what was sent for one of them, by which uploader
    ${curl} ${api}/commits/${head}/uploads/
  the lines of a file, some without a test (0 = hit, 1 = missed)
    ${curl} "${api}/file_report/src/triangle.ts?sha=${head}"
  a branch, whose new code is half tested
    ${curl} "${api}/totals?branch=rounding"
`);
}

/** Waits until somebody ends the demo. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
