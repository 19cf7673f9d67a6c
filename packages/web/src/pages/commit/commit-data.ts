import { keepPreviousData, queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import type { FlagsAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { listOf } from '../../addresses/search.ts';
import { read, repositoryPath, type QueryValues } from '../../api/client.ts';
import { firstRowsQuery, keepFirstRows, type FirstRows } from '../../parts/tree/first-rows.ts';
import { useAfterPaint } from '../../parts/use-after-paint.ts';
import type { TreeSearch } from './tree-search.ts';

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
  return useQuery(commitQuery(queries, place, choice, null));
}

/** Everything that was read of a commit begins with this. */
export function commitKey({ svc, owner, repo, sha }: CommitPlace): readonly string[] {
  return ['repos', svc, owner, repo, 'commit', sha];
}

/** The rows of its tree that are shown first. */
export interface CommitRows {
  readonly root: string;
  readonly search: TreeSearch;
}

/** The commit with what is chosen of it. The first answer brings the rows of its tree, where they are wanted. */
export function commitQuery(queries: QueryClient, place: CommitPlace, choice: Choice, rows: CommitRows | null) {
  const { svc, owner, repo, sha } = place;
  const queryKey = [...commitKey(place), 'head', choice];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      const path = `${repositoryPath(place)}/commits/${encodeURIComponent(sha)}`;
      const isFirst = queries.getQueryData(queryKey) === undefined;
      const answer = await read<CommitAnswer>(path, { ...choice, ...(isFirst ? askedRows(rows) : {}) }, signal);
      if (rows !== null) {
        const { flags, upload: uploads } = choice;
        const { generation, rows: first } = answer;
        const report = { svc, owner, repo, sha: answer.sha, generation, flags, uploads, search: rows.search.search };
        keepFirstRows(queries, report, firstOf(rows), rows.root, first);
      }
      // Answers may overtake each other: an older merge never replaces a newer one.
      const known = queries.getQueryData<CommitAnswer>(queryKey);
      return known !== undefined && known.generation > answer.generation ? known : answer;
    },
    placeholderData: keepPreviousData,
  });
}

function firstOf({ search: { displayType, order } }: CommitRows): FirstRows {
  return { display: displayType, order };
}

function askedRows(rows: CommitRows | null): QueryValues {
  if (rows === null) return {};
  const { root, search } = rows;
  return { ...firstRowsQuery(firstOf(rows)), path: root, search: search.search === '' ? null : search.search };
}

/** The largest flags of its report. */
export function useFlags(place: CommitPlace) {
  const isPainted = useAfterPaint();
  return useQuery({
    enabled: isPainted,
    queryKey: [...commitKey(place), 'flags'],
    queryFn: ({ signal }) => read<FlagsAnswer>(`${repositoryPath(place)}/flags`, { sha: place.sha }, signal),
    placeholderData: keepPreviousData,
  });
}

function withoutEmpty(search: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}
