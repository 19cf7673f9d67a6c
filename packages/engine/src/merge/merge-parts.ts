import { ByteWriter } from '../bytes/writer.ts';
import type { Codec, Hasher } from '../codec.ts';
import type { Totals } from '../model/totals.ts';
import { encodeColumns } from '../storage/encode-columns.ts';
import { comparePaths, type DirectoryCursor } from '../storage/directory-cursor.ts';
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
  const ordered = inMergeOrder(parts);
  const flags = [...new Set(parts.flatMap((part) => part.flags))].sort();
  const merger = new FileMerger(codec, rules);
  const cursors = ordered.map((part) => new Holder(part));
  for (let holders = firstHolders(cursors); holders.length > 0; holders = firstHolders(cursors)) {
    merger.mergeFile(holders);
    for (const holder of holders) holder.next();
  }
  return merger.finish(flags);
}

/** The order of the fold, report-model §4: (digest of the raw bytes, flags, name, job). */
export function inMergeOrder<Part extends Omit<MergePart, 'stored'>>(parts: readonly Part[]): Part[] {
  const keyed = parts.map((part) => ({ part, key: orderKey(part) }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return keyed.map(({ part }) => part);
}

function orderKey(part: Omit<MergePart, 'stored'>): string {
  return JSON.stringify([hex(part.rawDigest), [...part.flags].sort(), part.name ?? '', part.job ?? '']);
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Walks over the files of a part. */
class Holder {
  readonly entry: DirectoryCursor;
  readonly raw: string;
  isDone = false;
  private readonly stored: StoredReport;

  constructor({ stored, rawDigest }: MergePart) {
    this.stored = stored;
    this.raw = hex(rawDigest);
    this.entry = stored.directory.cursor();
    this.next();
  }

  next(): void {
    this.isDone = !this.entry.next();
  }

  /** The columns of the current file; a view that is valid until the next call. */
  columns(): Uint8Array {
    return this.stored.columns(this.entry);
  }
}

/** Those that stand on the first of all paths, in their order. */
function firstHolders(all: readonly Holder[]): Holder[] {
  const holders: Holder[] = [];
  for (const holder of all) {
    if (holder.isDone) continue;
    const order = holders.length === 0 ? 0 : compare(holder.entry, holders[0].entry);
    if (order < 0) holders.length = 0;
    if (order <= 0) holders.push(holder);
  }
  return holders;
}

function compare(left: DirectoryCursor, right: DirectoryCursor): number {
  return comparePaths(left.path, left.pathLength, right.path, right.pathLength);
}

/** Merges file after file into a report and its digest. */
class FileMerger {
  private readonly codec: Codec;
  private readonly table: MergeTable;
  private readonly writer: ReportWriter;
  private readonly columns = new ByteWriter();
  private readonly hashed = new ByteWriter(2 * HASHED_AT_ONCE);
  private readonly hasher: Hasher;

  constructor(codec: Codec, rules: MergeRules) {
    this.codec = codec;
    this.table = new MergeTable(codec, rules);
    this.writer = new ReportWriter(codec);
    this.hasher = codec.sha256();
  }

  /** Merges the file that all of these stand on. */
  mergeFile(holders: readonly Holder[]): void {
    const [{ entry }] = holders;
    const path = this.codec.text(entry.path, 0, entry.pathLength);
    let before: { raw: string; columns: Uint8Array } | null = null;
    for (const holder of withoutNoise(path, holders)) {
      const columns = holder.columns();
      const isRepeat = before !== null && before.raw === holder.raw && isEqualBytes(before.columns, columns);
      if (!isRepeat) this.table.add(columns);
      before = { raw: holder.raw, columns };
    }
    this.columns.clear();
    const totals = encodeColumns(this.table.finish(), this.columns, this.codec);
    const columns = this.columns.view();
    this.writer.add(path, columns, totals);
    this.hash(entry.path.subarray(0, entry.pathLength), columns);
    this.table.clear();
  }

  finish(flags: readonly string[]): MergedReport {
    this.hashed.append(this.codec.bytes(JSON.stringify(flags)));
    this.hasher.update(this.hashed.view());
    const { totals } = this.writer;
    return {
      bytes: this.writer.finish([], { flags }),
      digest: this.hasher.digest(),
      totals,
      flags,
    };
  }

  /** By many files at once: a call costs more than hashing one. */
  private hash(path: Uint8Array, columns: Uint8Array): void {
    const { hashed } = this;
    hashed.varint(path.length);
    hashed.varint(columns.length);
    hashed.append(path);
    hashed.append(columns);
    if (hashed.length < HASHED_AT_ONCE) return;
    this.hasher.update(hashed.view());
    hashed.clear();
  }
}

const HASHED_AT_ONCE = 1 << 16;

/** Whether two columns are the same bytes. */
export function isEqualBytes(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, index) => byte === second[index]);
}

/**
 * Ruby's "load everything" noise (report-model §3.7): for `.rb` files, uploads with misses only do not count beside one with a
 * hit. The compatible system decides this pair by pair in arrival order; here over all uploads of the file.
 */
export function withoutNoise<Holding extends { readonly entry: { readonly totals: Totals } }>(
  path: string,
  holders: readonly Holding[],
): readonly Holding[] {
  if (!path.endsWith('.rb')) return holders;
  const covered = holders.filter(({ entry }) => entry.totals.hits > 0);
  if (covered.length === 0) return holders;
  return holders.filter(({ entry }) => entry.totals.hits > 0 || entry.totals.partials > 0);
}
