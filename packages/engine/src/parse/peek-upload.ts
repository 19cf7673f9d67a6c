import type { ByteSource } from '../bytes/source.ts';
import { UnpackError, type Codec } from '../codec.ts';
import { indexContainer, type ContainerFile } from '../containers/container.ts';
import { TooLarge, openFile } from '../containers/open-file.ts';
import { Problems } from '../model/problem.ts';
import { cleanNetwork } from '../paths/network-list.ts';
import { unpackRaw, type UploadHost } from './unpack-raw.ts';

/** What an upload carries, without reading its reports. */
export interface PeekedUpload {
  /** Repository files that came with it, cleaned; null when it has no list. */
  readonly network: readonly string[] | null;
  /** The first report files. */
  readonly files: readonly PeekedFile[];
}

/** How a report file begins. */
export interface PeekedFile {
  /** As sent; empty when the upload gave none. */
  readonly name: string;
  /** Its first bytes as text; what is no text is U+FFFD. */
  readonly head: string;
}

/** How much is looked at. */
export interface PeekLimits {
  readonly files: number;
  /** Bytes of each file. */
  readonly bytes: number;
  /** Bytes that the whole upload may unpack to. */
  readonly decompressedBytes: number;
}

/** Looks into a raw upload. Never throws for content: what is damaged ends early. */
export async function peekUpload(raw: ByteSource, limits: PeekLimits, host: UploadHost): Promise<PeekedUpload> {
  const source = await unpackRaw(raw, host, { left: limits.decompressedBytes }, new Problems());
  const container = await indexContainer(source, host.codec);
  const files: PeekedFile[] = [];
  for (const file of container.files.slice(0, limits.files)) {
    files.push({ name: file.name, head: await headOf(source, file, limits, host.codec) });
  }
  return { network: container.network === null ? null : cleanNetwork(container.network), files };
}

async function headOf(source: ByteSource, file: ContainerFile, limits: PeekLimits, codec: Codec): Promise<string> {
  const head = new Uint8Array(limits.bytes);
  let length = 0;
  try {
    for await (const chunk of openFile(source, file, codec, { left: limits.decompressedBytes })) {
      const taken = chunk.subarray(0, limits.bytes - length);
      head.set(taken, length);
      length += taken.length;
      if (length === limits.bytes) break;
    }
  } catch (error) {
    if (!(error instanceof UnpackError) && !(error instanceof TooLarge)) throw error;
  }
  return codec.text(head, 0, length);
}
