import type { Fixes } from '../containers/container.ts';
import { LARGEST_LINE } from '../model/line-table.ts';
import type { Exclusion } from '../storage/part-builder.ts';
import type { PathResolver } from './resolver.ts';

/**
 * The lines that a client says must not count (report-formats §6), by repository path. The legacy text names paths as written,
 * which are resolved like those of reports; the JSON value is used as it is. Unreadable rows are ignored.
 */
export function readExclusions(fixes: Fixes | null, resolver: PathResolver): Map<string, Exclusion> {
  if (fixes === null) return new Map();
  return fixes.kind === 'text' ? readText(fixes.text, resolver) : readValue(fixes.value);
}

/** Lines that all ranges of an upload together may name: a hostile pair far apart must not fill the memory. */
const MOST_RANGE_LINES = 2_000_000;

const END_OF_FILE = /^EOF: (\d{1,9}) (.+)$/;
const WITH_SOURCE = /^(.+?):(\d{1,9}):(.*)$/;
const LINES = /^(.+):([\d,]+)$/;

class Rows {
  readonly lines = new Set<number>();
  readonly opens: number[] = [];
  readonly closes: number[] = [];
  endOfFile: number | null = null;
}

function readText(text: string, resolver: PathResolver): Map<string, Exclusion> {
  const byPath = new Map<string, Rows>();
  const rowsOf = rowsByPath(byPath, resolver);
  for (const line of text.split('\n')) readRow(line.endsWith('\r') ? line.slice(0, -1) : line, rowsOf);
  const exclusions = new Map<string, Exclusion>();
  let left = MOST_RANGE_LINES;
  for (const [path, rows] of byPath) {
    left = addRanges(rows, left);
    exclusions.set(path, { lines: rows.lines, endOfFile: rows.endOfFile });
  }
  return exclusions;
}

function rowsByPath(byPath: Map<string, Rows>, resolver: PathResolver): (written: string) => Rows | null {
  const resolved = new Map<string, Rows | null>();
  return (written) => {
    const known = resolved.get(written);
    if (known !== undefined) return known;
    const resolution = resolver.resolve({ path: written, candidates: [written] }, { fileName: '', roots: [] });
    let rows: Rows | null = null;
    if (resolution.kind === 'kept') {
      rows = byPath.get(resolution.path) ?? new Rows();
      byPath.set(resolution.path, rows);
    }
    resolved.set(written, rows);
    return rows;
  };
}

function readRow(row: string, rowsOf: (written: string) => Rows | null): void {
  if (row.startsWith('EOF:')) {
    const match = END_OF_FILE.exec(row);
    const rows = match === null ? null : rowsOf(match[2]);
    if (rows !== null) rows.endOfFile = Number(match![1]);
    return;
  }
  const withSource = WITH_SOURCE.exec(row);
  if (withSource !== null) {
    const rows = rowsOf(withSource[1]);
    if (rows !== null) addMarked(rows, Number(withSource[2]), withSource[3].trim());
    return;
  }
  const match = LINES.exec(row);
  const rows = match === null ? null : rowsOf(match[1]);
  if (rows === null) return;
  for (const text of match![2].split(',')) if (text !== '') addLine(rows.lines, Number(text));
}

/** A row with its source text: excluded itself, and maybe one end of a range. */
function addMarked(rows: Rows, line: number, source: string): void {
  if (!addLine(rows.lines, line)) return;
  if (source.startsWith('/*') || source.includes('LCOV_EXCL_START')) rows.opens.push(line);
  if (source.endsWith('*/') || source.includes('LCOV_EXCL_STOP') || source.includes('LCOV_EXCL_END'))
    rows.closes.push(line);
}

/** The k-th opening and the k-th closing, both sorted, are a pair. Gives how many lines may still be added. */
function addRanges(rows: Rows, allowance: number): number {
  const opens = rows.opens.sort(ascending);
  const closes = rows.closes.sort(ascending);
  let left = allowance;
  for (let index = 0; index < Math.min(opens.length, closes.length); index++) {
    for (let line = opens[index] + 1; line < closes[index] && left > 0; line++, left--) rows.lines.add(line);
  }
  return left;
}

function readValue(value: unknown): Map<string, Exclusion> {
  const exclusions = new Map<string, Exclusion>();
  if (typeof value !== 'object' || value === null) return exclusions;
  for (const [path, entry] of Object.entries(value)) {
    const exclusion = readEntry(entry);
    if (exclusion !== null) exclusions.set(path, exclusion);
  }
  return exclusions;
}

function readEntry(entry: unknown): Exclusion | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { eof, lines } = entry as { eof?: unknown; lines?: unknown };
  const excluded = new Set<number>();
  if (Array.isArray(lines)) for (const line of lines) if (typeof line === 'number') addLine(excluded, line);
  const endOfFile = typeof eof === 'number' && Number.isInteger(eof) && eof >= 0 ? eof : null;
  return excluded.size === 0 && endOfFile === null ? null : { lines: excluded, endOfFile };
}

function addLine(lines: Set<number>, line: number): boolean {
  if (!Number.isInteger(line) || line < 1 || line > LARGEST_LINE) return false;
  lines.add(line);
  return true;
}

function ascending(left: number, right: number): number {
  return left - right;
}
