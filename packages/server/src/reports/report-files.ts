import type { StoredReport } from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';

/** Counts of a folder, file or choice. */
export interface FileCounts {
  files: number;
  lines: number;
  hits: number;
  partials: number;
  misses: number;
}

/** A stretch of files: from `start` to before `end` in the order of their paths. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** A child of a folder. */
export interface FolderChild extends FileCounts {
  readonly kind: 'folder' | 'file';
  /** Path below the folder; of folders whose only child is a folder the whole chain. */
  readonly name: string;
  readonly path: string;
  /** Its files; of a file just it. */
  readonly range: FileRange;
}

export type FileKey = 'name' | 'lines' | 'hits' | 'partials' | 'misses' | 'coverage';

/** Whether a file is to be counted, by its place. */
export type FileFilter = (index: number) => boolean;

const ALL: FileFilter = () => true;
/** Text searches whose outcome is kept: a folder is opened with the same one again and again. */
const MOST_SEARCHES = 8;

/**
 * The files of a report in the order of their paths, with their counts, as flat arrays. That order keeps the files of every folder together,
 * so a folder is a stretch and no tree is built: to list one costs a look at each of its files.
 */
export class ReportFiles {
  readonly paths: readonly string[];
  private readonly hits: Int32Array;
  private readonly partials: Int32Array;
  private readonly misses: Int32Array;
  private readonly searches = new Map<string, Uint8Array>();
  private lowered: readonly string[] | null = null;

  constructor(report: StoredReport) {
    const { size } = report.directory;
    const paths: string[] = [];
    this.hits = new Int32Array(size);
    this.partials = new Int32Array(size);
    this.misses = new Int32Array(size);
    // Not `files()`: an object with all its texts for each of 50,000 files is a third of the time of a first look.
    const cursor = report.directory.cursor();
    const { totals } = cursor;
    while (cursor.next()) {
      this.hits[paths.length] = totals.hits;
      this.partials[paths.length] = totals.partials;
      this.misses[paths.length] = totals.misses;
      paths.push(nodeCodec.text(cursor.path, 0, cursor.pathLength));
    }
    this.paths = paths;
  }

  /** Missed lines of a file. */
  missesOf(index: number): number {
    return this.misses[index];
  }

  /** Counts of one file. */
  countsOf(index: number): FileCounts {
    const counts = { files: 0, lines: 0, hits: 0, partials: 0, misses: 0 };
    this.add(counts, index);
    return counts;
  }

  /** Where the files of a folder are; empty when there is no such folder. The whole report for an empty path. */
  rangeOf(folder: string): FileRange {
    if (folder === '') return { start: 0, end: this.paths.length };
    // '0' is the character behind '/'.
    return { start: this.lowerBound(`${folder}/`), end: this.lowerBound(`${folder}0`) };
  }

  /** A filter for paths that hold a text, whatever their case; all for an empty one. */
  filter(search: string): FileFilter {
    if (search === '') return ALL;
    const known = this.searches.get(search) ?? this.search(search);
    this.searches.delete(search);
    this.searches.set(search, known);
    if (this.searches.size > MOST_SEARCHES) this.searches.delete(this.searches.keys().next().value!);
    return (index) => known[index] === 1;
  }

  /** Sum over the files of a stretch. */
  sum({ start, end }: FileRange, isWanted: FileFilter): FileCounts {
    const counts = { files: 0, lines: 0, hits: 0, partials: 0, misses: 0 };
    for (let index = start; index < end; index++) if (isWanted(index)) this.add(counts, index);
    return counts;
  }

  /** Folders and files in a folder that hold a wanted file, in the order of their paths. */
  children(folder: string, isWanted: FileFilter): FolderChild[] {
    const { start, end } = this.rangeOf(folder);
    const from = folder === '' ? 0 : folder.length + 1;
    const children: FolderChild[] = [];
    for (let index = start; index < end;) {
      const path = this.paths[index];
      const slash = path.indexOf('/', from);
      if (slash < 0) {
        if (isWanted(index)) children.push(this.file(index, path.slice(from)));
        index++;
        continue;
      }
      const beginning = path.slice(0, slash + 1);
      const first = index;
      while (index < end && this.paths[index].startsWith(beginning)) index++;
      const child = this.folder({ start: first, end: index }, from, isWanted);
      if (child !== null) children.push(child);
    }
    return children;
  }

  /** Files of a stretch, sorted. */
  sorted({ start, end }: FileRange, isWanted: FileFilter, key: FileKey, isDescending: boolean): number[] {
    const indexes: number[] = [];
    for (let index = start; index < end; index++) if (isWanted(index)) indexes.push(index);
    if (key === 'name') return isDescending ? indexes.reverse() : indexes;
    const values = new Float64Array(this.paths.length);
    for (const index of indexes) values[index] = sortValue(this.countsOf(index), key);
    return indexes.sort((one, other) => {
      const difference = isDescending ? values[other] - values[one] : values[one] - values[other];
      return difference === 0 ? one - other : difference;
    });
  }

  private file(index: number, name: string): FolderChild {
    return {
      kind: 'file',
      name,
      path: this.paths[index],
      range: { start: index, end: index + 1 },
      ...this.countsOf(index),
    };
  }

  private folder(range: FileRange, from: number, isWanted: FileFilter): FolderChild | null {
    const counts = { files: 0, lines: 0, hits: 0, partials: 0, misses: 0 };
    let first = -1;
    let last = -1;
    for (let index = range.start; index < range.end; index++) {
      if (!isWanted(index)) continue;
      if (first < 0) first = index;
      last = index;
      this.add(counts, index);
    }
    if (first < 0) return null;
    const path = commonFolder(this.paths[first], this.paths[last]);
    return { kind: 'folder', name: path.slice(from), path, range, ...counts };
  }

  private add(counts: FileCounts, index: number): void {
    const hits = this.hits[index];
    const partials = this.partials[index];
    const misses = this.misses[index];
    counts.files++;
    counts.lines += hits + partials + misses;
    counts.hits += hits;
    counts.partials += partials;
    counts.misses += misses;
  }

  private search(search: string): Uint8Array {
    this.lowered ??= this.paths.map((path) => path.toLowerCase());
    const text = search.toLowerCase();
    return Uint8Array.from(this.lowered, (path) => (path.includes(text) ? 1 : 0));
  }

  private lowerBound(path: string): number {
    let low = 0;
    let high = this.paths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.paths[middle] < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a row is sorted by; without lines after everything that has some. */
export function sortValue({ lines, hits, partials, misses }: FileCounts, key: Exclude<FileKey, 'name'>): number {
  if (key === 'coverage') return lines === 0 ? -1 : hits / lines;
  return { lines, hits, partials, misses }[key];
}

/** Of files in the order of their paths the first and the last tell the folder that all are in. */
function commonFolder(first: string, last: string): string {
  const limit = Math.min(first.lastIndexOf('/'), last.lastIndexOf('/'));
  let slash = -1;
  for (let at = 0; at <= limit && first[at] === last[at]; at++) if (first[at] === '/') slash = at;
  return first.slice(0, slash);
}
