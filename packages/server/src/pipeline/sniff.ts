import { gunzipSync, zstdDecompressSync, constants } from 'node:zlib';
import { carriedKind, type CarriedKind } from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';

/** How many of the first bytes are to be kept: zstd gives nothing before the end of its first block, of up to 128 KiB. */
export const HEAD_BYTES = 160 * 1024;
/** gzip gives what it has at once. */
const GZIP_BYTES = 4096;
const LARGEST_HEAD = 8 * 1024 * 1024;

/**
 * Tells what an upload carries by its first bytes, packed or not.
 *
 * @param head {@link HEAD_BYTES} of it, or all
 * @param isWhole whether `head` is all there is
 */
export function sniffKind(head: Uint8Array, isWhole: boolean): CarriedKind {
  const unpacked = unpackHead(head);
  return unpacked === null ? carriedKind(head, isWhole, nodeCodec) : carriedKind(unpacked, false, nodeCodec);
}

function unpackHead(head: Uint8Array): Uint8Array | null {
  const magic = Buffer.from(head.subarray(0, 4)).toString('hex');
  try {
    // The end is missing on purpose: what came out until there is enough.
    if (magic.startsWith('1f8b')) {
      return gunzipSync(head.subarray(0, GZIP_BYTES), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: LARGEST_HEAD,
      });
    }
    if (magic === '28b52ffd') {
      return zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: LARGEST_HEAD });
    }
  } catch {
    // Damaged, or a bomb: the reader of coverage says so.
  }
  return null;
}
