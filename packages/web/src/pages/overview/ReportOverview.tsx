import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Headline as HeadlineFacts, OverviewAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { useTidyAddress } from '../../parts/use-tidy-address.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { Files } from './Files.tsx';
import { Flags } from './Flags.tsx';
import { Headline } from './Headline.tsx';
import { LatestCommits } from './LatestCommits.tsx';
import { readOverviewSearch, writeOverviewSearch, type OverviewSearch } from './overview-search.ts';
import { choiceOf, type RepositoryAddress } from './overview-queries.ts';
import styles from './OverviewPage.module.css';
import { Trend } from './Trend.tsx';
import { usePermalinkKeys } from './use-permalink.ts';

/** The overview of a ref that has a report. */
export function ReportOverview({
  answer,
  headline,
  repository,
}: {
  readonly answer: OverviewAnswer;
  readonly headline: HeadlineFacts;
  readonly repository: RepositoryAddress;
}) {
  const [search, setSearch] = useOverviewSearch();
  useTidyAddress((raw) => writeOverviewSearch(raw, readOverviewSearch(raw)));
  const { ref, commit, generation, branch } = headline;
  const choice = choiceOf(repository, headline, search);
  useShortcuts([
    { keys: 't', label: OVERVIEW.keys.find, run: () => focusOn('[data-find-file]') },
    { keys: '/', label: OVERVIEW.keys.find, run: () => focusOn('[data-find-file]') },
    { keys: 'j', label: OVERVIEW.keys.row, run: () => focusOn('[data-tree-row][tabindex="0"]') },
  ]);
  usePermalinkKeys(repository, ref, commit.sha);
  return (
    <>
      <Headline headline={headline} repository={repository} />
      <div className={styles.columns}>
        <div className={styles.trend}>
          {branch !== null && (
            <Trend
              repository={repository}
              branch={branch}
              period={search.trend}
              onPeriod={(trend) => setSearch({ ...search, trend })}
            />
          )}
        </div>
        <div className={styles.main}>
          <Files choice={choice} resolved={ref} search={search} onSearch={setSearch} repository={repository} />
        </div>
        <aside className={styles.side} aria-label={OVERVIEW.latest}>
          <LatestCommits commits={answer.commits} repository={repository} branch={branch} />
          <Flags
            repository={repository}
            sha={commit.sha}
            generation={generation}
            search={search}
            onSearch={setSearch}
          />
        </aside>
      </div>
    </>
  );
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** The address's parameters, and how to change them. What one types replaces the entry of the history, other choices add one. */
function useOverviewSearch(): readonly [OverviewSearch, (next: OverviewSearch, isTyped?: boolean) => void] {
  const raw = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  return [
    readOverviewSearch(raw),
    (next, isTyped = false) =>
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, unknown>>) => writeOverviewSearch(before, next),
        replace: isTyped,
        resetScroll: false,
      }),
  ];
}
