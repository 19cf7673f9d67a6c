import type { ByteSource } from '../bytes/source.ts';
import type { Hasher } from '../codec.ts';
import { indexContainer, type Container, type ContainerFile } from '../containers/container.ts';
import { TooLarge, openFile, type Budget } from '../containers/open-file.ts';
import { Problems, type Problem } from '../model/problem.ts';
import type { Totals } from '../model/totals.ts';
import { readExclusions } from '../paths/exclusions.ts';
import { cleanNetwork } from '../paths/network-list.ts';
import { PathResolver } from '../paths/resolver.ts';
import type { Settings } from '../settings.ts';
import type { DroppedSource } from '../storage/directory.ts';
import { PartBuilder } from '../storage/part-builder.ts';
import { explainDropped, explainEmpty } from './explain.ts';
import { readReport, type ReadReport } from './read-report.ts';
import { tooLarge, unpackRaw, type UploadHost } from './unpack-raw.ts';

/** How an upload is read. */
export interface UploadOptions {
  readonly settings: Settings;
  /** Forces a format by name; null = look at each file. */
  readonly format: string | null;
  /** Name of a report that came without one. */
  readonly defaultName: string;
  /** Repository files from elsewhere (the commit's tree); replaces the list in the upload. */
  readonly network: readonly string[] | null;
  readonly limits: UploadLimits;
}

/** How large an upload may be, `thatch.limits.*`; null = no limit. */
export interface UploadLimits {
  /** Bytes that it may unpack to. */
  readonly decompressedBytes: number;
  /** Source files it may cover. */
  readonly filesPerReport: number | null;
  /** Lines it may cover. */
  readonly linesPerReport: number | null;
}

/** A raw upload as the engine understood it. */
export interface ParsedUpload {
  /** The part object; an upload without a line has none. */
  readonly part: Uint8Array | null;
  /** Of an upload without a line: a part that holds only what was dropped, and why. Null when nothing was. */
  readonly remains: Uint8Array | null;
  readonly totals: Totals;
  readonly problems: readonly Problem[];
  /** Set when no line is left: why (upload-protocol §5.1). */
  readonly errorCode: Problem['code'] | null;
  /** SHA-256 over names and unpacked bytes of the report files and over the excluded lines: "equal content" of report-model §4. */
  readonly contentDigest: Uint8Array;
  readonly env: Readonly<Record<string, string>> | null;
  readonly reports: readonly ReadReport[];
  readonly dropped: readonly DroppedSource[];
  /** Source files that the reports named. */
  readonly sourcesIn: number;
}

/**
 * Reads a raw upload, whatever its container, into a part. Never throws for content: everything that was not used is a problem
 * with its reason, and `errorCode` is set only when nothing is left.
 */
export async function parseUpload(raw: ByteSource, options: UploadOptions, host: UploadHost): Promise<ParsedUpload> {
  const problems = new Problems();
  const budget: Budget = { left: options.limits.decompressedBytes };
  const source = await unpackRaw(raw, host, budget, problems);
  const container = await indexContainer(source, host.codec);
  for (const problem of container.problems) problems.add(problem);
  const builder = new PartBuilder(host.codec);
  const hasher = host.codec.sha256();
  const reports = await readFiles(source, container, builder, hasher, {
    options,
    host,
    budget,
    problems,
  });
  hasher.update(host.codec.bytes(JSON.stringify(container.fixes)));
  const contentDigest = hasher.digest();
  explainEmpty(reports, builder.countByReport(), problems);
  const sourcesIn = builder.sourceCount;
  const part = finishPart(container, builder, reports, options);
  explainDropped(part.dropped, part.files, problems);
  const isTooLarge = exceeds(part.totals, options.limits, problems);
  const listed = problems.list();
  const isEmpty = isTooLarge || (part.totals.lines === 0 && part.files === 0);
  return {
    part: isEmpty ? null : part.bytes,
    remains: isEmpty && part.files === 0 && part.dropped.length > 0 ? part.bytes : null,
    totals: part.totals,
    problems: isEmpty ? [...listed, ...nothingLeft(container, listed)] : listed,
    errorCode: isEmpty ? errorCodeOf(listed) : null,
    contentDigest,
    env: container.env,
    reports,
    dropped: part.dropped,
    sourcesIn,
  };
}

function exceeds(totals: Totals, { filesPerReport, linesPerReport }: UploadLimits, problems: Problems): boolean {
  const counts = [
    { what: 'source files', has: totals.files, limit: filesPerReport, key: 'thatch.limits.files_per_report' },
    { what: 'lines', has: totals.lines, limit: linesPerReport, key: 'thatch.limits.lines_per_report' },
  ];
  const over = counts.filter(({ has, limit }) => limit !== null && has > limit);
  for (const { what, has, limit, key } of over) {
    problems.add({
      code: 'limit_exceeded',
      severity: 'error',
      message: `The upload covers ${has} ${what}; this installation takes ${limit} (${key}).`,
      hint: 'Send the reports in several uploads, or raise the limit.',
    });
  }
  return over.length > 0;
}

interface Work {
  readonly options: UploadOptions;
  readonly host: UploadHost;
  readonly budget: Budget;
  readonly problems: Problems;
}

async function readFiles(
  source: ByteSource,
  container: Container,
  builder: PartBuilder,
  hasher: Hasher,
  work: Work,
): Promise<ReadReport[]> {
  const reports: ReadReport[] = [];
  for (const file of filesToRead(container)) {
    const name = file.name === '' ? work.options.defaultName : file.name;
    const { codec } = work.host;
    hasher.update(codec.bytes(`${JSON.stringify(name)}\n`));
    // Only the first reading counts: a document of unknown size is read twice, to find out how large it is.
    let budget = work.budget;
    const open = (): AsyncIterable<Uint8Array> => {
      const chunks = openFile(source, file, codec, budget);
      budget = { left: Infinity };
      return chunks;
    };
    try {
      const { settings } = work.options;
      const options = {
        settings,
        codec,
        problems: work.problems,
        format: work.options.format,
        hasher,
      };
      reports.push(await readReport({ name, open }, reports.length, builder, options));
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      work.problems.add(tooLarge(name));
      reports.push({ name, format: null, bytes: 0, roots: [], isExplained: true });
    }
  }
  return reports;
}

/** One test run writes both; the compatible system counts only the JSON (report-formats §2.1). */
function filesToRead(container: Container): readonly ContainerFile[] {
  const hasJson = container.files.some((file) => file.name === 'coverage/coverage.json');
  return container.files.filter((file) => !(hasJson && file.name === 'coverage/coverage.lcov'));
}

function finishPart(
  container: Container,
  builder: PartBuilder,
  reports: readonly ReadReport[],
  options: UploadOptions,
): ReturnType<PartBuilder['finish']> {
  const network = options.network ?? (container.network === null ? null : cleanNetwork(container.network));
  const resolver = new PathResolver({
    network: network?.length === 0 ? null : network,
    settings: options.settings,
  });
  const exclusions = readExclusions(container.fixes, resolver);
  return builder.finish(
    (source) =>
      resolver.resolve(source, {
        fileName: reports[source.report].name,
        roots: reports[source.report].roots,
      }),
    (path) => exclusions.get(path) ?? null,
    {
      reports: reports.map(({ name, format, bytes }) => ({
        name,
        format: format?.name ?? null,
        version: format?.version ?? 0,
        bytes,
      })),
    },
  );
}

/** The code of an upload without a line: the most telling of its problems. */
function errorCodeOf(problems: readonly Problem[]): Problem['code'] {
  for (const code of ['report_expired', 'limit_exceeded', 'unsupported_file_format'] as const) {
    if (problems.some((problem) => problem.code === code && problem.severity === 'error')) return code;
  }
  return 'report_empty';
}

function nothingLeft(container: Container, problems: readonly Problem[]): Problem[] {
  if (problems.some((problem) => problem.severity === 'error')) return [];
  const hasFiles = container.files.length > 0;
  return [
    {
      code: 'report_empty',
      severity: 'error',
      message: hasFiles ? 'No line of coverage is left of this upload.' : 'This upload holds no report file.',
      hint: hasFiles
        ? 'The other problems of this upload say why each file was left out.'
        : 'Check which files the uploader found; name the report with its --file option.',
    },
  ];
}
