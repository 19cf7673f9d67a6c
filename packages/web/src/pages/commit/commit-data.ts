import { keepPreviousData, queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import type { FlagsAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { listOf } from '../../addresses/search.ts';
import { read, repositoryPath } from '../../api/client.ts';

/** Where a commit is. */
export interface CommitPlace {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
  /** As the address has it: whole, or its beginning until the page knows better. */
  readonly sha: string;
}

/** What of the commit counts on the page; empty lists = everything. */
export interface Choice {
  readonly upload: readonly string[];
  readonly flags: readonly string[];
}

/** The commit of this address. */
export function useCommitPlace(): CommitPlace {
  return useParams({ from: '/$svc/$owner/$repo/commit/$sha' });
}

/** What the address chooses, and how to choose something else. */
export function useChoice(): { readonly choice: Choice; readonly choose: (change: Partial<Choice>) => void } {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const choose = useCallback(
    (change: Partial<Choice>): void =>
      void navigate({
        to: '.',
        search: ((before: object) => withoutEmpty({ ...before, ...change })) as never,
        resetScroll: false,
      }),
    [navigate],
  );
  return { choice: { upload: listOf(search['upload']), flags: listOf(search['flags']) }, choose };
}

/** The commit, its numbers and uploads. */
export function useCommit(place: CommitPlace, choice: Choice) {
  const queries = useQueryClient();
  return useQuery(commitQuery(queries, place, choice));
}

/** Everything that was read of a commit begins with this. */
export function commitKey({ svc, owner, repo, sha }: CommitPlace): readonly string[] {
  return ['repos', svc, owner, repo, 'commit', sha];
}

/** The largest flags of its report. */
export function useFlags(place: CommitPlace) {
  return useQuery({
    queryKey: [...commitKey(place), 'flags'],
    queryFn: ({ signal }) => read<FlagsAnswer>(`${repositoryPath(place)}/flags`, { sha: place.sha }, signal),
    placeholderData: keepPreviousData,
  });
}

function commitQuery(queries: QueryClient, place: CommitPlace, choice: Choice) {
  const queryKey = [...commitKey(place), 'head', choice];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      const path = `${repositoryPath(place)}/commits/${encodeURIComponent(place.sha)}`;
      const answer = await read<CommitAnswer>(path, { ...choice }, signal);
      // Answers may overtake each other: an older merge never replaces a newer one.
      const known = queries.getQueryData<CommitAnswer>(queryKey);
      return known !== undefined && known.generation > answer.generation ? known : answer;
    },
    placeholderData: keepPreviousData,
  });
}

function withoutEmpty(search: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}
