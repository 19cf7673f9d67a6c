import { queryOptions } from '@tanstack/react-query';
import { notFound } from '@tanstack/react-router';
import type { SetupAnswer, SetupTokenAnswer } from '@thatch/server/http/ui/contract/setup.ts';
import { ApiError, change, read } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';

/** Where the first run is. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => read<SetupAnswer>('/setup', {}, signal),
});

/** Reads it before the page is shown; what is over, or not for this person, is as everything that is not there. */
export async function loadSetup(): Promise<void> {
  try {
    await queryClient.ensureQueryData(setupQuery);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw notFound();
    throw error;
  }
}

const TOKEN = ['setup-token'];

/** The text of the token that was made in this window; null when none was, or when it was left for a while. */
export function freshToken(): string | null {
  return queryClient.getQueryData<string>(TOKEN) ?? null;
}

/** Makes a token. Kept beside the answers, so that it goes with them when somebody signs out. */
export async function makeToken(): Promise<string> {
  const { token } = await change<SetupTokenAnswer>('POST', '/setup/token');
  queryClient.setQueryData(TOKEN, token);
  return token;
}
