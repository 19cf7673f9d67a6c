/**
 * `GET R/paths?sha=`: every file of a report, to be searched where it is shown. `sha` is a commit; without it the newest report of the
 * default branch.
 */
export type PathsAnswer =
  | {
      readonly kind: 'all';
      readonly sha: string;
      readonly paths: readonly string[];
      /** Missed lines of each. */
      readonly misses: readonly number[];
    }
  /** More than are sent at once: ask `path-search`. */
  | { readonly kind: 'too_many'; readonly sha: string; readonly files: number };

/** `GET R/path-search?sha=&search=`: the files that fit best, at most 100. */
export interface PathSearchAnswer {
  readonly found: readonly { readonly path: string; readonly misses: number }[];
}
