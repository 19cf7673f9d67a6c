import type { Codec } from '../codec.ts';
import type { Format } from '../formats/format.ts';
import { Problems, type Problem } from '../model/problem.ts';
import { PathResolver } from '../paths/resolver.ts';
import type { Settings } from '../settings.ts';
import { PartBuilder } from '../storage/part-builder.ts';
import type { DroppedSource } from '../storage/directory.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { explainDropped, explainEmpty } from './explain.ts';
import { readReport } from './read-report.ts';

/** How a single report file is read. */
export interface ReadFileOptions {
  readonly settings: Settings;
  readonly codec: Codec;
  /** Files of the repository; null = unknown. */
  readonly network: readonly string[] | null;
  /** Forces a format by name; null = find out. */
  readonly format: string | null;
}

/** A report file on its own. */
export interface ReadFile {
  /** Null when nothing recognised it. */
  readonly format: Format | null;
  readonly report: StoredReport;
  readonly problems: readonly Problem[];
  readonly dropped: readonly DroppedSource[];
}

/**
 * Reads one report file that is not in a container, as an upload of it alone would be read: what `thatch report show` prints.
 * Never throws for content.
 *
 * @param open the bytes from their start, each time it is called
 */
export async function readReportFile(
  name: string,
  open: () => AsyncIterable<Uint8Array>,
  { settings, codec, network, format }: ReadFileOptions,
): Promise<ReadFile> {
  const builder = new PartBuilder(codec);
  const problems = new Problems();
  const read = await readReport({ name, open }, 0, builder, { settings, codec, problems, format, hasher: null });
  explainEmpty([read], builder.countByReport(), problems);
  const resolver = new PathResolver({ network, settings });
  const part = builder.finish(
    (source) => resolver.resolve(source, { fileName: name, roots: read.roots }),
    () => null,
    null,
  );
  explainDropped(part.dropped, part.files, problems);
  return {
    format: read.format,
    report: StoredReport.open(inMemory(part.bytes), codec),
    problems: problems.list(),
    dropped: part.dropped,
  };
}
