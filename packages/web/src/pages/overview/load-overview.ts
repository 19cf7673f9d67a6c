import { readRef } from '../../addresses/refs.ts';
import { queryClient } from '../../api/queries.ts';
import { overviewQuery, type RepositoryAddress } from './overview-queries.ts';
import { readOverviewSearch } from './overview-search.ts';

/** Parameters of the routes that show an overview. */
export interface OverviewParameters {
  readonly svc?: string;
  readonly owner?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly _splat?: string;
}

/** What an address is about; empty texts where it does not say. */
export function overviewPlace({ svc = '', owner = '', repo = '', ref = '', _splat = '' }: OverviewParameters): {
  readonly repository: RepositoryAddress;
  readonly ref: string;
  readonly path: string;
} {
  return { repository: { svc, owner, repo }, ref: readRef(ref), path: readRef(_splat).replace(/^\/+|\/+$/g, '') };
}

/** Asks for what the page shows first, while its code is still on the way; the page waits for it. */
export function loadOverview({
  params,
  location,
}: {
  readonly params: OverviewParameters;
  readonly location: { readonly search: Readonly<Record<string, unknown>> };
}): void {
  const { repository, ref, path } = overviewPlace(params);
  const search = readOverviewSearch(location.search);
  void queryClient.prefetchQuery(overviewQuery(queryClient, repository, { ref, path }, search));
}
