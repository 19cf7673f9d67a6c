import { queryOptions } from '@tanstack/react-query';
import type { OwnerAnswer, RepositoriesAnswer } from '@thatch/server/http/ui/contract/repositories.ts';
import { read } from '../../api/client.ts';
import type { RepositoryFilters } from './filters.ts';

/** An owner as the address names it. */
export interface OwnerName {
  readonly svc: string;
  readonly owner: string;
}

/** Rows of one request. */
export const PAGE = 100;

/** The owner with its sums. */
export function ownerQuery({ svc, owner }: OwnerName) {
  return queryOptions({
    queryKey: ['owners', svc, owner],
    queryFn: ({ signal }) => read<OwnerAnswer>(ownerPath({ svc, owner }), {}, signal),
  });
}

/** A page of the list, from 0. */
export function repositoriesQuery({ svc, owner }: OwnerName, filters: RepositoryFilters, page: number) {
  const { search, ordering, direction, repoDisplay, stale } = filters;
  const query = { search, ordering, direction, repoDisplay, stale: stale || undefined, from: page * PAGE, limit: PAGE };
  return queryOptions({
    queryKey: ['owners', svc, owner, 'repositories', query],
    queryFn: async ({ signal }) => {
      const answer = await read<RepositoriesAnswer>(`${ownerPath({ svc, owner })}/repositories`, query, signal);
      return { ...answer, filters };
    },
  });
}

function ownerPath({ svc, owner }: OwnerName): string {
  return `/owners/${encodeURIComponent(svc)}/${encodeURIComponent(owner)}`;
}
