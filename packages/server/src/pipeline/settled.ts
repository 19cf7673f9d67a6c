import { sql } from 'kysely';
import type { App } from '../app.ts';
import { countUploads, type UploadCounts } from '../database/queries/uploads.ts';
import { watchCommit, type Watcher } from './watch.ts';

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
export async function stateOfCommit({ database }: Pick<App, 'database'>, commitId: number): Promise<SettledState> {
  const { kysely } = database;
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

/** Waits until a commit is settled, the time is over or the signal aborts; gives what is known then. */
export function waitUntilSettled(
  watch: Watcher & Pick<App, 'database'>,
  commitId: number,
  seconds: number,
  signal: AbortSignal,
): Promise<SettledState> {
  const read = () => stateOfCommit(watch, commitId);
  return watchCommit(watch, commitId, { read, isEnough: isSettled, seconds, signal });
}
