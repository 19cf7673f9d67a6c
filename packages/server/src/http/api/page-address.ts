import { pagesAddress } from '../upload/address.ts';
import type { RepositoryCall } from './context.ts';

/**
 * The page that shows a file or directory at a commit, under the long name of the service (public-api §2.8, `commit_file_url`).
 */
export function fileAddress(
  { app, request, repository }: RepositoryCall<unknown>,
  { sha, path, isFile }: { readonly sha: string; readonly path: string; readonly isFile: boolean },
): string {
  const dashboard = pagesAddress(app, request);
  const place = [repository.service, repository.owner_name, repository.name, 'commit', sha, isFile ? 'blob' : 'tree'];
  return [dashboard, ...[...place, ...path.split('/')].map(segment)].join('/');
}

// A colon joins groups and is allowed in a path.
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
