import { ByteWriter } from '../bytes/writer.ts';
import type { Codec } from '../codec.ts';
import { LineTable } from '../model/line-table.ts';
import { emptyTotals, type Totals } from '../model/totals.ts';
import { decodeColumns, encodeColumns } from './columns.ts';
import type { DroppedSource, DropReason } from './directory.ts';
import { ReportWriter } from './report-writer.ts';

/** A source file as a report named it, with its lines. */
export interface WrittenSource {
  /** Path as written. */
  readonly path: string;
  /** Forms to try when it is resolved, in order. */
  readonly candidates: readonly string[];
  /** Which report file of the upload it came from. */
  readonly report: number;
}

/** What becomes of a written path. */
export type Resolution =
  | { readonly kind: 'kept'; readonly path: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** Lines that must not count: single ones, and everything above `endOfFile` (report-formats §6). */
export interface Exclusion {
  readonly lines: ReadonlySet<number>;
  readonly endOfFile: number | null;
}

interface SourceColumns {
  source: WrittenSource;
  start: number;
  length: number;
  totals: Totals;
}

/**
 * Takes the sources of an upload one after the other while its reports are read, and makes the part of them. Memory is about one
 * byte a line: only the source that is being read is a table, all others are encoded columns in one arena.
 */
export class PartBuilder {
  private readonly codec: Codec;
  private readonly arena = new ByteWriter(1 << 16);
  private readonly sources = new Map<string, SourceColumns>();
  private readonly table = new LineTable();
  private readonly spare = new LineTable();
  private current: WrittenSource | null = null;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Starts a source; the one before is done. The table is empty and valid until the next call. */
  source(source: WrittenSource): LineTable {
    this.closeSource();
    this.current = source.path === '' ? null : source;
    return this.table;
  }

  /** Forgets every source of a report: it was found to be unusable after it had begun. */
  dropReport(report: number): void {
    this.closeSource();
    for (const [key, columns] of this.sources) if (columns.source.report === report) this.sources.delete(key);
  }

  /** Source files and lines that each report gave, by its number. */
  countByReport(): Map<number, { sources: number; lines: number }> {
    this.closeSource();
    const counts = new Map<number, { sources: number; lines: number }>();
    for (const { source, totals } of this.sources.values()) {
      const count = counts.get(source.report) ?? { sources: 0, lines: 0 };
      count.sources++;
      count.lines += totals.lines;
      counts.set(source.report, count);
    }
    return counts;
  }

  /** Number of different sources seen, also those that will not be kept. */
  get sourceCount(): number {
    return this.sources.size;
  }

  /**
   * The part: every source resolved, sources that lead to one path merged as one session, excluded lines taken out.
   * `resolve` and `exclusionOf` are pure.
   */
  finish(
    resolve: (source: WrittenSource) => Resolution,
    exclusionOf: (path: string) => Exclusion | null,
    notes: unknown,
  ): { bytes: Uint8Array; totals: Totals; dropped: DroppedSource[]; files: number } {
    this.closeSource();
    const byPath = new Map<string, SourceColumns[]>();
    const dropped: DroppedSource[] = [];
    for (const columns of this.sources.values()) {
      const resolution = resolve(columns.source);
      if (resolution.kind === 'dropped') dropped.push(droppedSource(columns, resolution.reason));
      else addTo(byPath, resolution.path, columns);
    }
    const writer = new ReportWriter(this.codec);
    for (const path of [...byPath.keys()].sort())
      this.write(writer, path, byPath.get(path)!, exclusionOf(path), dropped);
    const files = writer.totals.files;
    return { bytes: writer.finish(dropped, notes), totals: writer.totals, dropped, files };
  }

  private closeSource(): void {
    const source = this.current;
    this.current = null;
    if (source !== null) this.store(source);
    this.table.clear();
  }

  private store(source: WrittenSource): void {
    const key = `${source.report}\n${source.path}`;
    const known = this.sources.get(key);
    if (known === undefined) {
      if (!this.table.isEmpty()) this.sources.set(key, { source, ...this.encode(this.table) });
      else this.sources.set(key, { source, start: 0, length: 0, totals: emptyTotals() });
      return;
    }
    if (this.table.isEmpty()) return;
    if (known.length === 0) {
      Object.assign(known, this.encode(this.table));
      return;
    }
    const merged = this.spare;
    this.decodeInto(known, merged);
    merged.appendAll(this.table);
    Object.assign(known, this.encode(merged, known));
    merged.clear();
  }

  /** Encodes into the arena; in place where the columns fit exactly where they were, as repeated profiles mostly do. */
  private encode(table: LineTable, before?: SourceColumns): { start: number; length: number; totals: Totals } {
    const start = this.arena.length;
    const totals = encodeColumns(table, this.arena, this.codec);
    const length = this.arena.length - start;
    if (before === undefined || length > before.length) return { start, length, totals };
    this.arena.bytes.copyWithin(before.start, start, start + length);
    this.arena.length = start;
    return { start: before.start, length, totals };
  }

  private decodeInto(columns: SourceColumns, table: LineTable): void {
    decodeColumns(this.columnsOf(columns), table, this.codec);
  }

  private columnsOf(columns: SourceColumns): Uint8Array {
    return this.arena.bytes.subarray(columns.start, columns.start + columns.length);
  }

  private write(
    writer: ReportWriter,
    path: string,
    sources: readonly SourceColumns[],
    exclusion: Exclusion | null,
    dropped: DroppedSource[],
  ): void {
    const withLines = sources.filter((columns) => columns.length > 0);
    const writtenAs = [...new Set(sources.map((columns) => columns.source.path))];
    if (withLines.length === 0) {
      dropped.push(droppedSource(sources[0], 'no_lines'));
      return;
    }
    if (withLines.length === 1 && exclusion === null) {
      writer.add(path, this.columnsOf(withLines[0]), withLines[0].totals, writtenAs);
      return;
    }
    const table = this.combine(withLines);
    if (exclusion !== null) exclude(table, exclusion);
    if (table.isEmpty()) {
      dropped.push(droppedSource(sources[0], 'no_lines'));
    } else {
      const columns = new ByteWriter();
      const totals = encodeColumns(table, columns, this.codec);
      writer.add(path, columns.view(), totals, writtenAs);
    }
    table.clear();
  }

  /** One table of several sources, in the order in which they came. */
  private combine(sources: readonly SourceColumns[]): LineTable {
    const table = this.spare;
    this.decodeInto(sources[0], table);
    for (const columns of sources.slice(1)) {
      this.decodeInto(columns, this.table);
      table.appendAll(this.table);
      this.table.clear();
    }
    return table;
  }
}

function droppedSource(columns: SourceColumns, reason: DropReason): DroppedSource {
  return {
    path: columns.source.path,
    reason,
    lines: columns.totals.lines,
    hits: columns.totals.hits,
  };
}

function addTo(byPath: Map<string, SourceColumns[]>, path: string, columns: SourceColumns): void {
  const known = byPath.get(path);
  if (known === undefined) byPath.set(path, [columns]);
  else known.push(columns);
}

function exclude(table: LineTable, exclusion: Exclusion): void {
  const { lines, endOfFile } = exclusion;
  for (const line of [...table.lines()]) {
    if (lines.has(line) || (endOfFile !== null && line > endOfFile)) table.remove(line);
  }
}
