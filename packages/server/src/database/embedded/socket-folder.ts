import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { giveTo } from './account.ts';

/** Only a name: Postgres listens on no network address. */
export const SOCKET_PORT = 5432;

/** `sun_path` holds this many bytes besides the closing zero. */
const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

const TEMPORARY_NAME = /^thatch-[\w-]{6}$/;

/** The path of the socket that Postgres makes in a folder. */
export function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${SOCKET_PORT}`);
}

/**
 * Makes the folder of the socket: `run` in the data folder, or, where that path is too long for a socket, one with a random name
 * under the folder for temporary files. Only Postgres's account can enter it.
 *
 * @param previous the folder that an earlier server used, taken again when it is safe
 */
export function makeSocketFolder(dataFolder: string, account: Account, previous: string | null): string {
  const folder = chooseFolder(dataFolder, previous);
  chmodSync(folder, 0o700);
  giveTo(account, folder);
  return folder;
}

/** Removes a folder that was made under the folder for temporary files. */
export function removeSocketFolder(folder: string): void {
  if (TEMPORARY_NAME.test(basename(folder))) rmSync(folder, { recursive: true, force: true });
}

function chooseFolder(dataFolder: string, previous: string | null): string {
  const inside = join(dataFolder, 'run');
  if (fits(inside)) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return inside;
  }
  if (previous !== null && isSafe(previous)) return previous;
  const candidates = [tmpdir(), '/tmp'];
  return mkdtempSync(join(candidates.find((folder) => fits(join(folder, 'thatch-XXXXXX'))) ?? '/tmp', 'thatch-'));
}

function fits(folder: string): boolean {
  return Buffer.byteLength(socketPath(folder)) <= LONGEST_SOCKET_PATH;
}

// A name in a folder where everybody may write is trusted only while it is a folder, closed to others, of ours or of Postgres's.
function isSafe(folder: string): boolean {
  if (!TEMPORARY_NAME.test(basename(folder)) || ![tmpdir(), '/tmp'].includes(dirname(folder))) return false;
  try {
    const status = lstatSync(folder);
    const own = process.geteuid?.() ?? -1;
    return status.isDirectory() && (status.mode & 0o077) === 0 && (status.uid === own || own === 0);
  } catch {
    return false;
  }
}
