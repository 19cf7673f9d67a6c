import { nodeCodec } from '../packages/engine/node/codec.ts';
import {
  DEFAULT_SETTINGS,
  StoredReport,
  inMemory,
  parseUpload,
  sourceOf,
  type MergePart,
} from '../packages/engine/src/index.ts';
import { generateFiles, toLcov, type Shape } from './generate.ts';

/** The stored part of an lcov report of a shape; `seed` chooses which of its lines are covered. */
export async function generatePart(shape: Shape, seed: number): Promise<Uint8Array> {
  const files = generateFiles(shape, seed);
  const { part } = await parseUpload(
    sourceOf(toLcov(files)),
    {
      settings: DEFAULT_SETTINGS,
      format: null,
      defaultName: 'lcov.info',
      network: files.map(({ path }) => path),
      limits: { decompressedBytes: 2 ** 30, filesPerReport: null, linesPerReport: null },
    },
    { codec: nodeCodec, spool: () => Promise.reject(new Error('nothing is packed here')) },
  );
  if (part === null) throw new Error('a generated report has lines');
  return part;
}

/** Parts as the server opens them: bytes just read, nothing decoded. */
export function openParts(parts: readonly Uint8Array[]): MergePart[] {
  return parts.map((bytes, index) => ({
    stored: StoredReport.open(inMemory(bytes), nodeCodec),
    rawDigest: nodeCodec.bytes(String(index).padStart(32, '0')),
    flags: [],
    name: null,
    job: null,
  }));
}
