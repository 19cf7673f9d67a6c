import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnServer, type OwnServer } from '../own-server.ts';
import { untilAborted, type DemoOptions, type Say } from '../run-demo.ts';
import { loseBytes, type Fault } from './faults.ts';
import { RUNNERS } from './history.ts';
import { sendAll, type Sent } from './send.ts';
import { demoUploads } from './uploads.ts';

/** What the command line says of the large demo. */
export interface LargeDemoOptions extends DemoOptions {
  /** Something to break of an own server; null = nothing. */
  readonly fault: Fault | null;
}

/** The account that looks at the pages of an own server. */
const ADMIN = { name: 'admin', password: 'granary-demo' };
/** How often people are told how far it is. */
const SAY_EVERY = 20;

/**
 * Sends half a year of a made-up repository to a server: a few hundred files in three languages, four suites of tests, three branches, and
 * one upload of each family of errors. Always the same, but for the days: it ends today.
 *
 * @param signal ends it, and the own server when that was left up
 * @throws when the server refuses an upload
 */
export async function runLargeDemo(options: LargeDemoOptions, say: Say, signal: AbortSignal): Promise<void> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-demo-')));
  // Postgres does not run as root: the own server may have to start it as another user, who must get in.
  chmodSync(parent, 0o755);
  let own: OwnServer | null = null;
  try {
    const { server, repository } = options;
    own = server === null ? await startOwnServer(parent, signal, { THATCH_ADMIN_PASSWORD: ADMIN.password }) : null;
    if (own !== null) say(`✓ A server of its own listens on ${own.url}`);
    const token = server?.token ?? (await own!.thatch('token', 'create', '--repo', repository));
    const url = server?.url ?? own!.url;
    const began = performance.now();
    const sent = await sendAll({ url, token, repository }, demoUploads(repository), tellProgress(say), signal);
    say(`✓ ${sent.uploads} uploads of ${sent.commits} commits in ${Math.round((performance.now() - began) / 1000)} s`);
    if (own !== null && options.fault === 'lost-bytes') {
      await loseBytes(own, repository, sent);
      say('✓ The bytes of one upload are lost, and it is read again');
    }
    await own?.thatch('repo', 'set', repository, '--public');
    tellWhatToLookAt(url, repository, sent, own !== null, say);
    if (own !== null && !options.isToEnd) {
      say('The server stays up until Ctrl-C; then it and its folder are removed.');
      await untilAborted(signal);
    }
  } finally {
    await own?.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}

function tellProgress(say: Say): (done: number) => void {
  return (done) => {
    if (done % SAY_EVERY === 0) say(`  ${done} commits are merged`);
  };
}

function tellWhatToLookAt(url: string, repository: string, { pages }: Sent, isOwn: boolean, say: Say): void {
  say(`
Look at

  the repository
    ${url}/${repository}
  a commit of which several uploads do not count, each for another reason
    ${pages.get(RUNNERS) ?? ''}${isOwn ? `\n\n  everything, as ${ADMIN.name} with the password ${ADMIN.password}\n    ${url}/login` : ''}
`);
}
