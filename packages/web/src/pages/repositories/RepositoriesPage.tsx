import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { OwnerAnswer } from '@thatch/server/http/ui/contract/repositories.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { usePreferences } from '../../frame/use-preferences.ts';
import { noteVisit } from '../../home-organisation.ts';
import { REPOSITORIES } from '../../messages/en/repositories.ts';
import { Button } from '../../parts/Button.tsx';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { useTidyAddress } from '../../parts/use-tidy-address.ts';
import { EmptyOwner } from './EmptyOwner.tsx';
import { readFilters, writeFilters } from './filters.ts';
import { RepositoryFilterBar } from './RepositoryFilterBar.tsx';
import styles from './RepositoriesPage.module.css';
import { RepositoriesTable } from './RepositoriesTable.tsx';
import type { OwnerName } from './repositories-queries.ts';
import { useOwner } from './use-repositories.ts';

/** `/:svc/:owner`: which repository needs me? (web-ui §3.3) */
export function RepositoriesPage() {
  const { svc, owner } = useParams({ from: '/$svc/$owner' });
  // One owner's scroll and filters are nothing to the next one.
  return <OwnerRepositories key={`${svc}/${owner}`} svc={svc} owner={owner} />;
}

function OwnerRepositories(name: OwnerName) {
  const { data, error, refetch } = useOwner(name);
  useStoredSpelling(name, data);
  useTidyAddress((raw) => writeFilters(raw, readFilters(raw)));
  const shown = (data?.name ?? name.owner).replaceAll(':', ' / ');
  if (error !== null && data === undefined) return <PageError error={error} reset={() => void refetch()} />;
  return (
    <div className={`content ${styles.page}`}>
      <Title text={shown} />
      <header className={styles.head}>
        <h1>{shown}</h1>
        {data === undefined && <Skeleton height="28px" />}
        {data !== undefined && data.repositories > 0 && <OwnerTotals of={data} />}
        {data !== undefined && <HomeButton svc={data.service} owner={data.name} />}
      </header>
      {data?.repositories === 0 ? (
        <EmptyOwner svc={data.service} owner={data.name} />
      ) : (
        <>
          <RepositoryFilterBar />
          <RepositoriesTable {...name} />
        </>
      )}
    </div>
  );
}

function OwnerTotals({ of }: { readonly of: OwnerAnswer }) {
  const { coverage, reporting, repositories } = of;
  return (
    <div className={styles.totals}>
      <span className={styles.figure}>
        <Percent of={coverage} />
      </span>
      <span className={styles.bar}>
        <CoverageBar of={coverage} isHead />
      </span>
      <span className={styles.quiet}>{REPOSITORIES.totals(coverage.hits, coverage.lines)}</span>
      <span className={styles.quiet}>{REPOSITORIES.reporting(reporting, repositories)}</span>
    </div>
  );
}

/** Makes the organisation the one that the mark leads to. */
function HomeButton({ svc, owner }: OwnerName) {
  const [preferences, setPreferences] = usePreferences();
  const organisation = `${svc}/${owner}`;
  const isHome = preferences.organisation === organisation;
  return (
    <Button
      kind="quiet"
      className={styles.home}
      aria-pressed={isHome}
      title={isHome ? REPOSITORIES.isDefaultHint : REPOSITORIES.makeDefaultHint}
      onClick={() => setPreferences({ ...preferences, organisation: isHome ? '' : organisation })}
    >
      {isHome ? REPOSITORIES.isDefault : REPOSITORIES.makeDefault}
    </Button>
  );
}

/** Where the address spells the owner in another way than it is stored, it is rewritten; and the visit is remembered. */
function useStoredSpelling({ svc, owner }: OwnerName, data: OwnerAnswer | undefined): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (data === undefined) return;
    noteVisit({ svc: data.service, owner: data.name });
    if (data.service === svc && data.name === owner) return;
    void navigate({ to: '/$svc/$owner', params: { svc: data.service, owner: data.name }, search: true, replace: true });
  }, [data, navigate, owner, svc]);
}
