import { open } from 'node:fs/promises';

/**
 * Makes new names in folders survive a power cut. Many names that appear in one folder at once share a sync: a call that comes while one
 * is running waits for the next, which covers all that came meanwhile.
 */
export class FolderSync {
  private readonly running = new Map<string, Promise<void>>();
  private readonly next = new Map<string, Promise<void>>();

  /** Resolves when every name that was in the folder at the call is on the disk. */
  sync(folder: string): Promise<void> {
    const current = this.running.get(folder);
    if (current === undefined) return this.start(folder);
    const waiting = this.next.get(folder);
    if (waiting !== undefined) return waiting;
    const following = current
      .catch(() => {})
      .then(() => {
        this.next.delete(folder);
        return this.start(folder);
      });
    this.next.set(folder, following);
    return following;
  }

  private start(folder: string): Promise<void> {
    const run = syncOnce(folder).finally(() => {
      if (this.running.get(folder) === run) this.running.delete(folder);
    });
    this.running.set(folder, run);
    return run;
  }
}

async function syncOnce(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
