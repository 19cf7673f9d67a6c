import { queryOptions, type QueryClient } from '@tanstack/react-query';
import type { FlagsAnswer, Headline, OverviewAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import type { MapAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import type { TrendAnswer, TrendPeriod } from '@thatch/server/http/ui/contract/trend.ts';
import { choiceKey, choiceQuery, type ReportChoice } from '../../parts/tree/report-choice.ts';
import { read, repositoryPath } from '../../api/client.ts';
import { firstRowsQuery, keepFirstRows } from '../../parts/tree/first-rows.ts';
import { orderOf, type OverviewSearch } from './overview-search.ts';

/** A repository as addresses name it. */
export interface RepositoryAddress {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** What stands above the tree; empty texts mean the default branch. The first answer brings the rows that `search` shows. */
export function overviewQuery(
  client: QueryClient,
  repository: RepositoryAddress,
  { ref, path }: { readonly ref: string; readonly path: string },
  search: OverviewSearch,
) {
  const queryKey = overviewKey(repository, ref, path);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<OverviewAnswer> => {
      const address = `${repositoryPath(repository)}/overview`;
      // Later ones may be of another report with the same rows open; those ask for themselves.
      if (client.getQueryData(queryKey) !== undefined) return read<OverviewAnswer>(address, { ref, path }, signal);
      const first = { display: search.display, order: orderOf(search) };
      const choice = { flags: search.flags, search: search.search === '' ? null : search.search };
      const asked = { ref, path, ...firstRowsQuery(first), ...choice };
      const answer = await read<OverviewAnswer>(address, asked, signal);
      const { view } = answer;
      if (view.kind === 'report') {
        keepFirstRows(client, choiceOf(repository, view, search), first, view.ref.path, view.rows);
      }
      return answer;
    },
  });
}

export function overviewKey({ svc, owner, repo }: RepositoryAddress, ref: string, path: string) {
  return ['repos', svc, owner, repo, 'overview', ref, path] as const;
}

/** The report that the overview shows, and what of it. */
export function choiceOf(
  { svc, owner, repo }: RepositoryAddress,
  { commit, generation }: Headline,
  { flags, search }: OverviewSearch,
): ReportChoice {
  return { svc, owner, repo, sha: commit.sha, generation, flags, uploads: [], search };
}

/** The coverage of a branch over time. */
export function trendQuery(repository: RepositoryAddress, branch: string, period: TrendPeriod) {
  const { svc, owner, repo } = repository;
  return queryOptions({
    queryKey: ['repos', svc, owner, repo, 'trend', branch, period],
    queryFn: ({ signal }) => read<TrendAnswer>(`${repositoryPath(repository)}/trend`, { branch, period }, signal),
  });
}

/** Folders as boxes. */
export function mapQuery(choice: ReportChoice, path: string) {
  return queryOptions({
    queryKey: [...choiceKey(choice), 'map', path],
    queryFn: ({ signal }) => read<MapAnswer>(`${repositoryPath(choice)}/map`, { ...choiceQuery(choice), path }, signal),
  });
}

/** The flags of a commit's report. */
export function flagsQuery({ svc, owner, repo }: RepositoryAddress, sha: string, generation: number) {
  return queryOptions({
    queryKey: ['repos', svc, owner, repo, 'flags', sha, generation],
    queryFn: ({ signal }) => read<FlagsAnswer>(`${repositoryPath({ svc, owner, repo })}/flags`, { sha }, signal),
  });
}
