import { Link } from '@tanstack/react-router';
import type { RepositoryRow } from '@thatch/server/http/ui/contract/repositories.ts';
import { Lock } from 'lucide-react';
import type { Ref } from 'react';
import { REPOSITORIES } from '../../messages/en/repositories.ts';
import { SHARED, whole } from '../../messages/en/shared.ts';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Delta } from '../../parts/Delta.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { Sparkline } from '../../parts/Sparkline.tsx';
import table from '../../parts/table.module.css';
import { Time } from '../../parts/Time.tsx';
import styles from './RepositoriesTable.module.css';

/** One repository; null while its part of the list is read. On phones two lines: name and number, bar and age. */
export function RepositoryTableRow({
  row,
  index,
  svc,
  owner,
  ref,
}: {
  readonly row: RepositoryRow | null;
  readonly index: number;
  readonly svc: string;
  readonly owner: string;
  readonly ref: Ref<HTMLTableRowElement>;
}) {
  return (
    <tr ref={ref} data-index={index} aria-rowindex={index + 2}>
      {row === null ? <LoadingCells /> : <Cells row={row} svc={svc} owner={owner} />}
    </tr>
  );
}

function LoadingCells() {
  return (
    <td colSpan={7} aria-busy="true">
      <span className={styles.loading} />
      <span className="visually-hidden">{SHARED.loading}</span>
    </td>
  );
}

function Cells({ row, svc, owner }: { readonly row: RepositoryRow; readonly svc: string; readonly owner: string }) {
  const { name, coverage, change, at } = row;
  const params = { svc, owner, repo: name };
  return (
    <>
      <td className={styles.name}>
        <Link to="/$svc/$owner/$repo" params={params} className={styles.link} title={name}>
          {name}
        </Link>
        {row.is_private && (
          <span className={styles.private} title={SHARED.private}>
            <Lock size={12} strokeWidth={1.75} aria-hidden="true" />
            <span className="visually-hidden">{SHARED.private}</span>
          </span>
        )}
      </td>
      <td className={`${table.number} ${styles.percent}`}>
        {row.state === null ? <SetUp {...params} /> : <Percent of={coverage} />}
      </td>
      <td className={`${styles.trend} ${styles.wide}`}>
        <Trend of={row} />
      </td>
      <td className={`${table.number} ${styles.change}`}>
        {change?.against === 'oldest' && <span className={styles.since}>{REPOSITORIES.since(change.at)} </span>}
        <Delta change={change?.change ?? null} />
      </td>
      <td className={`${table.number} ${styles.lines} ${styles.wide}`}>{coverage !== null && whole(coverage.lines)}</td>
      <td className={row.stale === null ? styles.report : `${styles.report} ${styles.told}`}>
        {coverage !== null && (
          <span className={styles.narrow}>
            <CoverageBar of={coverage} />
          </span>
        )}
        <span className={styles.age}>{at === null ? REPOSITORIES.never : <Time at={at} />}</span>
      </td>
      <td className={isQuiet(row) ? `${styles.state} ${styles.quietState}` : styles.state}>
        <State of={row} />
      </td>
    </>
  );
}

function SetUp(params: { readonly svc: string; readonly owner: string; readonly repo: string }) {
  return (
    <Link
      to="/$svc/$owner/$repo/new"
      params={params}
      className={styles.setUp}
      aria-label={REPOSITORIES.setUpOf(params.repo)}
    >
      {REPOSITORIES.setUp}
    </Link>
  );
}

function Trend({ of: { trend } }: { readonly of: RepositoryRow }) {
  const known = trend.filter((value) => value !== null);
  if (known.length < 2) return null;
  return <Sparkline values={trend} label={REPOSITORIES.trendOf(known[0].toFixed(1), known.at(-1)!.toFixed(1))} />;
}

/** Trouble before silence, silence before "ok". */
function State({ of: { state, stale } }: { readonly of: RepositoryRow }) {
  if (state === null) return null;
  if (stale !== null && state === 'processed') {
    return (
      <StatusBadge kind={null} isDotted>
        {SHARED.stale(stale)}
      </StatusBadge>
    );
  }
  if (state === 'processed') return <span className={styles.ok}>{REPOSITORIES.states.processed}</span>;
  return <StatusBadge kind={KINDS[state]}>{REPOSITORIES.states[state]}</StatusBadge>;
}

/** Nothing worth a place on a phone. */
function isQuiet({ state, stale }: RepositoryRow): boolean {
  return state === null || (state === 'processed' && stale === null);
}

const KINDS = { processing: 'pending', error: 'fail', no_report: 'neutral' } as const;
