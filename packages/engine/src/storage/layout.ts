import { DamagedData } from '../bytes/reader.ts';

/*
 * A stored part or report:
 *
 *   blocks        zstd frames of up to BLOCK_BYTES of columns, files in the order of their paths
 *   directory     one zstd frame, see directory.ts
 *   footer        directory offset (8 bytes), packed and unpacked size of the directory (4 each), version, magic
 *
 * All numbers little-endian. The footer stands last so that a report can be written in one pass.
 */
export const FOOTER_BYTES = 24;
/** Unpacked bytes of columns after which a block is closed: 64 KiB packs well and unpacks in 0.1 ms (performance notes §2). */
export const BLOCK_BYTES = 1 << 16;
export const STORAGE_VERSION = 1;

/** "Thatch", then a byte that no text has, so that a text editor's damage shows. */
const MAGIC = [0x54, 0x68, 0x61, 0x74, 0x63, 0x68, 0xff];

export interface Footer {
  readonly directoryOffset: number;
  readonly directoryPacked: number;
  readonly directorySize: number;
}

/** The last bytes of a stored report. */
export function writeFooter(footer: Footer): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(footer.directoryOffset), true);
  view.setUint32(8, footer.directoryPacked, true);
  view.setUint32(12, footer.directorySize, true);
  bytes[16] = STORAGE_VERSION;
  bytes.set(MAGIC, 17);
  return bytes;
}

/** Reads {@link writeFooter}'s bytes. Throws {@link DamagedData} when they are something else or of a newer version. */
export function readFooter(bytes: Uint8Array): Footer {
  if (bytes.length !== FOOTER_BYTES || MAGIC.some((byte, index) => bytes[17 + index] !== byte)) {
    throw new DamagedData('not a stored report');
  }
  if (bytes[16] !== STORAGE_VERSION) throw new DamagedData(`storage version ${bytes[16]} is not known here`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    directoryOffset: Number(view.getBigUint64(0, true)),
    directoryPacked: view.getUint32(8, true),
    directorySize: view.getUint32(12, true),
  };
}
