import type { UploadState } from '../../../database/tables.ts';
import type { CommitWord, Coverage, ReportCoverage } from './shared.ts';
import type { TreeAnswer } from './tree.ts';

/**
 * `GET R/commits/{sha}?upload=&flags=`: a commit with its uploads. `sha` may be the only beginning of at least 7 digits: the address is
 * then rewritten to the whole. `upload` and `flags` choose what `selected` counts.
 */
export interface CommitAnswer {
  readonly repository_id: number;
  readonly sha: string;
  /** First line of the message; null while nobody sent it. */
  readonly title: string | null;
  /** What follows it; empty without. */
  readonly body: string;
  readonly author: string | null;
  readonly committed_at: string | null;
  /** When the first upload or announcement came. */
  readonly seen_at: string;
  readonly branch: string | null;
  readonly pull: number | null;
  readonly parents: readonly { readonly sha: string; readonly is_known: boolean }[];
  /** Branches that contain it; at most ten are named. */
  readonly branches: { readonly names: readonly string[]; readonly more: number };
  /** The commit at its forge; null without one. */
  readonly forge_address: string | null;
  readonly state: CommitWord;
  /** Rises with every merge: an older answer never replaces a newer one. */
  readonly generation: number;
  /** Null while there is no report. */
  readonly coverage: ReportCoverage | null;
  /** Of the chosen uploads; null when all count, or none of the chosen is merged. */
  readonly selected: ReportCoverage | null;
  /** With `rows=tree|list`, what `GET R/tree` or `GET R/files` says of the folder `path` of the choice; else null. */
  readonly rows: TreeAnswer | null;
  /** No other commit of the repository has a report. */
  readonly is_first: boolean;
  readonly progress: CommitProgress;
  /** Oldest first; the first 500. */
  readonly uploads: readonly UploadRow[];
  readonly uploads_all: number;
  readonly rights: CommitRights;
}

/** Coverage uploads by what they wait for; superseded ones aside. */
export interface CommitProgress {
  readonly all: number;
  readonly merged: number;
  readonly errors: number;
  /** Announced: their bytes are not here. */
  readonly started: number;
  /** Being read, or waiting for it. */
  readonly stored: number;
  /** Read, and not in the report yet. */
  readonly processed: number;
}

export interface CommitRights {
  readonly may_reprocess: boolean;
  readonly may_delete: boolean;
  /** Raw uploads may hold more than the report shows. */
  readonly may_read_raw: boolean;
}

export interface UploadRow {
  readonly id: string;
  readonly name: string | null;
  readonly flags: readonly string[];
  /** Name of the CI; null when it was not said. */
  readonly ci: string | null;
  readonly job: string | null;
  readonly build: string | null;
  /** Only http and https. */
  readonly build_address: string | null;
  readonly state: UploadState;
  readonly formats: readonly string[];
  /** The program that sent it. */
  readonly client: { readonly name: string; readonly version: string | null } | null;
  readonly bytes: number | null;
  readonly files: number | null;
  /** Source files that its reports name, kept or not. */
  readonly files_named: number | null;
  readonly coverage: Coverage | null;
  readonly received_at: string;
  readonly stored_at: string | null;
  readonly processed_at: string | null;
  readonly merged_at: string | null;
  /** How long each step took. */
  readonly milliseconds: {
    readonly queued: number | null;
    readonly parse: number | null;
    readonly merge: number | null;
  };
  /** Id of the attempt that took its place. */
  readonly superseded_by: string | null;
  /** Accepted without a token of the repository. */
  readonly is_unprotected: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** What is wrong first of all. */
  readonly problem: UploadProblem | null;
}

/** What is wrong, and the remedy. */
export interface UploadProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly hint: string;
  /** The report file or source path that it is about. */
  readonly file: string | null;
  readonly line: number | null;
  readonly byte: number | null;
  readonly count: number;
}

/** `GET R/uploads/{id}`: all that is known of an upload. */
export interface UploadAnswer {
  readonly sha: string;
  readonly upload: UploadRow;
  readonly problems: readonly UploadProblem[];
  /** What was said when it was accepted. */
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  readonly dropped: readonly DroppedFiles[];
  /** Where its raw bytes are fetched, below the interface; null for those who may not, and when they are gone. */
  readonly raw_path: string | null;
}

/** Source files of an upload that do not count, by reason. */
export interface DroppedFiles {
  readonly reason: 'not_in_repo' | 'ignored_by_config' | 'no_lines' | 'outside';
  readonly count: number;
  /** The first five. */
  readonly examples: readonly string[];
}

/** `GET R/uploads/{id}/inspection`: paths that match no file, and how the reports begin. */
export interface InspectionAnswer {
  /** Whether it is known which files the repository has. */
  readonly has_tree: boolean;
  readonly total: number;
  readonly unmatched: readonly { readonly path: string; readonly nearest: readonly string[] }[];
  readonly suggestion: FixSuggestionAnswer | null;
  /** The first 200 bytes of each report as text; none for those who may not read raw uploads. */
  readonly files: readonly { readonly name: string; readonly head: string }[];
}

export interface FixSuggestionAnswer extends FixTrialAnswer {
  readonly rule: string;
}

/** `POST /api/ui/uploads/{id}/try-fixes {fixes: ["build/::"]}`: what rules would do, for those who signed in; nothing is stored. */
export interface FixTrialAnswer {
  readonly matched: number;
  readonly total: number;
  readonly examples: readonly { readonly written: string; readonly path: string }[];
}

/** `POST R/commits/{sha}/reprocess {upload?}`: reads the uploads again. */
export interface ReprocessAnswer {
  readonly uploads: number;
}
