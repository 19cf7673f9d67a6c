import { nodeCodec } from '../../node/codec.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { Problems, type Problem } from '../../src/model/problem.ts';
import { readReport } from '../../src/parse/read-report.ts';
import { PathResolver } from '../../src/paths/resolver.ts';
import { compatReport, type CompatReport } from '../../src/report/compat.ts';
import { PartBuilder } from '../../src/storage/part-builder.ts';
import { StoredReport, inMemory } from '../../src/storage/stored-report.ts';

/** What one report file gives on its own, in the shape of the corpus. */
export interface CompatResult {
  readonly detected: string | null;
  readonly report: CompatReport;
  readonly problems: readonly Problem[];
}

/**
 * Reads one report under the corpus' conditions (README there): trimmed content, no file list, no expiry. `chunkSize` cuts the
 * bytes into blocks to show that the result does not depend on them.
 */
export async function readCompat(
  name: string,
  content: Uint8Array,
  settings: Settings = DEFAULT_SETTINGS,
  chunkSize = Infinity,
): Promise<CompatResult> {
  const bytes = trim(content);
  const builder = new PartBuilder(nodeCodec);
  const problems = new Problems();
  const file = { name, open: () => chunksOf(bytes, chunkSize) };
  const read = await readReport(file, 0, builder, {
    settings,
    codec: nodeCodec,
    problems,
    format: null,
    hasher: null,
  });
  const resolver = new PathResolver({ network: null, settings });
  const part = builder.finish(
    (source) => resolver.resolve(source, { fileName: name, roots: read.roots }),
    () => null,
    {},
  );
  return {
    detected: read.format?.compatName ?? null,
    report: compatReport(StoredReport.open(inMemory(part.bytes), nodeCodec), 0),
    problems: problems.list(),
  };
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  if (size >= bytes.length) {
    yield bytes;
    return;
  }
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function trim(bytes: Uint8Array): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (start < end && isBlank(bytes[start])) start++;
  while (end > start && isBlank(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
