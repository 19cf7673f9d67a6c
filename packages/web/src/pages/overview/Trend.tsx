import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { TREND_PERIODS, type TrendAnswer, type TrendPeriod } from '@thatch/server/http/ui/contract/trend.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { Menu, MenuChoice } from '../../parts/Menu.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { trendQuery, type RepositoryAddress } from './overview-queries.ts';
import { useAfterPaint } from '../../parts/use-after-paint.ts';
import styles from './Trend.module.css';
import { chartPoints } from './trend-points.ts';

/** Not needed for the first paint: it comes with the data, not with the page. */
const loadChart = async () => ({ default: (await import('../../parts/line-chart/LineChart.tsx')).LineChart });
const LineChart = lazy(loadChart);

const PERIODS = ['7 days', '30 days', '3 months', '6 months', '12 months', 'all time'] as const;

/** The coverage of the branch over time. */
export function Trend({
  repository,
  branch,
  period,
  onPeriod,
}: {
  readonly repository: RepositoryAddress;
  readonly branch: string;
  readonly period: TrendPeriod;
  readonly onPeriod: (period: TrendPeriod) => void;
}) {
  const isPainted = useAfterPaint();
  const query = useQuery({
    ...trendQuery(repository, branch, period),
    enabled: isPainted,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (isPainted) void loadChart();
  }, [isPainted]);
  const head = (
    <>
      <h2 id="trend">{OVERVIEW.trend}</h2>
      <Menu
        align="start"
        trigger={
          <>
            <span className="visually-hidden">{OVERVIEW.period}</span> {OVERVIEW.periods[period]}
            <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" />
          </>
        }
      >
        <MenuChoice
          value={period}
          options={PERIODS.map((value) => ({ value, label: OVERVIEW.periods[value] }))}
          onChange={(value) => onPeriod(TREND_PERIODS.find((known) => known === value) ?? TREND_PERIODS[0])}
        />
      </Menu>
    </>
  );
  return (
    <section aria-labelledby="trend" className={styles.trend}>
      {query.data === undefined && <div className={styles.head}>{head}</div>}
      <Section query={query} skeleton={<Skeleton height="168px" />}>
        {(answer) => (
          <Suspense
            fallback={
              <>
                <div className={styles.head}>{head}</div>
                <Skeleton height="168px" />
              </>
            }
          >
            <Chart answer={answer} repository={repository} period={period} head={head} />
          </Suspense>
        )}
      </Section>
    </section>
  );
}

function Chart({
  answer,
  repository,
  period,
  head,
}: {
  readonly answer: TrendAnswer;
  readonly head: ReactNode;
  readonly repository: RepositoryAddress;
  readonly period: TrendPeriod;
}) {
  const navigate = useNavigate();
  const covered = answer.points.filter(({ coverage }) => coverage?.coverage != null);
  if (covered.length === 0) {
    return (
      <>
        <div className={styles.head}>{head}</div>
        <p className={styles.none}>{OVERVIEW.trendNone}</p>
      </>
    );
  }
  const text = (point: TrendAnswer['points'][number] | undefined): string =>
    SHARED.percent(point?.coverage?.coverage ?? '–');
  return (
    <LineChart
      points={chartPoints(answer.points)}
      summary={OVERVIEW.trendSummary(answer.branch, OVERVIEW.periods[period], text(covered[0]), text(covered.at(-1)))}
      fileName={`${repository.repo}-coverage.csv`}
      onOpen={(index) =>
        void navigate({
          to: '/$svc/$owner/$repo/commit/$sha',
          params: { ...repository, sha: answer.points[index].sha },
        })
      }
    >
      {head}
    </LineChart>
  );
}
