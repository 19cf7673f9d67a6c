import type {
  FixSuggestion,
  FixTrial,
  ParsedUpload,
  PeekedFile,
  Settings,
  Totals,
  UnmatchedPath,
  UploadLimits,
} from '@thatch/engine';
import type { MetaHead } from './meta-schema.ts';

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

/** What reading gave; of each report only the name of its format, once. */
export interface ParseResult extends Omit<ParsedUpload, 'reports'> {
  readonly formats: readonly string[];
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

/** Reads metadata of a commit (upload-protocol §8.3). */
export interface MetaTask {
  readonly kind: 'meta';
  /** The document as it came, packed or not. */
  readonly path: string;
}

/** What a document says of its commit. */
export interface MetaFacts extends Omit<MetaHead, 'schema'> {
  /** The commit against which its diff is made; null without one. */
  readonly diffBase: string | null;
  readonly hasFiles: boolean;
  readonly config: { readonly path: string; readonly text: string } | null;
}

/** One object to be stored. */
export interface MetaObject {
  /** Tree: zstd of JSON, path → blob. Diff: text. Source: zstd of its bytes. */
  readonly what:
    | { readonly kind: 'tree' }
    | { readonly kind: 'diff' }
    | { readonly kind: 'source'; readonly blob: string }
    /** Too large to be kept: only its size is noted, so that nobody is asked for it again. */
    | { readonly kind: 'large_source'; readonly blob: string };
  /** Where it lies in {@link MetaResult} `packed`. */
  readonly offset: number;
  readonly length: number;
  /** Unpacked, in bytes. */
  readonly size: number;
  /** SHA-256 of what is stored. */
  readonly digest: Uint8Array;
}

/** Something of a document that was not taken. */
export interface MetaProblem {
  readonly code: string;
  readonly message: string;
}

export type MetaResult =
  | {
      readonly kind: 'read';
      readonly facts: MetaFacts;
      readonly objects: readonly MetaObject[];
      readonly packed: Uint8Array;
      readonly problems: readonly MetaProblem[];
    }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 413;
      readonly code: string;
      readonly detail: string;
      readonly hint: string;
    };

/** Looks up the blobs of covered files. */
export interface CoveredBlobsTask {
  readonly kind: 'covered_blobs';
  /** Parts or reports. */
  readonly reports: readonly string[];
  /** The commit's tree, as a {@link ParseTask} has it. */
  readonly treePath: string;
}

/** Looks at what of an upload was not understood, for people. */
export interface InspectTask {
  readonly kind: 'inspect';
  /** Null when the bytes are gone. */
  readonly rawPath: string | null;
  /** The part; null when the upload left none. */
  readonly partPath: string | null;
  readonly scratch: string;
  readonly settings: Settings;
  /** As a {@link ParseTask} has it. */
  readonly treePath: string | null;
  readonly decompressedBytes: number;
  /** Rules of `fixes` to try; null = find one. */
  readonly fixes: readonly string[] | null;
}

/** What an inspection found. */
export interface InspectResult {
  /** Whether it is known which files the repository has. */
  readonly hasTree: boolean;
  /** How many paths match no file. */
  readonly total: number;
  /** The first of them, with files that they may mean. */
  readonly unmatched: readonly UnmatchedPath[];
  /** A rule that would help; null when there is none, or others were tried. */
  readonly suggestion: FixSuggestion | null;
  /** What the rules to be tried would do. */
  readonly trial: FixTrial | null;
  /** How the report files begin. */
  readonly files: readonly PeekedFile[];
}

/** All kinds of work. */
export type Task = ParseTask | MergeTask | MetaTask | CoveredBlobsTask | InspectTask;
