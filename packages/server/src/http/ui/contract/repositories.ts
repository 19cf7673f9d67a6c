import type { Change, CommitWord, Coverage, ReportCoverage } from './shared.ts';

/** What repositories are sorted by; `COMMIT_DATE` = when the last report is of. */
export const REPOSITORY_ORDERINGS = ['COMMIT_DATE', 'COVERAGE', 'NAME', 'LINES', 'CHANGE'] as const;
export type RepositoryOrdering = (typeof REPOSITORY_ORDERINGS)[number];

/** Which repositories are listed: all, those that received an upload, those that did not. */
export const REPOSITORY_DISPLAYS = ['All', 'Configured', 'Not Configured'] as const;
export type RepositoryDisplay = (typeof REPOSITORY_DISPLAYS)[number];

/** `GET /api/ui/owners/{service}/{owner}`: an owner with the sums over the repositories that the caller can see. */
export interface OwnerAnswer {
  /** Short name, and the stored spelling: where the address differs, it is rewritten. */
  readonly service: string;
  readonly name: string;
  readonly repositories: number;
  /** How many of them have a report. */
  readonly reporting: number;
  readonly coverage: Coverage;
}

/**
 * `GET /api/ui/owners/{service}/{owner}/repositories?search=&ordering=&direction=&repoDisplay=&stale=&from=&limit=`: some of them, by their
 * place in the whole list, so that a long one can be looked into anywhere. With
 * `search`, those whose name holds it come first, then those that hold its letters in order.
 */
export interface RepositoriesAnswer {
  readonly repositories: readonly RepositoryRow[];
  /** How many fit the filters; 0 also when `from` is behind the last. */
  readonly all: number;
}

export interface RepositoryRow {
  readonly name: string;
  readonly is_private: boolean;
  readonly default_branch: string | null;
  /** Of the newest report of the default branch; null = nothing was ever merged there. */
  readonly coverage: ReportCoverage | null;
  /** Against 30 days ago, or the oldest report when none is so old. */
  readonly change: { readonly change: Change; readonly against: 'month' | 'oldest'; readonly at: string } | null;
  /** Percentages of the default branch over 90 days, three days each, old to new; null where no report is. */
  readonly trend: readonly (number | null)[];
  /** When the last report is of. */
  readonly at: string | null;
  /** Of the newest commit of the default branch; null before any commit. */
  readonly state: CommitWord | null;
  /** Days since the last report, when that is too long or too many commits ago. */
  readonly stale: number | null;
}
