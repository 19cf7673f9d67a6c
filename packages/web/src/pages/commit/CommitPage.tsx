import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { ApiError } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { useBusy } from '../../frame/busy.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { COMMIT } from '../../messages/en/commit.ts';
import { whole } from '../../messages/en/shared.ts';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { CommitActions } from './CommitActions.tsx';
import { commitKey, useChoice, useCommit, useCommitPlace, type CommitPlace } from './commit-data.ts';
import { CommitHead } from './CommitHead.tsx';
import { CommitNumbers } from './CommitNumbers.tsx';
import styles from './CommitPage.module.css';
import { CommitSide } from './CommitSide.tsx';
import { CommitStatus } from './CommitStatus.tsx';

/** `R/commit/:sha`: what a commit's coverage is, and whether every upload arrived (web-ui §3.6). */
export function CommitPage() {
  const place = useCommitPlace();
  const { choice } = useChoice();
  const query = useCommit(place, choice);
  useLiveCommit(place, query.data?.sha);
  useWholeSha(place, query.data?.sha);
  useBusy(query.data?.state === 'processing');
  // Without the commit there is nothing to show; what is not there is told as for every other address.
  const isGone = query.error instanceof ApiError && query.error.status === 404;
  if (query.error !== null && (isGone || query.data === undefined)) {
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  }
  const title = query.data?.title ?? COMMIT.untitled(place.sha.slice(0, 7));
  return (
    <div className={`content ${styles.page}`}>
      <Title text={title} />
      <Section query={query} skeleton={<CommitSkeleton title={title} />}>
        {(commit) => <Commit place={place} commit={commit} />}
      </Section>
    </div>
  );
}

function Commit({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  return (
    <>
      <header className={styles.head}>
        <CommitHead place={place} commit={commit} />
        <CommitActions place={place} commit={commit} />
      </header>
      <CommitNumbers commit={commit} />
      <CommitStatus place={place} commit={commit} />
      <CommitTabs place={place} uploads={commit.uploads_all} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Outlet />
        </div>
        <CommitSide place={place} commit={commit} />
      </div>
    </>
  );
}

function CommitTabs({ place, uploads }: { readonly place: CommitPlace; readonly uploads: number }) {
  const isUploads = useRouterState({
    select: ({ location }) => /\/commit\/[^/]+\/uploads(\/|$)/.test(location.pathname),
  });
  return (
    <nav className={styles.tabs} aria-label={COMMIT.tabs}>
      <Link
        to="/$svc/$owner/$repo/commit/$sha"
        params={place}
        search={true}
        resetScroll={false}
        activeOptions={{ exact: true, includeSearch: false }}
        aria-current={isUploads ? undefined : 'page'}
      >
        {COMMIT.tree}
      </Link>
      <Link
        to="/$svc/$owner/$repo/commit/$sha/uploads"
        params={place}
        search={true}
        resetScroll={false}
        aria-current={isUploads ? 'page' : undefined}
      >
        {COMMIT.uploadsTab} <span className={styles.count}>{whole(uploads)}</span>
      </Link>
    </nav>
  );
}

function CommitSkeleton({ title }: { readonly title: string }) {
  return (
    <>
      <h1 className="visually-hidden">{title}</h1>
      <Skeleton rows={1} height="76px" />
      <Skeleton rows={1} height="74px" />
      <Skeleton rows={10} />
    </>
  );
}

/** Events of the commit make what is shown of it old. */
function useLiveCommit(place: CommitPlace, sha: string | undefined): void {
  const queries = useQueryClient();
  const { svc, owner, repo } = place;
  useLive(sha === undefined ? [] : [`commit:${svc}/${owner}/${repo}@${sha}`], () => {
    void queries.invalidateQueries({ queryKey: commitKey(place) });
  });
}

/** The address names the whole commit, whatever it was opened with. */
function useWholeSha(place: CommitPlace, sha: string | undefined): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (sha === undefined || sha === place.sha || !sha.startsWith(place.sha.toLowerCase())) return;
    void navigate({
      to: '.',
      params: ((before: object) => ({ ...before, sha })) as never,
      search: true,
      replace: true,
    });
  }, [navigate, place.sha, sha]);
}
