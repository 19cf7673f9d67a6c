import { queryOptions } from '@tanstack/react-query';
import type { RepositoryAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { read, repositoryPath } from '../api/client.ts';
import { queryClient } from '../api/queries.ts';

interface RepositoryName {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** What a page of a repository may want to know of it. */
export function repositoryQuery(name: RepositoryName) {
  return queryOptions({
    queryKey: ['repos', name.svc, name.owner, name.repo],
    queryFn: ({ signal }) => read<RepositoryAnswer>(repositoryPath(name), {}, signal),
    staleTime: 5 * 60_000,
  });
}

/** Asks for it while the code of the page is still on the way. */
export function loadRepository({ params: { svc, owner, repo } }: { readonly params: RepositoryName }): void {
  void queryClient.prefetchQuery(repositoryQuery({ svc, owner, repo }));
}
