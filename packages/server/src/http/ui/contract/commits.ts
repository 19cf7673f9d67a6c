import type { CommitBrief } from './shared.ts';

/**
 * `GET /api/ui/repos/{service}/{owner}/{repo}/commits?branch=&all=&coverageStatus=&search=&author=&cursor=`: commits, newest first, fifty at a
 * time; of the default branch unless another or `all=true` is asked for.
 */
export interface CommitsAnswer {
  /** Topic of live events: `repo:<id>`. */
  readonly repository_id: number;
  /** Highest `number` of the repository at this moment: what has a higher one came later. */
  readonly newest: number;
  /** Null before the first upload that names a branch. */
  readonly default_branch: string | null;
  /** Whose commits these are; null = of every branch. */
  readonly branch: string | null;
  readonly commits: readonly CommitRow[];
  /** Null = these were the last. */
  readonly next_cursor: string | null;
}

export interface CommitRow extends CommitBrief {
  /** Rises with every commit that is seen for the first time, whatever its own time. */
  readonly number: number;
}

/** What `coverageStatus` of the address may say (web-ui §1.4). */
export type CoverageStatus = 'COMPLETED' | 'PENDING' | 'ERROR';
