import type { App } from '../app.ts';
import { InHand } from './in-hand.ts';
import { MERGE, PARSE, RECONCILE } from './kinds.ts';
import { merge } from './merge.ts';
import { parse } from './parse.ts';
import { RECONCILE_MS, reconcile } from './reconcile.ts';
import { Sweeper } from './sweep.ts';
import { WithoutQueue } from './without-queue.ts';

/** More jobs at once than threads: while one waits for the disk or the database another computes. */
const JOBS_PER_THREAD = 2;

/** Starts working on the queues, and on the journal itself while there are none. A new step is a file and a line here. */
export function startPipeline(app: App): void {
  const { jobs, workers } = app;
  const most = { parse: workers.threads * JOBS_PER_THREAD, merge: workers.threads };
  const inHand = { parse: new InHand(), merge: new InHand() };
  jobs.work(PARSE, (job, signal) => inHand.parse.during(job.upload, () => parse(app, job, signal)), most.parse);
  jobs.work(MERGE, (job, signal) => inHand.merge.during(job.commit, () => merge(app, job, signal)), most.merge);
  const sweeper = new Sweeper(app);
  jobs.work(RECONCILE, () => reconcile(app, sweeper), 1);
  jobs.schedule(RECONCILE, { id: 'reconcile', data: {} }, RECONCILE_MS);
  const withoutQueue = new WithoutQueue({ app, most, inHand });
  jobs.whileAway((outage) => withoutQueue.run(outage));
}
