import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { Outcome } from '../../outcome.ts';
import { ok, refused } from '../../outcome.ts';
import { syncFolder } from '../../datadir/durable.ts';
import type { Account } from './account.ts';
import { commandUnder, giveTo } from './account.ts';
import { cannotExecute } from './binaries.ts';

/** The superuser, and owner of everything, in an embedded cluster. */
export const DATABASE_USER = 'thatch';

/**
 * Makes the cluster in `folder` unless it is there. It is built beside its place and renamed when it is whole and on disk, so that a
 * start that is cut leaves nothing that looks like a cluster.
 */
export async function makeCluster(
  folder: string,
  initdb: string,
  account: Account,
): Promise<Outcome<'made' | 'there'>> {
  removeUnfinished(folder);
  if (existsSync(folder)) return ok('there');
  // A name of its own: the initdb of a server that was killed may still be writing.
  const unfinished = mkdtempSync(`${folder}.init-`);
  giveTo(account, unfinished);

  const result = await run(initdb, account, [
    `--pgdata=${unfinished}`,
    `--username=${DATABASE_USER}`,
    // Who may enter the folder of the socket is who may connect.
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]);
  if (result.kind === 'refused') return result;
  renameSync(unfinished, folder);
  syncFolder(dirname(folder));
  return ok('made');
}

function removeUnfinished(folder: string): void {
  const parent = dirname(folder);
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(`${basename(folder)}.init`))) {
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Somebody writes there at this moment, and dies of its closed pipe: the next start removes it.
    }
  }
}

async function run(program: string, account: Account, programArguments: string[]): Promise<Outcome<null>> {
  const { command, commandArguments, options } = commandUnder(account, program, programArguments);
  const child = spawn(command, commandArguments, {
    ...options,
    cwd: '/',
    // A session of its own: Ctrl-C in the terminal must reach the server only.
    detached: true,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(cannotExecute(program, error.message)));
    child.once('close', (status) => {
      if (status === 0) return resolve(ok(null));
      // 127: unshare could not execute it.
      if (status === 127) return resolve(cannotExecute(program, output.trim()));
      resolve(
        refused(
          `the database could not be made: initdb ended with status ${status}: ${lastLines(output)}`,
          'Check rights and free space of the data folder, then start again.',
        ),
      );
    });
  });
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-5).join(' / ');
}
