import { sql } from 'kysely';
import type { App } from '../app.ts';
import { countUploads, type UploadCounts } from '../database/queries/uploads.ts';

/** How far a commit is. */
export interface SettledState {
  readonly counts: UploadCounts;
  /** Uploads whose bytes are here and not yet read. */
  readonly unread: number;
  /** Whether the report lacks parts that are there. */
  readonly unmerged: boolean;
}

/** Whether all that was stored is in the report; uploads that only have an address do not count (notifications §7.5). */
export function isSettled({ unread, unmerged }: SettledState): boolean {
  return unread === 0 && !unmerged;
}

/** Reads it. */
export async function stateOfCommit(app: App, commitId: number): Promise<SettledState> {
  const { kysely } = app.database;
  const counts = await countUploads(kysely, commitId);
  const row = await kysely
    .selectFrom('commits')
    .select([
      sql<boolean>`wanted_generation > merged_generation`.as('unmerged'),
      sql<number>`(
        select count(*)::int from uploads
        where commit_id = commits.id and kind = 'coverage' and state in ('stored', 'processed')
      )`.as('unread'),
    ])
    .where('id', '=', commitId)
    .executeTakeFirst();
  return { counts, unread: row?.unread ?? 0, unmerged: row?.unmerged ?? false };
}

/** Events may be lost with a connection, and a server that stops tells nobody: looked at again after this time. */
const LOOK_AGAIN_MS = 2000;

/**
 * Waits until a commit is settled: told by events, not by asking. Ends early with what is known when the time is over, the signal
 * aborts or the server drains.
 */
export async function waitUntilSettled(
  app: App,
  commitId: number,
  seconds: number,
  signal: AbortSignal,
): Promise<SettledState> {
  const until = performance.now() + seconds * 1000;
  let wake: () => void = () => {};
  let isNews = false;
  const stopListening = app.events.subscribe((events) => {
    if (!events.some((event) => event.commitId === commitId)) return;
    isNews = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      isNews = false;
      const state = await stateOfCommit(app, commitId);
      const rest = until - performance.now();
      if (isSettled(state) || rest <= 0 || signal.aborted || app.status.phase() === 'draining') return state;
      if (isNews) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(rest, LOOK_AGAIN_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
