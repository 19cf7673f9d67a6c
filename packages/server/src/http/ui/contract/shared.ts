/*
 * What the pages are told: types only, imported by the handlers beside this folder and by `packages/web`. Private to the interface and
 * released with it (web-ui §2). Times are ISO 8601 in UTC; shas are whole.
 */

/** Counts; `files` where more than one is meant. */
export interface Counts {
  readonly lines: number;
  readonly hits: number;
  readonly partials: number;
  readonly misses: number;
}

/** Counts and the percentage as it is shown: `94.10`, without a sign; null without lines (web-ui §4.7). */
export interface Coverage extends Counts {
  readonly coverage: string | null;
}

/** The same of many files. */
export interface ReportCoverage extends Coverage {
  readonly files: number;
}

/** A change in percentage points, worked out from integers: `+0.35`, `−1.20`, `±0`, `+<0.01`. */
export interface Change {
  readonly text: string;
  readonly direction: 'up' | 'down' | 'equal';
  /** Falls under 0.05 pp are shown quietly. */
  readonly isSlight: boolean;
}

/** The body of every answer that is not the wished one. */
export interface UiProblem {
  readonly code: string;
  /** A sentence for people. */
  readonly detail: string;
  /** What to do; null when nothing helps. */
  readonly hint: string | null;
  /** The field of the request's body that is wrong. */
  readonly field: string | null;
  readonly request_id: string;
}

/** What somebody may do in a repository or an installation; each includes those before it (web-ui §2). */
export type Right = 'guest' | 'reader' | 'member' | 'admin' | 'operator';

/** How far a commit is, in the words of its list (web-ui §3.5). */
export type CommitWord = 'processed' | 'processing' | 'error' | 'no_report';

/** A commit in a list. */
export interface CommitBrief {
  readonly sha: string;
  /** First line of the message; null while nobody sent it. */
  readonly title: string | null;
  readonly author: string | null;
  /** When it was committed; when it was first seen where that is unknown. */
  readonly at: string;
  readonly branch: string | null;
  readonly state: CommitWord;
  readonly coverage: ReportCoverage | null;
  readonly uploads: UploadProgress;
}

/** Coverage uploads of a commit, superseded ones aside. */
export interface UploadProgress {
  readonly all: number;
  readonly merged: number;
  readonly errors: number;
}
