import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { App } from '../app.ts';
import { findSource } from '../database/queries/sources.ts';
import type { Commit } from '../database/tables.ts';
import { turns } from '../workers/turns.ts';

const unpack = promisify(zstdDecompress);

/** Half a million paths with their blobs (upload-protocol §8.3). */
const LARGEST_TREE = 256 * 1024 * 1024;

/** So many trees are unpacked at once: each may be as large, and every look at a file reads one. */
const MOST_TREES = 2;
const MOST_WAITING = 200;
const inTurn = turns(MOST_TREES, MOST_WAITING);

type Stores = Pick<App, 'database' | 'objects'>;

/** A file as its commit had it; `bytes` null when nobody sent its content. */
export interface FileOfCommit {
  /** Git's name of the content. */
  readonly blob: string;
  readonly bytes: Uint8Array | null;
}

/**
 * The content of a file of a commit, as far as uploaders told of it. Null when the commit's tree is not known, or has no such file.
 *
 * @param path from the root of the repository
 */
export async function readFileOfCommit(
  app: Stores,
  commit: Pick<Commit, 'repository_id' | 'files_key'>,
  path: string,
): Promise<FileOfCommit | null> {
  const blob = await findBlob(app, commit, path);
  return blob === null ? null : { blob, bytes: await readSource(app, commit.repository_id, blob) };
}

/** Git's name of what a commit has at a path; null when its tree is not known, or has no such file. Throws `Busy` when too many ask at once. */
export async function findBlob(
  { objects }: Pick<App, 'objects'>,
  { files_key: key }: Pick<Commit, 'files_key'>,
  path: string,
): Promise<string | null> {
  if (key === null) return null;
  return inTurn(async () => {
    const packed = await objects.read(key);
    return packed === null ? null : blobInTree(await unpack(packed, { maxOutputLength: LARGEST_TREE }), path);
  });
}

/**
 * Finds a path in the text of a tree without making half a million of them. Within a JSON text written by us a quote inside of a name has
 * a backslash before it, so that a name between bare quotes can only be a whole one.
 */
export function blobInTree(tree: Buffer, path: string): string | null {
  const name = Buffer.from(`${JSON.stringify(path)}:"`);
  for (let at = tree.indexOf(name); at > 0; at = tree.indexOf(name, at + 1)) {
    if (tree[at - 1] !== BRACE && tree[at - 1] !== COMMA) continue;
    const start = at + name.length;
    return tree.toString('latin1', start, tree.indexOf(QUOTE, start));
  }
  return null;
}

const BRACE = 0x7b;
const COMMA = 0x2c;
const QUOTE = 0x22;

/** The bytes of a source; null when nobody sent it, or it is too large to be kept. */
export async function readSource(
  { database, objects }: Stores,
  repositoryId: number,
  blob: string,
): Promise<Uint8Array | null> {
  const source = await findSource(database.kysely, repositoryId, blob);
  const packed = source === null || source.key === null ? null : await objects.read(source.key);
  return packed === null || source === null ? null : unpack(packed, { maxOutputLength: Math.max(source.size, 1) });
}
