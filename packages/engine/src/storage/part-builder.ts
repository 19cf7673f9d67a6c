import { ByteWriter } from '../bytes/writer.ts';
import type { Codec } from '../codec.ts';
import { LineTable } from '../model/line-table.ts';
import { emptyTotals, type Totals } from '../model/totals.ts';
import { decodeColumns } from './decode-columns.ts';
import { encodeColumns } from './encode-columns.ts';
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

/** Encoded columns in the arena. */
interface Piece {
  readonly start: number;
  readonly length: number;
  readonly totals: Totals;
}

interface SourceColumns {
  readonly source: WrittenSource;
  /** What is folded together so far. */
  piece: Piece;
  /** What came later, in order, and its weight: folded in when it outweighs the first, so that a source named often costs little. */
  later: Piece[] | null;
  laterWeight: number;
}

const NOTHING: Piece = { start: 0, length: 0, totals: emptyTotals() };

/**
 * Takes the sources of an upload one after the other while its reports are read, and makes the part of them. Memory is about one
 * byte a line: only the source that is being read is a table, all others are encoded columns in one arena.
 */
export class PartBuilder {
  private readonly codec: Codec;
  private readonly arena = new ByteWriter(1 << 16);
  /** By report number, then by path as written. */
  private readonly reports: Map<string, SourceColumns>[] = [];
  private readonly table = new LineTable();
  private readonly spare = new LineTable();
  private readonly scratch = new LineTable();
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
    this.reports[report]?.clear();
  }

  /** Source files and lines that each report gave, by its number. */
  countByReport(): Map<number, { sources: number; lines: number }> {
    this.closeSource();
    const counts = new Map<number, { sources: number; lines: number }>();
    this.reports.forEach((sources, report) => {
      let lines = 0;
      for (const columns of sources.values()) {
        this.fold(columns);
        lines += columns.piece.totals.lines;
      }
      if (sources.size > 0) counts.set(report, { sources: sources.size, lines });
    });
    return counts;
  }

  /** Number of different sources seen, also those that will not be kept. */
  get sourceCount(): number {
    return this.reports.reduce((sum, sources) => sum + sources.size, 0);
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
    this.reports.forEach((sources) => {
      for (const columns of sources.values()) {
        this.fold(columns);
        const resolution = resolve(columns.source);
        if (resolution.kind === 'dropped') dropped.push(droppedSource(columns, resolution.reason));
        else addTo(byPath, resolution.path, columns);
      }
    });
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
    const sources = (this.reports[source.report] ??= new Map());
    const piece = this.table.isEmpty() ? NOTHING : this.encode(this.table);
    const known = sources.get(source.path);
    if (known === undefined) {
      sources.set(source.path, { source, piece, later: null, laterWeight: 0 });
    } else if (known.piece.length === 0) {
      known.piece = piece;
    } else if (piece.length > 0) {
      known.later ??= [];
      known.later.push(piece);
      known.laterWeight += weightOf(piece);
      if (known.laterWeight > weightOf(known.piece)) this.fold(known);
    }
  }

  /** Merges what came later into the first, one after the other, as one session reported again and again. */
  private fold(columns: SourceColumns): void {
    if (columns.later === null) return;
    const merged = this.spare;
    const next = this.scratch;
    this.decodeInto(columns.piece, merged);
    for (const piece of columns.later) {
      this.decodeInto(piece, next);
      merged.appendAll(next);
      next.clear();
    }
    columns.piece = this.encode(merged, columns.piece);
    columns.later = null;
    columns.laterWeight = 0;
    merged.clear();
  }

  /** Encodes into the arena; in place where the columns fit where they were, as repeated profiles mostly do. */
  private encode(table: LineTable, before?: Piece): Piece {
    const start = this.arena.length;
    const totals = encodeColumns(table, this.arena, this.codec);
    const length = this.arena.length - start;
    if (before === undefined || length > before.length) return { start, length, totals };
    this.arena.bytes.copyWithin(before.start, start, start + length);
    this.arena.length = start;
    return { start: before.start, length, totals };
  }

  private decodeInto(piece: Piece, table: LineTable): void {
    decodeColumns(this.bytesOf(piece), table, this.codec);
  }

  private bytesOf({ start, length }: Piece): Uint8Array {
    return this.arena.bytes.subarray(start, start + length);
  }

  private write(
    writer: ReportWriter,
    path: string,
    sources: readonly SourceColumns[],
    exclusion: Exclusion | null,
    dropped: DroppedSource[],
  ): void {
    // Nearly every file was named once, in one report, and has lines.
    if (sources.length === 1 && exclusion === null && sources[0].piece.length > 0) {
      const [{ source, piece }] = sources;
      writer.add(path, this.bytesOf(piece), piece.totals, [source.path]);
      return;
    }
    const withLines = sources.filter((columns) => columns.piece.length > 0);
    const writtenAs = [...new Set(sources.map((columns) => columns.source.path))];
    if (withLines.length === 0) {
      dropped.push(droppedSource(sources[0], 'no_lines'));
      return;
    }
    if (withLines.length === 1 && exclusion === null) {
      writer.add(path, this.bytesOf(withLines[0].piece), withLines[0].piece.totals, writtenAs);
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
    this.decodeInto(sources[0].piece, table);
    for (const columns of sources.slice(1)) {
      this.decodeInto(columns.piece, this.scratch);
      table.appendAll(this.scratch);
      this.scratch.clear();
    }
    return table;
  }
}

/** What folding a piece costs: its lines, which may be few bytes when they are alike, and its bytes. */
function weightOf({ length, totals }: Piece): number {
  return length + totals.lines;
}

function droppedSource(columns: SourceColumns, reason: DropReason): DroppedSource {
  return {
    path: columns.source.path,
    reason,
    lines: columns.piece.totals.lines,
    hits: columns.piece.totals.hits,
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
