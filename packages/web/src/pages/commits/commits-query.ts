import { infiniteQueryOptions } from '@tanstack/react-query';
import type { CommitsAnswer } from '@thatch/server/http/ui/contract/commits.ts';
import { readRef } from '../../addresses/refs.ts';
import { read, repositoryPath } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { COMMITS } from '../../messages/en/commits.ts';
import { readCommitsSearch, type CommitsSearch } from './search.ts';

/** A repository as addresses name it. */
export interface RepositoryPlace {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** Parameters of the routes that list commits; without `branch` those of the default branch. */
export interface CommitsParameters extends RepositoryPlace {
  readonly branch?: string;
}

/** The branch that an address names; null = the default one. */
export function askedBranch({ branch }: CommitsParameters): string | null {
  return branch === undefined ? null : readRef(branch);
}

/** Every list of commits of a repository begins with this. */
export function commitsKey({ svc, owner, repo }: RepositoryPlace) {
  return ['repos', svc, owner, repo, 'commits'] as const;
}

/** Commits page by page, newest first. `asked`: as {@link askedBranch} tells it. */
export function commitsQuery({ svc, owner, repo }: RepositoryPlace, asked: string | null, search: CommitsSearch) {
  const branch = asked === null || asked === COMMITS.allBranches ? undefined : asked;
  const filters = { branch, all: asked === COMMITS.allBranches ? true : undefined, ...search };
  return infiniteQueryOptions({
    queryKey: [...commitsKey({ svc, owner, repo }), filters],
    queryFn: ({ pageParam, signal }) =>
      read<CommitsAnswer>(`${repositoryPath({ svc, owner, repo })}/commits`, { ...filters, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

/** Asks for the first commits while the code of the page is still on the way; the page waits for them. */
export function loadCommits({
  params,
  location,
}: {
  readonly params: CommitsParameters;
  readonly location: { readonly search: Readonly<Record<string, unknown>> };
}): void {
  const search = readCommitsSearch(location.search);
  void queryClient.prefetchInfiniteQuery(commitsQuery(params, askedBranch(params), search));
}
