import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JobsAnswer, QueueRow } from '@thatch/server/http/ui/contract/administration.ts';
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { PageError } from '../../frame/PageError.tsx';
import { JOBS } from '../../messages/en/administration.ts';
import { whole } from '../../messages/en/shared.ts';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import table from '../../parts/table.module.css';
import { AdministrationFrame } from './AdministrationFrame.tsx';
import styles from './AdministrationFrame.module.css';
import { HeldUploads } from './HeldUploads.tsx';
import { withCounts } from './job-counts.ts';

export const jobsQuery = queryOptions({
  queryKey: ['admin', 'jobs'],
  queryFn: ({ signal }) => read<JobsAnswer>('/admin/jobs', {}, signal),
  // What is stuck is told by no event: it is what does not happen.
  refetchInterval: 10_000,
});

/** `/admin/jobs`: what the queues have to do, live, and what does not go on by itself (web-ui §3.18). */
export function JobsPage() {
  const query = useQuery(jobsQuery);
  const queries = useQueryClient();
  useLive(['admin'], (event) => {
    queries.setQueryData(jobsQuery.queryKey, (known) => (known === undefined ? known : withCounts(known, event)));
  });
  if (query.error !== null && query.data === undefined)
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  return (
    <AdministrationFrame title={JOBS.title}>
      <Section query={query} skeleton={<Skeleton rows={8} />}>
        {({ queues, failed, stuck }) => (
          <>
            <section aria-labelledby="jobs-queues" className={styles.part}>
              <h2 id="jobs-queues">{JOBS.queues}</h2>
              <Queues rows={queues} />
            </section>
            <section aria-labelledby="jobs-failed" className={styles.part}>
              <h2 id="jobs-failed">{JOBS.failed}</h2>
              <HeldUploads rows={failed} empty={JOBS.failedEmpty} />
            </section>
            <section aria-labelledby="jobs-stuck" className={styles.part}>
              <h2 id="jobs-stuck">{JOBS.stuck}</h2>
              <HeldUploads rows={stuck} empty={JOBS.stuckEmpty} />
            </section>
          </>
        )}
      </Section>
    </AdministrationFrame>
  );
}

function Queues({ rows }: { readonly rows: readonly QueueRow[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{JOBS.step}</th>
          <th scope="col" className={table.number}>
            {JOBS.waiting}
          </th>
          <th scope="col" className={table.number}>
            {JOBS.running}
          </th>
          <th scope="col" className={table.number}>
            {JOBS.oldest}
          </th>
          <th scope="col" className={`${table.number} ${table.wide}`}>
            {JOBS.rate}
          </th>
          <th scope="col" className={`${table.number} ${table.wide}`}>
            {JOBS.left}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ queue, waiting, running, oldest_ms, per_min }) => (
          <tr key={queue}>
            <td>{JOBS.steps[queue]}</td>
            <td className={table.number}>{waiting === null ? JOBS.unknown : whole(waiting)}</td>
            <td className={table.number}>{running === null ? JOBS.none : whole(running)}</td>
            <td className={table.number}>{JOBS.age(oldest_ms)}</td>
            <td className={`${table.number} ${table.wide}`}>{whole(per_min)}</td>
            <td className={`${table.number} ${table.wide}`}>{JOBS.leftAt(waiting ?? 0, per_min)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
