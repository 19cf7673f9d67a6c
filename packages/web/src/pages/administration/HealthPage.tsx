import { useQuery } from '@tanstack/react-query';
import type { HealthAnswer, ProbeAnswer, ProbeName } from '@thatch/server/http/ui/contract/administration.ts';
import { read } from '../../api/client.ts';
import { PageError } from '../../frame/PageError.tsx';
import { HEALTH } from '../../messages/en/administration.ts';
import { whole } from '../../messages/en/shared.ts';
import { size } from '../../messages/en/units.ts';
import { Button } from '../../parts/Button.tsx';
import { Section, SectionError } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { StateIcon, type StateKind } from '../../parts/StateIcon.tsx';
import table from '../../parts/table.module.css';
import { Time } from '../../parts/Time.tsx';
import { AdministrationFrame } from './AdministrationFrame.tsx';
import styles from './AdministrationFrame.module.css';

/** `/admin/health`: what the server is, and whether each part of it works (web-ui §3.18). */
export function HealthPage() {
  const query = useQuery({
    queryKey: ['admin', 'health'],
    queryFn: ({ signal }) => read<HealthAnswer>('/admin/health', {}, signal),
  });
  if (query.error !== null && query.data === undefined)
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  return (
    <AdministrationFrame title={HEALTH.title}>
      <Section query={query} skeleton={<Skeleton rows={10} />}>
        {(health) => (
          <>
            <Facts health={health} />
            <Checks names={health.probes} />
          </>
        )}
      </Section>
    </AdministrationFrame>
  );
}

function Facts({ health }: { readonly health: HealthAnswer }) {
  const facts = [
    [HEALTH.version, health.version],
    [HEALTH.node, health.node],
    [HEALTH.role, health.role],
    [HEALTH.host, health.host],
    [HEALTH.started, <Time key="started" at={health.started_at} />],
    [HEALTH.memory, size(health.memory)],
    [HEALTH.threads, whole(health.threads)],
    [HEALTH.queues, HEALTH.stores[health.queues]],
  ] as const;
  return (
    <section aria-labelledby="health-process" className={styles.part}>
      <h2 id="health-process">{HEALTH.process}</h2>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Checks({ names }: { readonly names: readonly ProbeName[] }) {
  return (
    <section aria-labelledby="health-checks" className={styles.part}>
      <h2 id="health-checks">{HEALTH.checks}</h2>
      <table className={`${table.table} ${styles.checks}`}>
        <thead>
          <tr>
            <th scope="col">{HEALTH.check}</th>
            <th scope="col">{HEALTH.seen}</th>
            <th scope="col">
              <span className="visually-hidden">{HEALTH.acts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <Check key={name} name={name} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const KINDS: Readonly<Record<ProbeAnswer['state'], StateKind>> = { ok: 'pass', warning: 'neutral', failed: 'fail' };

/** One check: made when the page is opened, and again when asked for. */
function Check({ name }: { readonly name: ProbeName }) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['admin', 'health', name],
    queryFn: ({ signal }) => read<ProbeAnswer>(`/admin/health/${name}`, {}, signal),
    staleTime: 0,
  });
  return (
    <tr>
      <td>
        <span className={styles.state}>
          <StateIcon
            kind={data === undefined ? 'pending' : KINDS[data.state]}
            label={data === undefined ? HEALTH.looking : HEALTH.states[data.state]}
          />
          {HEALTH.names[name]}
        </span>
      </td>
      <td>
        {error !== null && <SectionError error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <span className={styles.quiet}>{HEALTH.looking}</span>}
        {data !== undefined && error === null && (
          <>
            {data.seen}
            {data.fix !== null && (
              <p className={styles.fix}>
                <strong>{HEALTH.fix}</strong> {data.fix}
              </p>
            )}
          </>
        )}
      </td>
      <td className={styles.acts}>
        <Button
          kind="quiet"
          aria-label={HEALTH.againOf(HEALTH.names[name])}
          busy={isFetching && HEALTH.checking}
          onClick={() => void refetch()}
        >
          {HEALTH.again}
        </Button>
      </td>
    </tr>
  );
}
