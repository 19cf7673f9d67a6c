import { queryClient } from '../../api/queries.ts';
import { readFilters } from './filters.ts';
import { ownerQuery, repositoriesQuery, type OwnerName } from './repositories-queries.ts';

/** Asks for the owner and its first repositories while the code of the page is still on the way; the page waits for them. */
export function loadRepositories({
  params: { svc, owner },
  location,
}: {
  readonly params: OwnerName;
  readonly location: { readonly search: Readonly<Record<string, unknown>> };
}): void {
  void queryClient.prefetchQuery(ownerQuery({ svc, owner }));
  void queryClient.prefetchQuery(repositoriesQuery({ svc, owner }, readFilters(location.search), 0));
}
