import type { JobKind } from '../jobs/jobs.ts';

/** Reads one stored upload. */
export interface ParseJob {
  readonly upload: number;
}

/** Merges the parts of one commit. */
export interface MergeJob {
  readonly commit: number;
}

/** A job of the pipeline's own housekeeping has no data. */
export type HousekeepingJob = Record<string, never>;

export const PARSE: JobKind<ParseJob> = {
  name: 'parse',
  read: (data) => {
    const upload = numberAt(data, 'upload');
    return upload === null ? null : { upload };
  },
};

export const MERGE: JobKind<MergeJob> = {
  name: 'merge',
  read: (data) => {
    const commit = numberAt(data, 'commit');
    return commit === null ? null : { commit };
  },
};

export const RECONCILE: JobKind<HousekeepingJob> = { name: 'reconcile', read: () => ({}) };

function numberAt(data: unknown, key: string): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const value = (data as Record<string, unknown>)[key];
  return Number.isSafeInteger(value) ? (value as number) : null;
}
