import { ByteWriter } from '../bytes/writer.ts';
import type { Codec, Hasher } from '../codec.ts';
import type { Totals } from '../model/totals.ts';
import { encodeColumns } from '../storage/columns.ts';
import type { FileEntry } from '../storage/directory.ts';
import { ReportWriter } from '../storage/report-writer.ts';
import type { StoredReport } from '../storage/stored-report.ts';
import { MergeTable, type MergeRules } from './merge-table.ts';

/** One upload's part and what it is ordered by. */
export interface MergePart {
  readonly stored: StoredReport;
  /** Digest of the raw bytes. */
  readonly rawDigest: Uint8Array;
  readonly flags: readonly string[];
  readonly name: string | null;
  readonly job: string | null;
}

/** What {@link mergeParts} makes. */
export interface MergedReport {
  /** The stored form. */
  readonly bytes: Uint8Array;
  /** SHA-256 over the canonical lines of every file and over the flags: equal for equal parts, in any order, with any repeats. */
  readonly digest: Uint8Array;
  readonly totals: Totals;
  readonly flags: readonly string[];
}

/** The rules of the compatible system for the report of a commit. */
export const COMMIT_RULES: MergeRules = { useBranchIds: true, keepAllComplexity: false };
/** Its rules for the report of a flag. */
export const FLAG_RULES: MergeRules = { useBranchIds: false, keepAllComplexity: false };

/**
 * Merges the parts of a commit into its report: a pure function of the set of parts. Parts are folded in the order (digest of the
 * raw bytes, flags, name, job), whatever order they come in; the same raw bytes sent twice count once for a file's lines. Memory
 * is one file at a time, whatever the number of parts.
 */
export function mergeParts(parts: readonly MergePart[], codec: Codec, rules: MergeRules = COMMIT_RULES): MergedReport {
  const ordered = inOrder(parts);
  const flags = [...new Set(parts.flatMap((part) => part.flags))].sort();
  const merger = new FileMerger(codec, rules);
  const cursors = ordered.map((part) => new Cursor(part));
  for (let path = firstPath(cursors); path !== null; path = firstPath(cursors)) {
    const holders = cursors.filter((cursor) => cursor.entry?.path === path);
    merger.mergeFile(path, holders);
    for (const cursor of holders) cursor.next();
  }
  return merger.finish(flags);
}

/** The order of the fold, report-model §4. */
function inOrder(parts: readonly MergePart[]): MergePart[] {
  const keyed = parts.map((part) => ({ part, key: orderKey(part) }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return keyed.map(({ part }) => part);
}

function orderKey(part: MergePart): string {
  return JSON.stringify([hex(part.rawDigest), [...part.flags].sort(), part.name ?? '', part.job ?? '']);
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Walks over the files of a part. */
class Cursor {
  readonly stored: StoredReport;
  readonly raw: string;
  entry: FileEntry | null = null;
  private readonly files: Iterator<FileEntry>;

  constructor({ stored, rawDigest }: MergePart) {
    this.stored = stored;
    this.raw = hex(rawDigest);
    this.files = stored.directory.files();
    this.next();
  }

  next(): void {
    const { value, done } = this.files.next();
    this.entry = done === true ? null : value;
  }
}

function firstPath(cursors: readonly Cursor[]): string | null {
  let first: string | null = null;
  for (const { entry } of cursors) {
    if (entry !== null && (first === null || entry.path < first)) first = entry.path;
  }
  return first;
}

/** Merges file after file into a report and its digest. */
class FileMerger {
  private readonly codec: Codec;
  private readonly table: MergeTable;
  private readonly writer: ReportWriter;
  private readonly columns = new ByteWriter();
  private readonly hasher: Hasher;

  constructor(codec: Codec, rules: MergeRules) {
    this.codec = codec;
    this.table = new MergeTable(codec, rules);
    this.writer = new ReportWriter(codec);
    this.hasher = codec.sha256();
  }

  mergeFile(path: string, holders: readonly Cursor[]): void {
    let before: { raw: string; columns: Uint8Array } | null = null;
    for (const { stored, entry, raw } of withoutNoise(path, holders)) {
      const columns = stored.columns(entry!);
      const isRepeat = before !== null && before.raw === raw && isEqual(before.columns, columns);
      if (!isRepeat) this.table.add(columns);
      before = { raw, columns };
    }
    const merged = this.table.finish();
    this.columns.clear();
    const totals = encodeColumns(merged, this.columns, this.codec);
    const columns = this.columns.view();
    this.writer.add(path, columns, totals);
    this.hash(path, columns);
    this.table.clear();
  }

  finish(flags: readonly string[]): MergedReport {
    this.hasher.update(this.codec.bytes(JSON.stringify(flags)));
    const { totals } = this.writer;
    return {
      bytes: this.writer.finish([], { flags }),
      digest: this.hasher.digest(),
      totals,
      flags,
    };
  }

  private hash(path: string, columns: Uint8Array): void {
    const name = this.codec.bytes(path);
    const head = new ByteWriter(16);
    head.varint(name.length);
    head.varint(columns.length);
    this.hasher.update(head.view());
    this.hasher.update(name);
    this.hasher.update(columns);
  }
}

function isEqual(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, index) => byte === second[index]);
}

/**
 * Ruby's "load everything" noise (report-model §3.7): for `.rb` files, uploads with misses only do not count beside one with a
 * hit. The compatible system decides this pair by pair in arrival order; here over all uploads of the file.
 */
function withoutNoise(path: string, holders: readonly Cursor[]): readonly Cursor[] {
  if (!path.endsWith('.rb')) return holders;
  const covered = holders.filter(({ entry }) => entry!.totals.hits > 0);
  if (covered.length === 0) return holders;
  return holders.filter(({ entry }) => entry!.totals.hits > 0 || entry!.totals.partials > 0);
}
