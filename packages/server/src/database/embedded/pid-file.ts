import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, isRunning, workingFolderOf } from '../../process-identity.ts';

/** What Postgres writes into `postmaster.pid` of its cluster. */
export interface PidFile {
  readonly pid: number;
  readonly socketFolder: string;
  readonly status: 'starting' | 'ready' | 'stopping' | 'unknown';
}

/** Who stands behind a `postmaster.pid`. */
export type Occupant =
  /** No file. */
  | { readonly kind: 'none' }
  /** A Postgres of this cluster runs. */
  | { readonly kind: 'postmaster'; readonly file: PidFile }
  /** The file was left behind; its number is free, or now another program's. */
  | { readonly kind: 'stale'; readonly file: PidFile; readonly numberInUse: boolean };

/** Reads `postmaster.pid`; null when there is none or it is not yet whole. */
export function readPidFile(cluster: string): PidFile | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const status = lines[7]?.trim();
  return {
    pid,
    socketFolder: lines[4] ?? '',
    status: status === 'starting' || status === 'ready' || status === 'stopping' ? status : 'unknown',
  };
}

/** Looks whether the process that the file names runs and works on this cluster (absolute path without links). */
export function findOccupant(cluster: string): Occupant {
  const file = readPidFile(cluster);
  if (file === null) return { kind: 'none' };
  if (!isRunning(file.pid)) return { kind: 'stale', file, numberInUse: false };
  return isPostmasterOf(file.pid, cluster) ? { kind: 'postmaster', file } : { kind: 'stale', file, numberInUse: true };
}

// A postmaster works in the folder of its cluster. Where that cannot be seen, its command line names the cluster.
function isPostmasterOf(pid: number, cluster: string): boolean {
  const folder = workingFolderOf(pid);
  if (folder !== null) return folder === cluster;
  return commandLineOf(pid)?.includes(cluster) ?? false;
}
