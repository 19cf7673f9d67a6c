import type { App } from '../app.ts';
import { findOldestWork } from '../database/queries/open-work.ts';
import { workOfLastMinute } from '../database/queries/pipeline-load.ts';
import type { JobCounts } from '../jobs/jobs.ts';
import { MERGE, PARSE } from './kinds.ts';

/** How much one step of the pipeline has to do. */
export interface StepLoad {
  readonly queue: 'parse' | 'merge';
  /** As the queue tells; null while it does not answer. */
  readonly counts: JobCounts | null;
  /** Since when the oldest thing waits, as the journal tells; null when nothing does. */
  readonly since: Date | null;
  readonly doneLastMinute: number;
}

/** How much the steps of the pipeline have to do at this moment. */
export async function readLoad({ database, jobs }: Pick<App, 'database' | 'jobs'>): Promise<readonly StepLoad[]> {
  const [oldest, done, parse, merge] = await Promise.all([
    findOldestWork(database.kysely),
    workOfLastMinute(database.kysely),
    jobs.counts(PARSE),
    jobs.counts(MERGE),
  ]);
  return [
    { queue: 'parse', counts: parse, since: oldest.parse, doneLastMinute: done.parse },
    { queue: 'merge', counts: merge, since: oldest.merge, doneLastMinute: done.merge },
  ];
}
