import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { OverviewAnswer, OverviewView, RepositoryHead } from '@thatch/server/http/ui/contract/overview.ts';
import { writeRef } from '../../addresses/refs.ts';
import { useLive } from '../../api/live.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { LatestCommits } from './LatestCommits.tsx';
import { overviewPlace } from './load-overview.ts';
import { EmptyRepository, RefWithoutReport, UnknownRef } from './OtherViews.tsx';
import { overviewKey, overviewQuery, type RepositoryAddress } from './overview-queries.ts';
import { readOverviewSearch } from './overview-search.ts';
import styles from './OverviewPage.module.css';
import { ReportOverview } from './ReportOverview.tsx';

/** `R`, `R/tree/:ref`, `R/tree/:ref/*path`: how covered the code is, where the holes are, whether it gets better. */
export function OverviewPage() {
  const params = useParams({ strict: false });
  const { repository, ref, path } = overviewPlace(params);
  const client = useQueryClient();
  const search = readOverviewSearch(useSearch({ strict: false }));
  const query = useQuery({
    ...overviewQuery(client, repository, { ref, path }, search),
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  useCanonicalAddress(
    repository,
    { written: params.ref ?? null, ref, path },
    query.isPlaceholderData ? undefined : data,
  );
  useFreshness(repository);
  if (query.error !== null && data === undefined) {
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  }
  if (data === undefined) return <FirstSkeleton />;
  return (
    <div className={`content ${styles.page}`}>
      <Title text={titleOf(data.view, ref)} />
      <h1 className="visually-hidden">{titleOf(data.view, ref)}</h1>
      <View answer={data} repository={repository} />
    </div>
  );
}

function View({ answer, repository }: { readonly answer: OverviewAnswer; readonly repository: RepositoryAddress }) {
  const { view } = answer;
  switch (view.kind) {
    case 'report':
      return <ReportOverview answer={answer} headline={view} repository={repository} />;
    case 'empty':
      return (
        <>
          <EmptyRepository repository={repository} hasCommits={answer.commits.length > 0} />
          <Came answer={answer} repository={repository} branch={null} />
        </>
      );
    case 'no_report':
      return (
        <>
          <RefWithoutReport view={view} repository={repository} />
          <Came answer={answer} repository={repository} branch={view.ref.kind === 'branch' ? view.ref.ref : null} />
        </>
      );
    case 'unknown':
      return <UnknownRef text={view.text} repository={repository} />;
  }
}

/** Commits without a report: their states tell whether one is still to come. */
function Came({
  answer: { commits },
  repository,
  branch,
}: {
  readonly answer: OverviewAnswer;
  readonly repository: RepositoryAddress;
  readonly branch: string | null;
}) {
  if (commits.length === 0) return null;
  return (
    <div className={styles.came}>
      <LatestCommits commits={commits} repository={repository} branch={branch} />
    </div>
  );
}

function FirstSkeleton() {
  return (
    <div className={`content ${styles.page}`}>
      <Skeleton rows={2} height="44px" />
      <Skeleton rows={1} height="200px" />
      <Skeleton rows={10} />
    </div>
  );
}

const SHOWN_DIGITS = 7;

function titleOf(view: OverviewView, ref: string): string {
  if (view.kind === 'unknown') return OVERVIEW.unknown(view.text);
  if (view.kind === 'empty') return OVERVIEW.title;
  const { path } = view.ref;
  const name = view.ref.kind === 'commit' ? view.ref.sha.slice(0, SHOWN_DIGITS) : view.ref.ref;
  if (path !== '') return OVERVIEW.titleOf(path, name);
  return ref === '' ? OVERVIEW.title : OVERVIEW.titleAt(name);
}

interface WrittenRef {
  /** As the address has it; null where it names none. */
  readonly written: string | null;
  readonly ref: string;
  readonly path: string;
}

/**
 * Rewrites the address once when it is not the written form: another spelling of the repository, or a ref whose slashes are not encoded
 * (web-ui §1.3). What was answered is kept for the new address.
 */
function useCanonicalAddress(
  { svc, owner, repo }: RepositoryAddress,
  { written, ref, path }: WrittenRef,
  answer: OverviewAnswer | undefined,
): void {
  const navigate = useNavigate();
  const client = useQueryClient();
  const head = answer?.repository;
  const resolved = answer === undefined || written === null ? null : resolvedRef(answer.view);
  const isSpelt = head === undefined || isSameAddress({ svc, owner, repo }, head);
  const isWritten = resolved === null || (resolved.path === path && writeRef(resolved.ref) === written);
  useEffect(() => {
    if (answer === undefined || (isSpelt && isWritten)) return;
    const { repository } = answer;
    const params = { svc: repository.service, owner: repository.owner, repo: repository.name };
    const next = resolved ?? { ref, path };
    client.setQueryData(overviewKey(params, next.ref, next.path), answer);
    if (next.ref === '') {
      void navigate({ to: '/$svc/$owner/$repo', params, search: true, hash: true, replace: true });
      return;
    }
    const there = { ...params, ref: writeRef(next.ref), _splat: next.path };
    const to = next.path === '' ? '/$svc/$owner/$repo/tree/$ref' : '/$svc/$owner/$repo/tree/$ref/$';
    void navigate({ to, params: there, search: true, hash: true, replace: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for an answer
  }, [answer, isSpelt, isWritten]);
}

function resolvedRef(view: OverviewView): { readonly ref: string; readonly path: string } | null {
  return view.kind === 'report' || view.kind === 'no_report' ? view.ref : null;
}

function isSameAddress({ svc, owner, repo }: RepositoryAddress, head: RepositoryHead): boolean {
  return svc === head.service && owner === head.owner && repo === head.name;
}

/** What an event makes old; reports themselves never change, a new merge is another one. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  'commit.merged': ['overview', 'trend', 'branches'],
  'commit.complete': ['overview'],
  'commit.created': ['overview', 'branches'],
  'branch.moved': ['overview', 'branches'],
  'upload.received': ['overview'],
  'upload.error': ['overview'],
};

function useFreshness({ svc, owner, repo }: RepositoryAddress): void {
  const client = useQueryClient();
  useLive([`repo:${svc}/${owner}/${repo}`], ({ type }) => {
    for (const part of CHANGES[type] ?? [])
      void client.invalidateQueries({ queryKey: ['repos', svc, owner, repo, part] });
  });
}
