import { nodeCodec } from '../../node/codec.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readReportFile } from '../../src/parse/read-file.ts';
import { compatReport, type CompatReport } from '../../src/report/compat.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';

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
  const options = { settings, codec: nodeCodec, network: null, format: null };
  const { format, report, problems } = await readReportFile(name, () => chunksOf(bytes, chunkSize), options);
  return { detected: format?.compatName ?? null, report: compatReport(report, 0), problems };
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
