import type { Change, ReportCoverage } from './shared.ts';

export const TREND_PERIODS = ['3 months', '7 days', '30 days', '6 months', '12 months', 'all time'] as const;
export type TrendPeriod = (typeof TREND_PERIODS)[number];

/** `GET R/trend?branch=&period=`: one point a commit, by committer time, old to new. */
export interface TrendAnswer {
  readonly branch: string;
  readonly points: readonly TrendPoint[];
  /** How many commits there are; more than `points` when it was thinned out (least, greatest and last are kept). */
  readonly commits: number;
}

export interface TrendPoint {
  readonly sha: string;
  readonly title: string | null;
  readonly at: string;
  /** Null = the commit has no report: the line has a gap. */
  readonly coverage: ReportCoverage | null;
  /** To the point with a report before it; null for the first one. */
  readonly change: Change | null;
  /** Null = its uploads carry the same flags as those of the complete point before it, or it is not complete itself. */
  readonly flags: FlagChange | null;
}

/** Flags that came and went between two points: what moved the line may be another set of reports, not the code. */
export interface FlagChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
