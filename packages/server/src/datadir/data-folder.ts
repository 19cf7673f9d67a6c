import { accessSync, constants, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outcome } from '../outcome.ts';
import { EXIT_IN_THE_WAY, ok, refused } from '../outcome.ts';
import { stateOf } from '../process-identity.ts';
import type { FolderFormat, FormatState } from './format.ts';
import { checkFormat, writeFormat } from './format.ts';
import { readLock, takeLock } from './lock.ts';
import type { GeneratedSecrets } from './secrets.ts';
import { loadSecrets } from './secrets.ts';

/** A data folder that this process alone uses. */
export interface DataFolder {
  /** Absolute, without links. */
  readonly path: string;
  readonly secrets: GeneratedSecrets;
  /** How `format.json` compared with this program when the folder was opened. */
  readonly formatState: FormatState;
  /** Records what the folder now holds, after a migration. */
  readonly recordFormat: (format: FolderFormat) => void;
  /** Gives the folder back to others. */
  readonly close: () => void;
}

/** What may lie in a folder that Thatch is to make its own: the rests of a first start that was cut, and what systems put there. */
const MAY_BE_THERE = /^(\..*|lost\+found|.*\.ya?ml|server\.lock.*|secrets\.json.*|format\.json\..*|postgres\.init.*)$/;

/**
 * Opens the data folder for one server: makes it when missing, refuses one that a newer program wrote (before anything in it is
 * touched), one that another server uses, and one that holds something else.
 *
 * @param requestedPath absolute path
 * @param program what this program writes
 */
export async function openDataFolder(requestedPath: string, program: FolderFormat): Promise<Outcome<DataFolder>> {
  const made = makeFolder(requestedPath);
  if (made.kind === 'refused') return made;
  const path = made.value;

  const before = checkFolder(path, program);
  if (before.kind === 'refused') return before;

  const lock = await takeLock(join(path, 'server.lock'));
  if (lock.kind === 'taken') {
    return refused(
      `a Thatch server with process number ${lock.holder.pid} already uses the data folder ${path}`,
      `Stop it (kill ${lock.holder.pid}), or give this one a folder of its own with --data-dir.`,
      EXIT_IN_THE_WAY,
    );
  }
  const opened = readUnderLock(path, program);
  if (opened.kind === 'refused') {
    lock.release();
    return opened;
  }
  return ok({ ...opened.value, path, recordFormat: (format) => writeFormat(path, format), close: lock.release });
}

/** Number of the process of this machine that has the folder open now, or null. Writes nothing. */
export function findHolder(path: string): number | null {
  const holder = readLock(join(path, 'server.lock'));
  return holder !== null && stateOf(holder) === 'running' ? holder.pid : null;
}

function readUnderLock(path: string, program: FolderFormat): Outcome<Pick<DataFolder, 'secrets' | 'formatState'>> {
  // A second look: another server may have migrated the folder between the first look and the lock.
  const format = checkFolder(path, program);
  if (format.kind === 'refused') return format;
  const secrets = loadSecrets(path);
  if (secrets.kind === 'refused') return secrets;
  if (format.value.kind === 'new') writeFormat(path, { ...program, schema: 0 });
  return ok({ secrets: secrets.value, formatState: format.value });
}

function makeFolder(path: string): Outcome<string> {
  try {
    // Only the last one is ours alone: where Postgres runs as another user than we, it must pass through those above.
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (statSync(path).isDirectory()) return ok(realpathSync(path));
    return refused(`${path} is not a folder`, 'Choose another data folder with --data-dir.');
  } catch (error) {
    return refused(
      `the data folder ${path} cannot be made (${(error as Error).message})`,
      'Choose a folder that you may write with --data-dir or THATCH_DATA_DIR.',
    );
  }
}

function checkFolder(path: string, program: FolderFormat): Outcome<FormatState> {
  let names: string[];
  try {
    names = readdirSync(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return refused(
      `the data folder ${path} cannot be used (${(error as Error).message})`,
      'Start as the user who owns it, or choose another folder with --data-dir.',
    );
  }
  const format = checkFormat(path, program);
  if (format.kind === 'refused' || format.value.kind !== 'new') return format;
  const foreign = names.find((name) => !MAY_BE_THERE.test(name));
  if (foreign === undefined) return format;
  return refused(
    `${path} is no data folder of Thatch: it has no format.json, but holds "${foreign}"`,
    'Choose an empty or a new folder with --data-dir.',
  );
}
