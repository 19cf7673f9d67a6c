import type { FileEntry } from '@thatch/engine';
import { z } from 'zod';
import { COUNT, named } from './shape.ts';

/** A directory or file of a report (public-api §2.8). */
export interface TreeNode {
  name: string;
  full_path: string;
  coverage: number;
  lines: number;
  hits: number;
  partials: number;
  misses: number;
  children?: TreeNode[];
}

/** Shape of {@link TreeNode}. */
export const TREE_NODE: z.ZodType<TreeNode> = named(
  'TreeNode',
  z.object({
    name: z.string(),
    full_path: z.string(),
    coverage: z.number().min(0).max(100).meta({ description: 'Percent, not rounded; 0 without lines.' }),
    lines: COUNT,
    hits: COUNT,
    partials: COUNT,
    misses: COUNT,
    get children(): z.ZodOptional<z.ZodArray<z.ZodType<TreeNode>>> {
      return z.array(TREE_NODE).optional();
    },
  }),
);

export const TREE = named('ReportTree', z.array(TREE_NODE));

/** What is shown of a report as a tree. */
export interface TreeView {
  /** Whose children are shown: a directory or file, without a final slash; empty for all. */
  readonly path: string;
  /** Levels that are shown, at least 1. */
  readonly depth: number;
}

type File = Pick<FileEntry, 'path' | 'totals'>;

/**
 * The files of a report as directories, in the order of the files. A directory whose only child is a directory becomes one node with
 * it (public-api §2.8). Files come in the order of their paths, so that those of a directory stand together.
 */
export function presentTree(files: Iterable<File>, { path, depth }: TreeView): TreeNode[] {
  const root = emptyDirectory();
  for (const file of files) {
    if (file.path === path) return [fileNode(path.slice(path.lastIndexOf('/') + 1), file)];
    if (path === '' || file.path.startsWith(`${path}/`)) add(root, file, path === '' ? 0 : path.length + 1);
  }
  return nodes(root, path, depth);
}

interface Directory {
  readonly kind: 'directory';
  readonly children: Map<string, Directory | Leaf>;
  readonly sum: Pick<TreeNode, 'lines' | 'hits' | 'partials' | 'misses'>;
}

interface Leaf {
  readonly kind: 'file';
  readonly file: File;
}

function add(root: Directory, file: File, from: number): void {
  let directory = root;
  let start = from;
  addUp(root, file);
  for (let slash = file.path.indexOf('/', start); slash >= 0; slash = file.path.indexOf('/', start)) {
    directory = childDirectory(directory, file.path.slice(start, slash));
    addUp(directory, file);
    start = slash + 1;
  }
  directory.children.set(file.path.slice(start), { kind: 'file', file });
}

// A report may hold both a file and a directory of one name, as they were at different times: they are told apart by the slash.
function childDirectory({ children }: Directory, name: string): Directory {
  const key = `${name}/`;
  const known = children.get(key);
  if (known?.kind === 'directory') return known;
  const made = emptyDirectory();
  children.set(key, made);
  return made;
}

function nodes(directory: Directory, path: string, depth: number): TreeNode[] {
  return [...directory.children].map(([key, child]) =>
    child.kind === 'file' ? fileNode(key, child.file) : directoryNode(key.slice(0, -1), child, path, depth),
  );
}

function directoryNode(firstName: string, first: Directory, parent: string, depth: number): TreeNode {
  let name = firstName;
  let directory = first;
  for (let only = onlyDirectory(directory); only !== null; only = onlyDirectory(directory)) {
    name = `${name}/${only.name}`;
    directory = only.directory;
  }
  const path = parent === '' ? name : `${parent}/${name}`;
  const { sum } = directory;
  const node = { name, full_path: path, coverage: percent(sum.hits, sum.lines), ...sum };
  return depth > 1 ? { ...node, children: nodes(directory, path, depth - 1) } : node;
}

function onlyDirectory({ children }: Directory): { readonly name: string; readonly directory: Directory } | null {
  if (children.size !== 1) return null;
  for (const [key, child] of children) {
    if (child.kind === 'directory') return { name: key.slice(0, -1), directory: child };
  }
  return null;
}

function emptyDirectory(): Directory {
  return { kind: 'directory', children: new Map(), sum: { lines: 0, hits: 0, partials: 0, misses: 0 } };
}

function addUp({ sum }: Directory, { totals }: File): void {
  sum.lines += totals.lines;
  sum.hits += totals.hits;
  sum.partials += totals.partials;
  sum.misses += totals.misses;
}

function fileNode(name: string, { path, totals }: File): TreeNode {
  const { lines, hits, partials, misses } = totals;
  return { name, full_path: path, coverage: percent(hits, lines), lines, hits, partials, misses };
}

function percent(hits: number, lines: number): number {
  return lines === 0 ? 0 : (100 * hits) / lines;
}
