import type { Codec, Hasher } from '../codec.ts';
import { detect, isUtf16, skipByteOrderMark, takeSample, type Detection } from '../formats/detect.ts';
import type { DocumentFormat, Format, ReportContext, StreamFormat } from '../formats/format.ts';
import { formatNamed } from '../formats/index.ts';
import type { LineTable } from '../model/line-table.ts';
import type { Problem, Problems } from '../model/problem.ts';
import type { Settings } from '../settings.ts';
import type { PartBuilder } from '../storage/part-builder.ts';
import { Feed } from './feed.ts';

/** A report file of an upload: its bytes can be read more than once. */
export interface ReportFile {
  readonly name: string;
  /** Unpacked bytes from the start, in chunks of any size. */
  open(): AsyncIterable<Uint8Array>;
}

/** What reading one report file gave. */
export interface ReadReport {
  readonly name: string;
  /** Null when nothing recognised it. */
  readonly format: Format | null;
  readonly bytes: number;
  /** Absolute folders that its relative paths may start from. */
  readonly roots: readonly string[];
  /** Whether a problem already says why it gave nothing. */
  readonly isExplained: boolean;
}

/** What a file is read with. */
export interface ReadOptions {
  readonly settings: Settings;
  readonly codec: Codec;
  readonly problems: Problems;
  /** Forces a format by name. */
  readonly format: string | null;
  /** Takes the unpacked bytes as they are read, once. */
  readonly hasher: Hasher | null;
}

/**
 * Reads one report file into `builder` as report number `index`. Never throws for content: what cannot be read becomes a
 * problem, what could be read stays.
 */
export async function readReport(
  file: ReportFile,
  index: number,
  builder: PartBuilder,
  options: ReadOptions,
): Promise<ReadReport> {
  const feed = new Feed(file.open(), options.hasher);
  const head = await feed.head();
  const detection = chooseFormat(file.name, head, feed.isDone && feed.damage === null, options);
  if (detection.kind !== 'format') {
    await feed.drain();
    options.problems.add(feed.damage === null ? unread(file.name, detection) : damaged(file.name, feed.damage));
    return { name: file.name, format: null, bytes: feed.bytesRead, roots: [], isExplained: true };
  }
  const context = new Context(file.name, index, builder, options);
  const { format } = detection;
  if (format.kind === 'json') await readDocument(format, file, feed, context);
  else await readStream(format, head, feed, context);
  if (context.expiredAt !== null) {
    await feed.drain();
    builder.dropReport(index);
    options.problems.add(expired(file.name, context.expiredAt));
  }
  return {
    name: file.name,
    format,
    bytes: feed.bytesRead,
    roots: context.roots,
    isExplained: context.isExplained || context.expiredAt !== null,
  };
}

function chooseFormat(name: string, head: Uint8Array, isWhole: boolean, options: ReadOptions): Detection {
  const forced = options.format === null ? null : formatNamed(options.format);
  if (forced === null || isUtf16(head)) return detect(name, head, isWhole, options.codec);
  return { kind: 'format', format: forced, sample: takeSample(name, head, isWhole, options.codec) };
}

async function readStream(format: StreamFormat, head: Uint8Array, feed: Feed, context: Context): Promise<void> {
  const reader = format.open(context);
  const isShort = await feed.feed(reader, format.kind, skipByteOrderMark(head), () => context.expiredAt !== null);
  reader.end(feed.damage === null && isShort);
  if (feed.damage !== null) context.problem(cutOff(feed.damage));
  if (isShort) return;
  await feed.drain();
  context.problem({
    code: 'limit_exceeded',
    severity: 'error',
    message: 'A single record of this report is longer than 32 MiB; reading stopped there.',
    hint: 'This is not how the format is written; check what wrote the file.',
  });
}

async function readDocument(format: DocumentFormat, file: ReportFile, feed: Feed, context: Context): Promise<void> {
  const document = await feed.whole(() => file.open());
  format.read(document.subarray(skipByteOrderMark(document)), context);
  if (feed.damage !== null) context.problem(cutOff(feed.damage));
}

class Context implements ReportContext {
  readonly fileName: string;
  readonly settings: Settings;
  readonly codec: Codec;
  readonly roots: string[] = [];
  expiredAt: number | null = null;
  /** Whether the reader said that the file is no coverage report. */
  isExplained = false;
  private readonly index: number;
  private readonly builder: PartBuilder;
  private readonly problems: Problems;

  constructor(fileName: string, index: number, builder: PartBuilder, options: ReadOptions) {
    this.fileName = fileName;
    this.settings = options.settings;
    this.codec = options.codec;
    this.index = index;
    this.builder = builder;
    this.problems = options.problems;
  }

  source(path: string, candidates?: readonly string[]): LineTable {
    return this.builder.source({ path, candidates: candidates ?? [path], report: this.index });
  }

  addRoot(folder: string): void {
    if (this.roots.length < MOST_ROOTS && !this.roots.includes(folder)) this.roots.push(folder);
  }

  problem(problem: Omit<Problem, 'file'>): void {
    if (problem.code === 'not_a_coverage_report') this.isExplained = true;
    this.problems.add({ ...problem, file: this.fileName });
  }

  isExpired(madeAt: number): boolean {
    const { maxReportAge, now } = this.settings;
    if (maxReportAge === null || now - madeAt <= maxReportAge) return false;
    this.expiredAt = madeAt;
    return true;
  }
}

/** Bounds the work of trying roots for each path. */
const MOST_ROOTS = 100;

function unread(name: string, detection: Exclude<Detection, { kind: 'format' }>): Problem {
  if (detection.kind === 'ignored') {
    return {
      code: 'not_a_coverage_report',
      severity: 'notice',
      file: name,
      message: `This file was left out: ${detection.reason}.`,
      hint: 'Nothing to do; leave it out of the upload to save time.',
    };
  }
  if (detection.kind === 'utf16') {
    return {
      code: 'unsupported_file_format',
      severity: 'error',
      file: name,
      message: 'This file is written in UTF-16; reports are read as UTF-8.',
      hint: 'Write it as UTF-8: PowerShell makes UTF-16 of what ">" writes, so let the coverage tool write the file itself, or use Out-File -Encoding utf8.',
    };
  }
  const looksLike = detection.guess === null ? '' : ` It looks like ${detection.guess}.`;
  return {
    code: 'unsupported_file_format',
    severity: 'error',
    file: name,
    message: `No coverage format was recognised in this file.${looksLike}`,
    hint: 'Upload the report that your coverage tool writes (lcov, Cobertura XML, JaCoCo XML, Istanbul JSON …); the documentation lists the names.',
  };
}

// Before anything that a format could be known by: what is there is not what was sent.
function damaged(name: string, reason: string): Problem {
  return {
    code: 'file_damaged',
    severity: 'error',
    file: name,
    message: `The packed bytes of this file are damaged (${reason}); nothing of it could be read.`,
    hint: 'Look for a full disk or a killed process where the report was made or sent, and send it again.',
  };
}

function cutOff(reason: string): Omit<Problem, 'file'> {
  return {
    code: 'file_truncated',
    severity: 'warning',
    message: `The packed bytes of this file are damaged or cut off (${reason}); what came before is kept.`,
    hint: 'Look for a full disk or a killed process where the report was made or sent.',
  };
}

function expired(name: string, madeAt: number): Problem {
  return {
    code: 'report_expired',
    severity: 'error',
    file: name,
    message: `This report was made at ${new Date(madeAt * 1000).toISOString()}, longer ago than codecov.max_report_age allows.`,
    hint: 'Delete old reports before the tests run, or set codecov.max_report_age to false.',
  };
}
