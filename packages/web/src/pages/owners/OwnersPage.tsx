import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { OwnersAnswer } from '@thatch/server/http/ui/contract/owners.ts';
import { serviceOf } from '../../addresses/services.ts';
import { ownersQuery } from '../../api/queries.ts';
import { Title } from '../../frame/Title.tsx';
import { OWNERS } from '../../messages/en/owners.ts';
import { whole } from '../../messages/en/shared.ts';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import table from '../../parts/table.module.css';
import styles from './OwnersPage.module.css';

/** `/:svc`: the organisations of a provider that can be seen. */
export function OwnersPage() {
  const { svc } = useParams({ from: '/$svc' });
  const query = useQuery(ownersQuery);
  return (
    <div className={`content ${styles.page}`}>
      <Title text={OWNERS.title} />
      <h1>{OWNERS.title}</h1>
      <Section query={query} skeleton={<Skeleton rows={6} />}>
        {({ owners }) => <OwnersTable owners={owners.filter(({ service }) => service === serviceOf(svc))} />}
      </Section>
    </div>
  );
}

function OwnersTable({ owners }: OwnersAnswer) {
  if (owners.length === 0) {
    return (
      <Empty title={OWNERS.empty}>
        <p>{OWNERS.emptyHint}</p>
      </Empty>
    );
  }
  return (
    <table className={`${table.table} ${styles.table}`}>
      <thead>
        <tr>
          <th scope="col">{OWNERS.name}</th>
          <th scope="col" className={table.number}>
            {OWNERS.coverage}
          </th>
          <th scope="col" className={table.wide}>
            <span className="visually-hidden">{OWNERS.coverage}</span>
          </th>
          <th scope="col" className={`${table.number} ${table.wide}`}>
            {OWNERS.lines}
          </th>
          <th scope="col" className={table.wide}>
            {OWNERS.repositories}
          </th>
        </tr>
      </thead>
      <tbody>
        {owners.map(({ service, name, coverage, reporting, repositories }) => (
          <tr key={`${service}/${name}`}>
            <td>
              <Link to="/$svc/$owner" params={{ svc: service, owner: name }}>
                {name.replaceAll(':', ' / ')}
              </Link>
            </td>
            <td className={table.number}>
              <Percent of={coverage} />
            </td>
            <td className={table.wide}>
              <CoverageBar of={coverage} />
            </td>
            <td className={`${table.number} ${table.wide}`}>{whole(coverage.lines)}</td>
            <td className={table.wide}>{OWNERS.reporting(reporting, repositories)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
