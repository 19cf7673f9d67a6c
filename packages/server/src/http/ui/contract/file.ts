import type { Coverage } from './shared.ts';

/**
 * `GET /api/ui/repos/…/file?ref=REF&path=PATH`: one file at a branch, tag or commit (web-ui §3.7). Where the ref has slashes that were not
 * encoded, its end is at the beginning of `path`: the answer says what was meant. 404 for a ref that is not known.
 *
 * `flags` and `upload` (ids), both lists, choose what `lines` and `filtered` count. With `text=true` the text comes too, so that a page that
 * opens needs one answer.
 */
export interface FileAnswer {
  readonly ref: string;
  readonly ref_kind: 'branch' | 'tag' | 'commit';
  readonly path: string;
  readonly commit: {
    readonly sha: string;
    readonly title: string | null;
    readonly at: string;
    /** Uploads are still being read: the numbers are those so far. */
    readonly is_pending: boolean;
  };
  /** Null: the commit's report has no such file, see `absence`. */
  readonly report: FileInReport | null;
  readonly absence: Absence | null;
  readonly source: FileSource;
  /** The file at its forge, without a line; null where none is known. */
  readonly forge_url: string | null;
}

export interface FileInReport {
  /** All uploads together. */
  readonly coverage: Coverage;
  /** What the filter leaves; null without a filter. */
  readonly filtered: Coverage | null;
  /** Of the filter where there is one. */
  readonly lines: FileLines;
  /** In the order of the tree: folders first, then by name. */
  readonly previous: string | null;
  readonly next: string | null;
  /** 1 = the first. */
  readonly position: number;
  readonly files: number;
}

/** `h` covered, `p` partial, `m` missed, `x` excluded, `n` mentioned without a class. */
export type LineClassLetter = 'h' | 'p' | 'm' | 'x' | 'n';

/** Lines that the report knows of, as columns. */
export interface FileLines {
  /** Each line number as its distance from the one before; the first from 0. */
  readonly steps: readonly number[];
  /** A {@link LineClassLetter} for each. */
  readonly classes: string;
  /** Counts, or `1/2` of branches; true = partial without a fraction, null = no value. */
  readonly values: readonly (number | string | true | null)[];
  /** Lines beyond this many are left out. */
  readonly is_cut: boolean;
}

/** Where the text of the file is. */
export type FileSource =
  /** At `GET /api/ui/repos/…/source/{blob}`. */
  | {
      readonly kind: 'here';
      readonly blob: string;
      readonly size: number;
      readonly changed: SourceChange | null;
      /** What is at that address; null when not asked for. */
      readonly text: string | null;
    }
  /** Nobody sent the tree of the commit; the tree has no such file; nobody sent the content. */
  | { readonly kind: 'not_sent'; readonly why: 'no_tree' | 'not_in_tree' | 'no_content'; readonly blob: string | null }
  | { readonly kind: 'binary'; readonly blob: string; readonly size: number }
  /** `is_kept`: can be downloaded. */
  | { readonly kind: 'too_big'; readonly blob: string; readonly size: number; readonly is_kept: boolean };

/** The report was made from another text than the one shown. */
export type SourceChange =
  /** It has lines after the last one of the text. */
  | { readonly kind: 'lines_beyond'; readonly last_line: number; readonly lines: number }
  /** The uploads were made for another commit, which has another content there; `is_kept`: that one can be shown. */
  | { readonly kind: 'other_blob'; readonly sha: string; readonly blob: string; readonly is_kept: boolean };

/** Why a report has nothing of a file. */
export interface Absence {
  /** Whether the commit has a report at all. */
  readonly has_report: boolean;
  /** Files of the report with a similar path, the nearest first. */
  readonly nearest: readonly string[];
  /** Uploads that named it and did not keep it. */
  readonly dropped: readonly {
    readonly upload: string;
    readonly name: string | null;
    /** As the report named it. */
    readonly path: string;
    readonly reason: 'not_in_repo' | 'ignored_by_config' | 'no_lines' | 'outside';
    readonly fix: string;
  }[];
}

/** `GET /api/ui/repos/…/file/uploads?sha=SHA&path=PATH`: which uploads have the file. */
export interface FileUploadsAnswer {
  readonly uploads: readonly FileUpload[];
  /** Flags of all of them, by name. */
  readonly flags: readonly string[];
  /** Uploads that were not looked at, as there are so many. */
  readonly left_off: number;
}

export interface FileUpload {
  readonly id: string;
  readonly name: string | null;
  readonly flags: readonly string[];
  readonly at: string;
  readonly coverage: Coverage;
}

/** `GET /api/ui/repos/…/file/line?sha=SHA&path=PATH&line=N`: where the value of one line comes from. 404: the report has no such line. */
export interface LineAnswer {
  readonly line: number;
  readonly class: LineClassLetter;
  readonly value: number | string | true | null;
  /** Branches that were not taken; null where their ids are not known. */
  readonly missing: readonly string[] | null;
  readonly uploads: readonly LineUpload[];
}

/** What one upload says of a line. */
export interface LineUpload {
  readonly id: string;
  readonly name: string | null;
  readonly flags: readonly string[];
  readonly at: string;
  readonly format: string | null;
  readonly class: LineClassLetter;
  readonly value: number | string | true | null;
  readonly missing: readonly string[] | null;
  /** As `ExplainedLine` of the REST API tells it. */
  readonly rule: 'decided' | 'agreed' | 'outweighed' | 'joined' | 'load_noise';
}
