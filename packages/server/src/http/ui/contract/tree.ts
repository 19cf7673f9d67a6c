import type { Coverage, ReportCoverage } from './shared.ts';

/*
 * The files of a report. Every answer takes the same choice: `sha`, `flags` (only their uploads), `uploads` (only those ids), `search`
 * (only paths that hold the text).
 */

/** A folder or file. Folders whose only child is a folder are one row with it: `src/main/java`. */
export interface TreeRow extends Coverage {
  readonly kind: 'folder' | 'file';
  readonly name: string;
  readonly path: string;
  /** Files in it; 1 for a file. */
  readonly files: number;
  /** Of a file: its place in the report, by which strips are asked for. Null for folders. */
  readonly index: number | null;
}

export const TREE_SORTS = ['name', 'lines', 'hits', 'partials', 'misses', 'coverage'] as const;
export type TreeSort = (typeof TREE_SORTS)[number];
export type TreeDirection = 'ASC' | 'DESC';

/** `GET R/tree?sha=&path=&sort=&direction=&cursor=`: one folder, folders first; at most 1,000 rows. */
export interface TreeAnswer {
  readonly rows: readonly TreeRow[];
  readonly next_cursor: string | null;
  /** Sum over all files of the choice below `path`, whatever the page. */
  readonly totals: ReportCoverage;
}

/** `GET R/files?sha=&path=&sort=&direction=&cursor=`: the files below a folder as one list; at most 500 rows. `name` is the path. */
export type FilesAnswer = TreeAnswer;

/** `GET R/map?sha=&path=`: folders and files as boxes, the largest first, bounded in number. */
export interface MapAnswer {
  /** Edges of the colours, in percent (`coverage.range`). */
  readonly range: readonly [low: number, high: number];
  /** The first is the folder itself; a parent stands before its children. What is too small to be drawn is left out. */
  readonly nodes: readonly MapNode[];
}

export interface MapNode extends Coverage {
  readonly kind: 'folder' | 'file';
  readonly name: string;
  readonly path: string;
  /** Index of the folder it is in; −1 for the first. */
  readonly parent: number;
}

/** `GET R/strips?sha=&files=3,17`: where in these files (by `index`) the gaps lie; at most 100. */
export interface StripsAnswer {
  /**
   * Of each file, in the order asked for: a letter for each of 48 equal stretches, the worst class in it: `m`issed, `p`artial, `h`it, `.`
   * nothing tracked. Null for what has no lines or too many to be looked through.
   */
  readonly strips: readonly (string | null)[];
}
