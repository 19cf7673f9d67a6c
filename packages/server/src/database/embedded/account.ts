import type { SpawnOptions } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Outcome } from '../../outcome.ts';
import { ok, refused } from '../../outcome.ts';

/**
 * As whom Postgres runs. It refuses to be root, and `initdb` wants a user with a name.
 * - `self`: as this process.
 * - `namespace`: still this user for the rest of the system, but in a user namespace where it is called `uid`.
 * - `user`: as another user; only root can do that.
 */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace'; readonly uid: number }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number };

/** What is different on other machines; tests hand in their own. */
export interface Circumstances {
  /** Effective user of this process. */
  readonly uid: number;
  /** Whether this user has an entry in the user database. */
  readonly hasName: boolean;
  /** Whether `unshare --user` is allowed here; it is refused in most containers. */
  readonly canUnshare: () => boolean;
}

/** The two accounts that one start needs. */
export interface Accounts {
  readonly forServer: Account;
  readonly forInitdb: Account;
}

const WAY_OUT_OF_ROOT =
  'Start Thatch as an ordinary user, or move the clone and the data folder where everybody may enter (for example /opt/thatch), or set services.database_url.';

/** How things are on this machine. */
export function actualCircumstances(): Circumstances {
  return { uid: process.geteuid?.() ?? -1, hasName: hasUserName(), canUnshare };
}

/**
 * Decides as whom Postgres runs over the given cluster.
 *
 * @param cluster folder of the cluster, which may not exist yet
 * @param programs a file of Postgres's, to see whether another user could execute it
 */
export function chooseAccounts(cluster: string, programs: string, circumstances: Circumstances): Outcome<Accounts> {
  const owner = existsSync(cluster) ? statSync(cluster).uid : null;
  if (circumstances.uid !== 0) return chooseForOrdinaryUser(cluster, owner, circumstances);
  if (owner !== null && owner !== 0) {
    return chooseOther({ kind: 'user', uid: owner, gid: statSync(cluster).gid }, cluster, programs);
  }
  const nobody = findNobody();
  if (circumstances.canUnshare()) return same({ kind: 'namespace', uid: nobody.uid });
  return chooseOther({ kind: 'user', ...nobody }, cluster, programs);
}

/** The command line and spawn options that run a program under an account. The process keeps its number: nothing stays in between. */
export function commandUnder(
  account: Account,
  program: string,
  programArguments: readonly string[],
): { command: string; commandArguments: string[]; options: SpawnOptions } {
  if (account.kind === 'namespace') {
    return {
      command: 'unshare',
      commandArguments: ['--user', `--map-user=${account.uid}`, '--', program, ...programArguments],
      options: {},
    };
  }
  const options = account.kind === 'user' ? { uid: account.uid, gid: account.gid } : {};
  return { command: program, commandArguments: [...programArguments], options };
}

/** Makes a file or folder tree belong to the account, where it is another user's. */
export function giveTo(account: Account, path: string): void {
  if (account.kind !== 'user') return;
  lchownSync(path, account.uid, account.gid);
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    lchownSync(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}

/** The first folder above `path` that the user may not enter, or null. */
export function firstClosedFolder(path: string, uid: number, gid: number): string | null {
  const above: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    above.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return above.find((folder) => !mayEnter(folder, uid, gid)) ?? null;
}

function chooseForOrdinaryUser(cluster: string, owner: number | null, circumstances: Circumstances): Outcome<Accounts> {
  if (owner !== null && owner !== circumstances.uid) {
    return refused(
      `the database in ${cluster} belongs to user ${owner}, and this is user ${circumstances.uid}`,
      `Start Thatch as its owner, or give it to this user (chown -R ${circumstances.uid} of the data folder).`,
    );
  }
  if (owner !== null || circumstances.hasName) return same({ kind: 'self' });
  if (circumstances.canUnshare()) {
    return ok({ forServer: { kind: 'self' }, forInitdb: { kind: 'namespace', uid: findNobody().uid } });
  }
  return refused(
    `user ${circumstances.uid} has no name in /etc/passwd, and Postgres's initdb does not work without`,
    `Add the line "thatch:x:${circumstances.uid}:0::/:/bin/sh" to /etc/passwd of the image, or set services.database_url.`,
  );
}

function chooseOther(account: Account & { kind: 'user' }, cluster: string, programs: string): Outcome<Accounts> {
  // The data folder is ours: letting others pass through it (not read it) is what makes its inside reachable.
  const dataFolder = dirname(cluster);
  if (!mayEnter(dataFolder, account.uid, account.gid))
    chmodSync(dataFolder, (statSync(dataFolder).mode & 0o7777) | 0o011);
  for (const path of [programs, cluster]) {
    const closed = firstClosedFolder(path, account.uid, account.gid);
    if (closed === null) continue;
    return refused(
      `Postgres does not run as root, and user ${account.uid}, as whom it would run, may not enter ${closed}`,
      WAY_OUT_OF_ROOT,
    );
  }
  if (existsSync(cluster)) giveTo(account, cluster);
  return same(account);
}

function same(account: Account): Outcome<Accounts> {
  return ok({ forServer: account, forInitdb: account });
}

function mayEnter(folder: string, uid: number, gid: number): boolean {
  const status = statSync(folder);
  if (status.uid === uid) return (status.mode & 0o100) !== 0;
  if (status.gid === gid) return (status.mode & 0o010) !== 0;
  return (status.mode & 0o001) !== 0;
}

function findNobody(): { uid: number; gid: number } {
  try {
    const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
    if (line !== null) return { uid: Number(line[1]), gid: Number(line[2]) };
  } catch {
    // No such file: the usual number will do.
  }
  return { uid: 65534, gid: 65534 };
}

function hasUserName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function canUnshare(): boolean {
  return (
    spawnSync('unshare', ['--user', `--map-user=${findNobody().uid}`, '--', 'true'], { stdio: 'ignore' }).status === 0
  );
}
