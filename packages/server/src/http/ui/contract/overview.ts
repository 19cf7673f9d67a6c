import type { Change, CommitBrief, ReportCoverage, Right } from './shared.ts';
import type { TreeAnswer } from './tree.ts';

/** What every page of a repository may want to know of it. */
export interface RepositoryHead {
  /** Topic of live events: `repo:<id>`. */
  readonly id: number;
  /** Short name of the provider, and the stored spelling: where the address differs, it is rewritten. */
  readonly service: string;
  readonly owner: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly right: Right;
  /** Null before the first upload that names a branch. */
  readonly default_branch: string | null;
}

/** `GET R`: the repository alone. */
export interface RepositoryAnswer {
  readonly repository: RepositoryHead;
}

/** What the part of an address after `tree/` or `blob/` means (web-ui §1.3): the longest branch, else tag, else commit. */
export interface ResolvedRef {
  readonly ref: string;
  /** What follows it; empty = all. Without a slash at either end. */
  readonly path: string;
  readonly kind: 'branch' | 'tag' | 'commit';
  /** The commit that the ref points at. */
  readonly sha: string;
}

/**
 * `GET R/ref?ref=&path=`: resolves an address; `ref` is its first segment, `path` the rest, or both empty for the head of the default
 * branch. 404 when nothing of that name is known.
 */
export type RefAnswer = ResolvedRef;

/**
 * `GET R/overview?ref=&path=`: what stands above the tree; with `rows=tree|list`, and as `GET R/tree` the parameters `sort`, `direction`,
 * `flags` and `search`, the first rows too: a page that opens needs one answer.
 */
export interface OverviewAnswer {
  readonly repository: RepositoryHead;
  readonly view: OverviewView;
  /** The newest commits of the branch, or of all where there is none; at most ten. */
  readonly commits: readonly CommitBrief[];
}

export type OverviewView =
  /** Nothing was ever merged here. */
  | { readonly kind: 'empty' }
  /** No branch, tag or commit is called so. */
  | { readonly kind: 'unknown'; readonly text: string }
  /** The ref is known, but neither it nor a newer or older commit of its branch has a report. */
  | { readonly kind: 'no_report'; readonly ref: ResolvedRef; readonly nearest: NearestReport | null }
  | ({ readonly kind: 'report' } & Headline);

/** An ancestor with a report. */
export interface NearestReport {
  readonly sha: string;
  readonly distance: number;
  readonly coverage: ReportCoverage | null;
}

export interface Headline {
  readonly ref: ResolvedRef;
  /** Branch that trend and latest commits are of; null for a commit of none. */
  readonly branch: string | null;
  /** The commit whose report is shown: the newest of the branch that has one. */
  readonly commit: CommitBrief;
  /** Rises with every merge of the commit: older answers never replace newer ones. */
  readonly generation: number;
  readonly coverage: ReportCoverage;
  /** Null when there is no other report to compare with. */
  readonly change: HeadlineChange | null;
  /** Newer commits of the branch without a report. */
  readonly newer: number;
  /** Days since the last report when that is too long ago, or too many commits have none (decision: 14 days or 20 commits). */
  readonly stale: { readonly days: number } | null;
  /** What `GET R/tree` or `GET R/files` says of the folder `ref.path`; null when not asked for. */
  readonly rows: TreeAnswer | null;
}

/** The change of a branch over time. */
export interface HeadlineChange {
  readonly change: Change;
  /** `month`: against the newest report at least 30 days old; `oldest`: against the first one, as none is so old. */
  readonly against: 'month' | 'oldest';
  readonly sha: string;
  readonly at: string;
}

/** `GET R/flags?sha=`: the flags of a report with their own coverage, most lines first; at most eight. */
export interface FlagsAnswer {
  readonly flags: readonly FlagCoverage[];
  /** How many flags there are. */
  readonly all: number;
  /** Their names, those with most lines first; at most 2,000. */
  readonly names: readonly string[];
}

export interface FlagCoverage {
  readonly name: string;
  readonly uploads: number;
  readonly coverage: ReportCoverage;
}
