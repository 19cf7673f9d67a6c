import { openJobs } from '../../src/jobs/bullmq.ts';
import type { OpenJobsOptions } from '../../src/jobs/bullmq.ts';

/*
 * A process that takes one job of the kind `hang`, says so on standard output and never finishes it. Killed by the test of
 * jobs/bullmq.test.ts. Its argument is the JSON of the store.
 */
const store = JSON.parse(process.argv[2]) as OpenJobsOptions['store'];
const jobs = await openJobs({
  store,
  leaseMs: 1000,
  pollMs: 1000,
  onProblem: (problem) => process.stderr.write(`${JSON.stringify(problem)}\n`),
});
jobs.work(
  { name: 'hang', read: (data) => data as object },
  () => {
    process.stdout.write('taken\n');
    return new Promise(() => {});
  },
  1,
);
