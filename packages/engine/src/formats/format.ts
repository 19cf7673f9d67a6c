import type { Codec } from '../codec.ts';
import type { JsonDamage } from '../json/scanner.ts';
import type { LineTable } from '../model/line-table.ts';
import type { Problem } from '../model/problem.ts';
import type { Settings } from '../settings.ts';

/**
 * A report format. To add one: write `formats/<name>.ts` that exports a value of this type, and add it to the table in
 * `formats/index.ts` at its place in the order of report-formats §2.3.
 */
export type Format = StreamFormat | DocumentFormat;

interface FormatBase {
  /** Name in settings, on the command line (`--format`) and in stored rows. */
  readonly name: string;
  /** What the compatible system calls its reader (corpus `detected`). */
  readonly compatName: string;
  /** Raised whenever the same bytes may give another result; stored with each part. */
  readonly version: number;
  /** Whether a file is of this format. Only files of the same container kind are asked, in the order of the table. */
  detect(sample: Sample): boolean;
}

/** Text and XML: read in blocks, so that memory does not grow with the report. */
export interface StreamFormat extends FormatBase {
  readonly kind: 'text' | 'xml';
  open(report: ReportContext): BlockReader;
}

/** JSON: read from the bytes of the whole document (never parsed into objects where it may be large). */
export interface DocumentFormat extends FormatBase {
  readonly kind: 'json';
  read(document: Uint8Array, report: ReportContext): void;
}

/** What detection looks at: at most the first {@link SAMPLE_BYTES} bytes of a file. */
export interface Sample {
  readonly kind: 'text' | 'xml' | 'json';
  /** Report file name as sent, `/` separators; empty when the upload gave none. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Whether `bytes` is the whole file. */
  readonly isWhole: boolean;
  /** The sample as text, for searching ASCII markers; made when first asked for. */
  readonly text: string;
  /** First line, only characters 32–126 (report-formats §2.2). */
  readonly firstLine: string;
  /** XML: local name of the root element and its attributes; null for other kinds. */
  readonly root: XmlRoot | null;
  /** JSON: what the top level holds; null for other kinds. */
  readonly top: JsonTop | null;
}

export const SAMPLE_BYTES = 1 << 20;

export interface XmlRoot {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Local names of the first child elements (at most 64). */
  readonly children: readonly string[];
}

/** Shape of a JSON document's top level, read without building it. */
export interface JsonTop {
  readonly type: 'object' | 'array';
  /**
   * Keys of the top-level object (at most 64), with the type of their values and, for objects, the keys inside (at most 64). Of an
   * array the first items, their key is the index.
   */
  readonly entries: readonly JsonEntry[];
  /** Where the document breaks off or stops being JSON, as far as it was looked at; null when it does not. */
  readonly damage: JsonDamage | null;
}

export interface JsonEntry {
  readonly key: string;
  readonly type: 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';
  /** Keys of an object value (at most 64). */
  readonly keys: readonly string[];
  /** Text of a string value (at most 256 characters). */
  readonly text: string | null;
}

/** Takes a report in blocks. */
export interface BlockReader {
  /**
   * Reads records from `bytes[start, end)` and returns where it stopped: the rest comes again at the start of the next
   * block, with more after it. Text blocks end after a line feed (except the last), so a text reader always takes all and
   * returns `end`; an XML reader stops before a tag or text that is not whole. `isLast` says that nothing more comes.
   */
  block(bytes: Uint8Array, start: number, end: number, isLast: boolean): number;
  /** The report is over; `isComplete` is false when its bytes were cut off (the container was damaged). */
  end(isComplete: boolean): void;
}

/**
 * What a reader works with, and where its results go. A reader is a pure function of the bytes, the file name and the
 * settings: no path is fixed and nothing is merged across reports here.
 */
export interface ReportContext {
  readonly fileName: string;
  readonly settings: Settings;
  readonly codec: Codec;
  /**
   * Starts a source file and returns its table. A path that was seen before in this report continues: what was recorded
   * then and what is added now are merged as one session.
   *
   * `candidates` are the forms to try when the path is fixed, first success wins (JaCoCo's source roots, Istanbul's
   * `lib/`); without them `path` itself. Nothing is tracked when the path is empty: the table is then thrown away.
   */
  source(path: string, candidates?: readonly string[]): LineTable;
  /** Absolute folders that relative paths of this report may start from (Cobertura `<source>`). */
  addRoot(folder: string): void;
  /** Notes that something was not used as written; reading goes on. */
  problem(problem: Omit<Problem, 'file'>): void;
  /**
   * The report says when it was made (epoch seconds). True when it is older than the settings allow: the reader may then
   * stop, whatever it recorded is dropped with `report_expired` (report-formats §2.5).
   */
  isExpired(madeAt: number): boolean;
}
