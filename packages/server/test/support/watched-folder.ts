import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** A file of a folder, and how many bytes of it are there. */
export interface WatchedFile {
  readonly name: string;
  readonly size: number;
}

/** Waits until the files of a folder are as expected. Looks when it is called, then whenever the system tells of a change. */
export function untilFilesOf(folder: string, areExpected: (files: readonly WatchedFile[]) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Watching before looking: a change between the two is told.
  const watcher = watch(folder);
  const look = (): void => {
    if (areExpected(filesOf(folder))) resolve();
  };
  watcher.on('change', look).on('error', reject);
  look();
  return promise.finally(() => watcher.close());
}

/** The files of a folder now. */
export function filesOf(folder: string): WatchedFile[] {
  return readdirSync(folder).flatMap((name) => {
    const facts = statSync(join(folder, name), { throwIfNoEntry: false });
    return facts === undefined ? [] : [{ name, size: facts.size }];
  });
}
