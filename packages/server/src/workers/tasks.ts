import type { DroppedSource, Problem, Settings, Totals, UploadLimits } from '@thatch/engine';

/*
 * What goes to a worker thread and comes back: plain values that can be cloned. Bytes are transferred; files are named by their
 * path, so that a thread reads them itself (performance notes §4).
 */

/** Reads one raw upload. */
export interface ParseTask {
  readonly kind: 'parse';
  readonly rawPath: string;
  /** Folder for scratch files of uploads that do not fit into memory. */
  readonly scratch: string;
  readonly settings: Settings;
  readonly format: string | null;
  readonly defaultName: string;
  /** Object with the commit's tree (path → blob), zstd of JSON; null = use the list in the upload. */
  readonly treePath: string | null;
  readonly limits: UploadLimits;
}

/** What reading gave; `part` is null when no line is left. */
export interface ParseResult {
  readonly part: Uint8Array | null;
  readonly totals: Totals;
  readonly problems: readonly Problem[];
  readonly errorCode: Problem['code'] | null;
  readonly contentDigest: Uint8Array;
  readonly env: Readonly<Record<string, string>> | null;
  readonly formats: readonly string[];
  readonly dropped: readonly DroppedSource[];
  readonly sourcesIn: number;
}

/** One part of a merge. */
export interface MergeTaskPart {
  readonly path: string;
  readonly rawDigest: Uint8Array;
  readonly flags: readonly string[];
  readonly name: string | null;
  readonly job: string | null;
}

/** Merges parts into a report. */
export interface MergeTask {
  readonly kind: 'merge';
  readonly parts: readonly MergeTaskPart[];
  /** A flag's report folds without branch ids (report-model §4.1). */
  readonly rules: 'commit' | 'flag';
}

/** A merged report. */
export interface MergeResult {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly totals: Totals;
}

/** All kinds of work. */
export type Task = ParseTask | MergeTask;
