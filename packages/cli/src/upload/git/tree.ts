import { git, isObjectId, type GitResult } from './run.ts';
import { readBatch } from './commit.ts';

/** A commit's files: path from the root of the repository → id of the blob. */
export type Tree = ReadonlyMap<string, string>;

/** What a tree listing gave. Links are listed, submodules are not (upload-protocol §8.3). */
export interface TreeListing {
  readonly files: Tree;
  /** Files whose names are not UTF-8: JSON cannot carry them. */
  readonly unreadableNames: number;
}

/** Lists the files of a commit or tree of the clone; null when it is not there (upload-protocol §8.3 `files`). */
export async function listTree(folder: string, treeish: string): Promise<TreeListing | null> {
  if (!isObjectId(treeish)) return null;
  const result = await git(folder, ['ls-tree', '-r', '-z', '--full-tree', treeish]);
  return result.ok ? parseTree(result.output) : null;
}

function parseTree(output: Buffer): TreeListing {
  const files = new Map<string, string>();
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let unreadableNames = 0;
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(0, at);
    const tab = output.indexOf(9, at);
    const [, type, id] = output.toString('latin1', at, tab).split(' ');
    if (type === 'blob') {
      try {
        files.set(utf8.decode(output.subarray(tab + 1, end)), id);
      } catch {
        unreadableNames++;
      }
    }
    at = end + 1;
  }
  return { files, unreadableNames };
}

/** Sizes in bytes of the blobs among `ids` that the clone holds; ids that are not whole or not blobs are left out. */
export async function blobSizes(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  const result = await batch(folder, '--batch-check', ids);
  if (!result.ok) return sizes;
  for (const line of result.output.toString('latin1').split('\n')) {
    const [id, type, size] = line.split(' ');
    if (type === 'blob') sizes.set(id, Number(size));
  }
  return sizes;
}

/** The bytes of these blobs. The caller bounds their number by {@link blobSizes}. */
export async function readBlobs(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  const result = await batch(folder, '--batch', ids);
  if (!result.ok) return blobs;
  for (const { id, type, body } of readBatch(result.output)) if (type === 'blob') blobs.set(id, body);
  return blobs;
}

function batch(folder: string, how: '--batch' | '--batch-check', ids: readonly string[]): Promise<GitResult> {
  return git(folder, ['cat-file', how], {
    input: ids
      .filter(isObjectId)
      .map((id) => `${id}\n`)
      .join(''),
  });
}
