import { listOf } from '../../addresses/search.ts';
import { queryClient } from '../../api/queries.ts';
import { commitQuery, type CommitPlace } from './commit-data.ts';
import { readTreeSearch } from './tree-search.ts';

/** Asks for the commit and the rows of its first tab while the code of the page is still on the way; the page waits for them. */
export function loadCommit({
  params: { svc, owner, repo, sha, _splat: root = '' },
  location: { pathname, search },
}: {
  readonly params: CommitPlace & { readonly _splat?: string };
  readonly location: { readonly pathname: string; readonly search: Readonly<Record<string, unknown>> };
}): void {
  const choice = { upload: listOf(search['upload']), flags: listOf(search['flags']) };
  const rows = IN_UPLOADS.test(pathname) ? null : { root, search: readTreeSearch(search) };
  void queryClient.prefetchQuery(commitQuery(queryClient, { svc, owner, repo, sha }, choice, rows));
}

const IN_UPLOADS = /\/commit\/[^/]+\/uploads(\/|$)/;
