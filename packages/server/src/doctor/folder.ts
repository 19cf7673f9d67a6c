import { constants } from 'node:fs';
import { access, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFull } from '../objects/free-space.ts';
import { broken, doubtful, fine, type Finding } from './finding.ts';

/** Below this an operator should think about more room. */
const COMFORTABLE_BYTES = 5 * 2 ** 30;

/** Whether the data folder, or the folder it would be made in, may be used by this user and by nobody else. */
export async function checkFolder(path: string): Promise<Finding> {
  const check = 'data folder';
  const found = await stat(path).catch(() => null);
  if (found === null) {
    const parent = await nearestFolder(path);
    if (await canMakeFolder(parent)) return fine(check, `${path} will be made at the first start`);
    return broken(
      check,
      `${path} cannot be made in ${parent}`,
      `Make it and give it to this user, or choose another with --data-dir.`,
    );
  }
  if (!found.isDirectory())
    return broken(check, `${path} is not a folder`, 'Move it away, or choose another with --data-dir.');
  if (!(await isUsable(path))) {
    return broken(
      check,
      `${path} cannot be read and written by this user`,
      `Run as its owner (uid ${found.uid}), or chown it.`,
    );
  }
  if ((found.mode & 0o007) !== 0) {
    return doubtful(
      check,
      `${path} is open to every user of this machine`,
      `chmod 700 ${path}: it holds uploads and keys.`,
    );
  }
  return fine(check, path);
}

/** Whether there is room for objects and database. */
export async function checkDisk(path: string): Promise<Finding> {
  const check = 'disk';
  const { bavail, blocks, bsize } = await statfs(await nearestFolder(path));
  const free = bavail * bsize;
  const total = blocks * bsize;
  const seen = `${gibibytes(free)} of ${gibibytes(total)} free`;
  if (isFull({ free, total }))
    return broken(check, seen, 'Uploads are refused until there is more room: delete old data or enlarge the disk.');
  if (free < COMFORTABLE_BYTES) return doubtful(check, seen, 'Plan for more room soon.');
  return fine(check, seen);
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((await stat(folder).catch(() => null)) !== null || folder === dirname(folder)) return folder;
  }
}

/** Rights alone do not say it: root has them all, also on a disk that is mounted for reading. */
async function canMakeFolder(parent: string): Promise<boolean> {
  try {
    await rm(await mkdtemp(join(parent, '.thatch-doctor-')), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

async function isUsable(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
