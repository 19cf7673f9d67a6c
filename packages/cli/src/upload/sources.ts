import { blobSizes, readBlobs, type Tree } from './git/tree.ts';
import type { MetaSource } from './meta.ts';

/** upload-protocol §8.3: a larger file is not shown. */
const FILE_BYTES = 2 << 20;

/** What one call carries at most, before compression: far below the server's limit, so that a retry costs little. */
const CALL_BYTES = 32 << 20;

/** The sources of one call, by the id of their blob. */
export type SourceBatch = Readonly<Record<string, MetaSource>>;

/**
 * The texts the server asked for, in batches of at most 32 MiB. Only files of the measured commit are sent, whatever is asked:
 * the server's word must not reach other objects of the clone.
 *
 * @param wanted ids of blobs, as the server's `need` names them.
 */
export async function* readSources(root: string, files: Tree, wanted: readonly string[]): AsyncGenerator<SourceBatch> {
  const ours = new Set(files.values());
  const ids = [...new Set(wanted)].filter((id) => ours.has(id));
  const sizes = await blobSizes(root, ids);
  for (const batch of batches(ids, sizes)) {
    const blobs = await readBlobs(root, batch);
    yield Object.fromEntries([...blobs].map(([id, bytes]) => [id, encodeSource(bytes)]));
  }
}

function* batches(ids: readonly string[], sizes: ReadonlyMap<string, number>): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = sizes.get(id);
    if (size === undefined || size > FILE_BYTES) continue;
    if (batch.length > 0 && bytes + size > CALL_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(id);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** As text when the bytes are exactly that text in UTF-8 (the server hashes them again), else as base64. */
export function encodeSource(bytes: Uint8Array): MetaSource {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
