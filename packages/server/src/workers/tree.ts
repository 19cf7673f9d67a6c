import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';

/** The tree of a commit with the largest repositories known: half a million paths (upload-protocol §8.3). */
const LARGEST_TREE_BYTES = 256 * 1024 * 1024;

/** Paths of a commit's stored tree. */
export function readTree(path: string): string[] {
  return Object.keys(readBlobs(path));
}

/** A commit's stored tree: path → blob. */
export function readBlobs(path: string): Record<string, string> {
  const text = zstdDecompressSync(readFileSync(path), { maxOutputLength: LARGEST_TREE_BYTES }).toString('utf8');
  return JSON.parse(text) as Record<string, string>;
}
