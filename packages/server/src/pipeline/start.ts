import type { App } from '../app.ts';
import { MERGE, PARSE, RECONCILE } from './kinds.ts';
import { merge } from './merge.ts';
import { parse } from './parse.ts';
import { RECONCILE_MS, reconcile } from './reconcile.ts';
import { Sweeper } from './sweep.ts';

/** More jobs at once than threads: while one waits for the disk or the database another computes. */
const JOBS_PER_THREAD = 2;

/** Starts working on the queues. A new step is a file and a line here. */
export function startPipeline(app: App): void {
  const { jobs, workers } = app;
  jobs.work(PARSE, (job, signal) => parse(app, job, signal), workers.threads * JOBS_PER_THREAD);
  jobs.work(MERGE, (job, signal) => merge(app, job, signal), workers.threads);
  const sweeper = new Sweeper(app);
  jobs.work(RECONCILE, () => reconcile(app, sweeper), 1);
  jobs.schedule(RECONCILE, { id: 'reconcile', data: {} }, RECONCILE_MS);
}
