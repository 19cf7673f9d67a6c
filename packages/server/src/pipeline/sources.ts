import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { App } from '../app.ts';
import { findSource } from '../database/queries/sources.ts';
import type { Commit } from '../database/tables.ts';

const unpack = promisify(zstdDecompress);

/** Half a million paths with their blobs (upload-protocol §8.3). */
const LARGEST_TREE = 256 * 1024 * 1024;

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
  app: Pick<App, 'database' | 'objects'>,
  commit: Pick<Commit, 'repository_id' | 'files_key'>,
  path: string,
): Promise<FileOfCommit | null> {
  const tree = commit.files_key === null ? null : await app.objects.read(commit.files_key);
  if (tree === null) return null;
  const files = JSON.parse((await unpack(tree, { maxOutputLength: LARGEST_TREE })).toString('utf8')) as Record<
    string,
    string
  >;
  if (!Object.hasOwn(files, path)) return null;
  const blob = files[path];
  return { blob, bytes: await readSource(app, commit.repository_id, blob) };
}

/** The bytes of a source; null when nobody sent it. */
export async function readSource(
  { database, objects }: Pick<App, 'database' | 'objects'>,
  repositoryId: number,
  blob: string,
): Promise<Uint8Array | null> {
  const source = await findSource(database.kysely, repositoryId, blob);
  const packed = source === null ? null : await objects.read(source.key);
  return packed === null || source === null ? null : unpack(packed, { maxOutputLength: Math.max(source.size, 1) });
}
