import { existsSync, mkdirSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** A file of a folder, and how many bytes of it are there. */
export interface WatchedFile {
  readonly name: string;
  readonly size: number;
}

/**
 * Waits until the files of a folder are as expected. Looks when it is called, then whenever the system tells of a change; a folder that
 * is not there yet is made, as only what is there can be watched.
 */
export function untilFilesOf(folder: string, areExpected: (files: readonly WatchedFile[]) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Watching before looking: a change between the two is told.
  const watcher = watch(folder);
  const look = (): void => {
    if (areExpected(filesOf(folder))) resolve();
  };
  watcher.on('change', look).on('error', reject);
  look();
  return promise.finally(() => watcher.close());
}

/** The files of a folder now; none when it is not there. */
export function filesOf(folder: string): WatchedFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const facts = statSync(join(folder, name), { throwIfNoEntry: false });
    return facts === undefined ? [] : [{ name, size: facts.size }];
  });
}
