import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, isRunning, workingFolderOf } from '../../packages/server/src/process-identity.ts';

/** The postmaster of an instance and all its backends; on Linux, where `/proc` tells. */
export function postgresOf(dataFolder: string): number[] {
  const cluster = join(dataFolder, 'postgres');
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => workingFolderOf(pid) === cluster || (commandLineOf(pid) ?? '').includes(cluster))
    .filter((pid) => isRunning(pid));
}

/** Kills them all, so that none can write another byte. */
export function killPostgres(dataFolder: string): void {
  // A dying postmaster may have started one more.
  for (let found = postgresOf(dataFolder); found.length > 0; found = postgresOf(dataFolder)) {
    for (const pid of found) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
