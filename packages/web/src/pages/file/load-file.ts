import { queryClient } from '../../api/queries.ts';
import { filePlace, type FileParameters } from './file-place.ts';
import { fileQuery } from './queries.ts';

/** Asks for the file and its text while the code of the page is still on the way; the page waits for them. */
export function loadFile({
  params,
  location,
}: {
  readonly params: FileParameters;
  readonly location: { readonly search: Readonly<Record<string, unknown>> };
}): void {
  const place = filePlace(params, location.search);
  if (place.path !== '') void queryClient.prefetchQuery(fileQuery(queryClient, place));
}
