import type { CommitBrief } from './shared.ts';

/**
 * `GET /api/ui/repos/{service}/{owner}/{repo}/commits?branch=&coverageStatus=&search=&author=&cursor=`: commits, newest first, fifty at a
 * time. Without `branch` those of every branch.
 */
export interface CommitsAnswer {
  /** Topic of live events: `repo:<id>`. */
  readonly repository_id: number;
  /** Null before the first upload that names a branch. */
  readonly default_branch: string | null;
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
