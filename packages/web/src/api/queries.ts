import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import type { OwnersAnswer } from '@thatch/server/http/ui/contract/owners.ts';
import type { SessionAnswer } from '@thatch/server/http/ui/contract/session.ts';
import { ApiError, read } from './client.ts';

/*
 * What pages read. Keys begin with the path, so that an event can say what became old: everything of a repository begins with
 * `['repos', 'gh', 'acme', 'api']`.
 */

const MOST_TRIES = 3;
/** Events tell what became old; without them, data is asked for again after so long. */
const FRESH_MS = 30_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What the server refused it will refuse again; what did not arrive is tried again.
      retry: (count, error) =>
        count < MOST_TRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
      retryDelay: (count) => Math.min(1000 * 2 ** count, 30_000),
    },
  },
});

/** Who looks, and at what installation. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => read<SessionAnswer>('/session', {}, signal),
  staleTime: 5 * 60_000,
});

/** The organisations that can be seen. */
export const ownersQuery = queryOptions({
  queryKey: ['owners'],
  queryFn: ({ signal }) => read<OwnersAnswer>('/owners', {}, signal),
});

/** Reads who looks anew, after signing in or out, and forgets what the one before could see. */
export async function renewSession(): Promise<SessionAnswer> {
  const session = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  return session;
}

/** The session, which the root route has loaded before any page is shown. */
export function useSession(): SessionAnswer {
  const { data } = useQuery(sessionQuery);
  if (data === undefined) throw new Error('the session is loaded with the root route');
  return data;
}
