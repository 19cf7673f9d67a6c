import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { CommitsAnswer } from '@thatch/server/http/ui/contract/commits.ts';
import { ApiError } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { useBusy } from '../../frame/busy.ts';
import { COMMITS } from '../../messages/en/commits.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button, buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { useTidyAddress } from '../../parts/use-tidy-address.ts';
import { CommitList } from './CommitList.tsx';
import styles from './CommitsPage.module.css';
import {
  askedBranch,
  commitsKey,
  commitsQuery,
  type CommitsParameters,
  type RepositoryPlace,
} from './commits-query.ts';
import { Filters } from './Filters.tsx';
import { readCommitsSearch, writeCommitsSearch, type CommitsSearch } from './search.ts';

/** `R/commits`: commits by day, with how far each is (web-ui §3.5). */
export function CommitsPage() {
  const params = useParams({ strict: false }) as CommitsParameters;
  const { svc, owner, repo } = params;
  const asked = askedBranch(params);
  const search = readCommitsSearch(useSearch({ strict: false }));
  useTidyAddress((raw) => writeCommitsSearch(raw, readCommitsSearch(raw)));
  const query = useCommits({ svc, owner, repo }, asked, search);
  const held = useHeldBack(query.data, JSON.stringify([svc, owner, repo, asked, search]), query.isPlaceholderData);
  const shownBranch = query.data?.pages[0].branch ?? null;
  const title = asked === null || shownBranch === null ? COMMITS.title : COMMITS.titleOf(shownBranch);
  useBusy(held.commits.some(({ state }) => state === 'processing'));
  // What failed may be tried again with other filters; what may not be seen has none.
  if (query.data === undefined && query.error instanceof ApiError && REFUSALS.has(query.error.status)) {
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  }
  return (
    <div className={`content ${styles.page}`}>
      <Title text={title} />
      <h1>{title}</h1>
      <Filters isAll={asked === COMMITS.allBranches} branch={shownBranch} search={search} />
      {held.waiting > 0 && (
        <Banner kind="info" action={<Button onClick={held.show}>{COMMITS.show}</Button>}>
          <span role="status">{COMMITS.newCommits(held.waiting)}</span>
        </Banner>
      )}
      <Section query={query} skeleton={<Skeleton rows={12} height="44px" />}>
        {() =>
          held.commits.length === 0 ? (
            <NoCommits isFiltered={Object.keys(search).length > 0} branch={asked === null ? null : shownBranch} />
          ) : (
            <CommitList
              commits={held.commits}
              hasBranches={shownBranch === null}
              isStale={query.isPlaceholderData}
              hasMore={query.hasNextPage}
              isLoadingMore={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage({ cancelRefetch: false })}
            />
          )
        }
      </Section>
    </div>
  );
}

const REFUSALS = new Set([401, 403, 404]);

function useCommits(place: RepositoryPlace, asked: string | null, search: CommitsSearch) {
  const { svc, owner, repo } = place;
  const queries = useQueryClient();
  useLive([`repo:${svc}/${owner}/${repo}`], ({ type }) => {
    if (type.startsWith('commit.') || type.startsWith('upload.') || type === 'branch.moved') {
      void queries.invalidateQueries({ queryKey: commitsKey(place) });
    }
  });
  return useInfiniteQuery({ ...commitsQuery(place, asked, search), placeholderData: keepPreviousData });
}

/** Commits that came after the list was first shown wait until they are asked for: nothing moves under the pointer. */
function useHeldBack(data: InfiniteData<CommitsAnswer> | undefined, key: string, isPlaceholder: boolean) {
  const [shown, setShown] = useState({ key: '', newest: 0 });
  const newest = data?.pages[0].newest ?? 0;
  const isKnown = shown.key === key;
  if (!isKnown && data !== undefined && !isPlaceholder) setShown({ key, newest });
  const limit = isKnown ? shown.newest : Infinity;
  const all = useMemo(() => data?.pages.flatMap(({ commits }) => commits) ?? [], [data]);
  // A page that was asked for again may repeat what moved from the one before.
  const commits = useMemo(() => {
    const bySha = new Map(all.filter(({ number }) => number <= limit).map((commit) => [commit.sha, commit]));
    return [...bySha.values()];
  }, [all, limit]);
  return {
    commits,
    waiting: all.filter(({ number }) => number > limit).length,
    show: () => setShown({ key, newest }),
  };
}

function NoCommits({
  isFiltered,
  branch,
}: {
  readonly isFiltered: boolean;
  /** That the address names; null = the default one, or all. */
  readonly branch: string | null;
}) {
  const navigate = useNavigate();
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const clear = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => writeCommitsSearch(raw, {});
  if (isFiltered) {
    return (
      <Empty title={COMMITS.nothingFits}>
        <p>{COMMITS.nothingFitsHint}</p>
        <Button onClick={() => void navigate({ to: '.', search: clear as unknown as true })}>{COMMITS.clear}</Button>
      </Empty>
    );
  }
  if (branch !== null) {
    return (
      <Empty title={COMMITS.noneOf(branch)}>
        <p>{COMMITS.noneOfHint}</p>
        <Link
          to="/$svc/$owner/$repo/commits/$branch"
          params={{ ...params, branch: COMMITS.allBranches }}
          className={buttonClass()}
        >
          {COMMITS.showAll}
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title={COMMITS.none}>
      <p>{COMMITS.noneHint}</p>
      <Link to="/$svc/$owner/$repo/new" params={params} className={buttonClass('primary')}>
        {COMMITS.connect}
      </Link>
    </Empty>
  );
}
