import { queryOptions } from '@tanstack/react-query';
import type { FlagsAnswer, OverviewAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import type { MapAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import type { TrendAnswer, TrendPeriod } from '@thatch/server/http/ui/contract/trend.ts';
import { choiceKey, choiceQuery, type ReportChoice } from '../../parts/tree/report-choice.ts';
import { read, repositoryPath } from '../../api/client.ts';

/** A repository as addresses name it. */
export interface RepositoryAddress {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** What stands above the tree; empty texts mean the default branch. */
export function overviewQuery(repository: RepositoryAddress, ref: string, path: string) {
  const { svc, owner, repo } = repository;
  return queryOptions({
    queryKey: ['repos', svc, owner, repo, 'overview', ref, path],
    queryFn: ({ signal }) => read<OverviewAnswer>(`${repositoryPath(repository)}/overview`, { ref, path }, signal),
  });
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
