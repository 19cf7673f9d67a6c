import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RepositoryRow } from '@thatch/server/http/ui/contract/repositories.ts';
import { useCallback, useEffect, useRef } from 'react';
import { useLive } from '../../api/live.ts';
import type { RepositoryFilters } from './filters.ts';
import { ownerQuery, PAGE, repositoriesQuery, type OwnerName } from './repositories-queries.ts';

/** The owner with its sums. */
export function useOwner(name: OwnerName) {
  return useQuery(ownerQuery(name));
}

/**
 * The list, as far as it was looked at: any part of it is read when it is scrolled to. While other filters load, the list before stays.
 *
 * @param range rows that are seen
 */
export function useRepositories(name: OwnerName, filters: RepositoryFilters, range: { first: number; last: number }) {
  const head = useQuery({ ...repositoriesQuery(name, filters, 0), placeholderData: keepPreviousData });
  // The rest of the list that is shown, which may still be the one before.
  const shown = head.data?.filters ?? filters;
  const all = head.data?.all ?? 0;
  const pages = pagesOf(range, all).filter((page) => page > 0);
  const others = useQueries({ queries: pages.map((page) => repositoriesQuery(name, shown, page)) });
  const byPage = new Map(pages.map((page, index) => [page, others[index].data]));
  const rowAt = (index: number): RepositoryRow | null => {
    const page = Math.floor(index / PAGE);
    const answer = page === 0 ? head.data : byPage.get(page);
    return answer?.repositories[index % PAGE] ?? null;
  };
  return { head, all, rowAt, isOld: head.isPlaceholderData } as const;
}

/** Rows are asked for again at most so often: a busy organisation tells of something all the time. */
const REFRESH_MS = 2000;

/** Has the owner's data asked for again when something happens in one of its repositories; not while `isHeld`. */
export function useRefresh({ svc, owner }: OwnerName, isHeld: () => boolean): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const refresh = useCallback((): void => {
    timer.current ??= setTimeout(function run() {
      timer.current = isHeld() ? setTimeout(run, REFRESH_MS) : null;
      if (timer.current === null) void queries.invalidateQueries({ queryKey: ['owners', svc, owner] });
    }, REFRESH_MS);
  }, [isHeld, owner, queries, svc]);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  useLive([`owner:${svc}/${owner}`], ({ type }) => {
    if (CHANGES.has(type)) refresh();
  });
}

const CHANGES = new Set(['upload.received', 'upload.error', 'commit.merged', 'commit.complete', 'repo.created']);

function pagesOf({ first, last }: { readonly first: number; readonly last: number }, all: number): number[] {
  if (all === 0) return [];
  const [from, to] = [Math.floor(first / PAGE), Math.floor(Math.min(last, all - 1) / PAGE)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
