import { ByteReader } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import { LineTable, STATEMENT, type Complexity, type MissingBranches } from '../model/line-table.ts';
import { missingOfSessions, mergeSessions, type LineSession } from '../model/merge-lines.ts';
import { ABSENT } from '../model/value.ts';
import { ValueRun, decodeColumns, expectedType, readLineRuns } from '../storage/columns.ts';

/** In `values` of the result: the sessions of this line are kept one by one and folded at the end. */
const FOLDED_LATER = -5;

/** How sessions of a line are put together. */
export interface MergeRules {
  /** False for the report of a flag, whose values are folded without branch ids (report-model §4.1) [compat]. */
  readonly useBranchIds: boolean;
  /** False: the first session alone decides whether a line has complexity (report-model §3.6) [compat]. */
  readonly keepAllComplexity: boolean;
}

/**
 * Merges the lines of one source file over any number of uploads, which must come in the order of report-model §4. Lines that only
 * have counts are merged by maximum in place; a line with a fraction, a bare partial or branch ids keeps its sessions, because
 * what they miss together decides how they fold (report-model §3.3).
 */
export class MergeTable {
  private readonly result = new LineTable();
  private readonly scratch = new LineTable();
  private readonly folded = new Map<number, LineSession[]>();
  private readonly run = new ValueRun();
  private readonly codec: Codec;
  private readonly rules: MergeRules;

  constructor(codec: Codec, rules: MergeRules) {
    this.codec = codec;
    this.rules = rules;
  }

  /** Adds the columns of one upload. */
  add(columns: Uint8Array): void {
    const reader = new ByteReader(columns);
    const flags = reader.varint();
    if (flags === 0) this.addPlain(reader);
    else this.addWithDetails(columns);
  }

  /** The merged lines; valid until {@link MergeTable.clear}. */
  finish(): LineTable {
    const { result } = this;
    for (const [line, sessions] of this.folded) {
      const missing = this.rules.useBranchIds ? missingOfSessions(sessions) : null;
      const value = sessions.length === 1 ? sessions[0].value : mergeSessions(sessions, missing);
      result.replace(line, value, result.typeOf(line), missing, null, result.complexity.get(line) ?? null);
    }
    return result;
  }

  /** Makes it ready for the next file. */
  clear(): void {
    this.result.clear();
    this.folded.clear();
  }

  /** Columns with lines and values only, read straight into the result. */
  private addPlain(reader: ByteReader): void {
    const runs = readLineRuns(reader);
    const { run } = this;
    run.length = 0;
    for (let index = 0; index < runs.length; index += 2) {
      let line = runs[index];
      const end = runs[index + 1];
      if (this.result.reserve(end - 1)) {
        this.result.touch(line);
        this.result.touch(end - 1);
      }
      while (line < end) {
        if (run.length === 0) run.read(reader);
        const stop = Math.min(end, line + run.length);
        run.length -= stop - line;
        if (run.value >= 0 && stop <= this.result.values.length) this.addCounts(line, stop, run.value);
        else this.addRun(line, stop, run.value);
        line = stop;
      }
    }
  }

  private addRun(start: number, end: number, value: number): void {
    const type = expectedType(value);
    for (let line = start; line < end; line++) {
      this.addSession(line, value, null);
      if (type !== STATEMENT) this.setType(line, type);
    }
  }

  private addCounts(start: number, end: number, count: number): void {
    const { values } = this.result;
    for (let line = start; line < end; line++) {
      const before = values[line];
      if (before < ABSENT) this.addSession(line, count, null);
      else if (count > before) values[line] = count;
    }
  }

  private addWithDetails(columns: Uint8Array): void {
    const { scratch } = this;
    decodeColumns(columns, scratch, this.codec);
    for (const line of scratch.lines()) {
      this.addComplexity(line, scratch.complexity.get(line) ?? null);
      this.addSession(line, scratch.valueOf(line), scratch.missing.get(line) ?? null);
      const type = scratch.typeOf(line);
      if (type !== STATEMENT) this.setType(line, type);
    }
    scratch.clear();
  }

  /** One upload's word about a line. */
  private addSession(line: number, value: number, missing: MissingBranches | null): void {
    const { result } = this;
    const before = result.valueOf(line);
    if (missing === null && value >= 0 && before >= ABSENT) {
      if (value > before)
        result.replace(line, value, result.typeOf(line), null, null, result.complexity.get(line) ?? null);
      return;
    }
    if (before === FOLDED_LATER) {
      this.folded.get(line)!.push({ value, missing });
      return;
    }
    // The counts before it are one session to the fold: their maximum, without a list of branches.
    const sessions = before === ABSENT ? [] : [{ value: before, missing: null }];
    this.folded.set(line, [...sessions, { value, missing }]);
    result.replace(line, FOLDED_LATER, result.typeOf(line), null, null, result.complexity.get(line) ?? null);
  }

  /** The first type in the order of the uploads stays (report-model §3.6, §12 row 8). */
  private setType(line: number, type: number): void {
    const { result } = this;
    if (line < result.types.length) {
      if (result.types[line] === STATEMENT) result.types[line] = type;
      return;
    }
    const record = result.far.get(line);
    if (record?.type === STATEMENT) record.type = type as typeof record.type;
  }

  private addComplexity(line: number, complexity: Complexity | null): void {
    if (complexity === null) return;
    const before = this.result.complexity.get(line);
    if (before !== undefined) this.result.complexity.set(line, largerComplexity(before, complexity));
    else if (this.rules.keepAllComplexity || this.result.valueOf(line) === ABSENT)
      this.result.complexity.set(line, complexity);
  }
}

/** Maximum by parts; a pair wins over a number (report-model §3.6 [better]: the compatible system fails on the mix). */
function largerComplexity(first: Complexity, second: Complexity): Complexity {
  if (typeof first === 'number') return typeof second === 'number' ? Math.max(first, second) : second;
  if (typeof second === 'number') return first;
  return [Math.max(first[0], second[0]), Math.max(first[1], second[1])];
}
