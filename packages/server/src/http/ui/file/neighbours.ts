import { nodeCodec } from '@thatch/engine/node';
import type { StoredReport } from '@thatch/engine';

/** Where a file stands among the others of its report, in the order of the tree: folders first, then by name. */
export interface Neighbours {
  readonly previous: string | null;
  readonly next: string | null;
  /** 1 = the first. */
  readonly position: number;
}

/** Finds them in one walk over the directory. */
export function findNeighbours(report: StoredReport, path: string): Neighbours {
  let previous: string | null = null;
  let next: string | null = null;
  let position = 1;
  for (const other of pathsOf(report)) {
    const order = compareInTree(other, path);
    if (order === 0) continue;
    if (order < 0) {
      position++;
      if (previous === null || compareInTree(other, previous) > 0) previous = other;
    } else if (next === null || compareInTree(other, next) < 0) next = other;
  }
  return { previous, next, position };
}

/** Paths of a report that a person may have meant by `path`, the most similar first. */
export function findNearest(report: StoredReport, path: string, most: number): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const found: { readonly path: string; readonly score: number }[] = [];
  for (const other of pathsOf(report)) {
    // Another file of the same folder is no answer; one of the same name elsewhere is.
    if (!other.toLowerCase().endsWith(name)) continue;
    found.push({ path: other, score: sharedEnd(other, path) - Math.abs(other.length - path.length) / 1000 });
    if (found.length > 10 * most) keepBest(found, most);
  }
  keepBest(found, most);
  return found.map((each) => each.path);
}

/** Below 0 when `left` comes first in a tree. */
export function compareInTree(left: string, right: string): number {
  if (left === right) return 0;
  let start = 0;
  for (let at = 0; left.charCodeAt(at) === right.charCodeAt(at); at++) if (left[at] === '/') start = at + 1;
  const leftEnd = left.indexOf('/', start);
  const rightEnd = right.indexOf('/', start);
  if ((leftEnd === -1) !== (rightEnd === -1)) return leftEnd === -1 ? 1 : -1;
  const leftName = leftEnd === -1 ? left.slice(start) : left.slice(start, leftEnd);
  const rightName = rightEnd === -1 ? right.slice(start) : right.slice(start, rightEnd);
  return leftName < rightName ? -1 : 1;
}

function* pathsOf({ directory }: StoredReport): Generator<string> {
  const cursor = directory.cursor();
  while (cursor.next()) yield nodeCodec.text(cursor.path, 0, cursor.pathLength);
}

function keepBest(found: { readonly path: string; readonly score: number }[], most: number): void {
  found.sort((left, right) => right.score - left.score || (left.path < right.path ? -1 : 1));
  found.length = Math.min(found.length, most);
}

/** How many parts from the end are the same. */
function sharedEnd(left: string, right: string): number {
  const leftParts = left.split('/').reverse();
  const rightParts = right.split('/').reverse();
  const differs = leftParts.findIndex((part, index) => part !== rightParts[index]);
  return differs === -1 ? leftParts.length : differs;
}
