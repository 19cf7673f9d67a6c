import { ByteReader } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import {
  BRANCH,
  LineTable,
  STATEMENT,
  type Complexity,
  type LineType,
  type MissingBranches,
} from '../model/line-table.ts';
import { ABSENT } from '../model/value.ts';
import { HAS_COMPLEXITY, HAS_MISSING, HAS_MISSING_BESIDE_COUNTS, HAS_TYPES, TYPES } from '../storage/columns.ts';
import {
  decodeColumns,
  readComplexity,
  readFlags,
  readLineRuns,
  readMissing,
  readTypes,
  readValues,
  type Fractions,
  type LineRuns,
  type RunSink,
} from '../storage/decode-columns.ts';
import { SessionLog } from './session-log.ts';

/** In `values` of the result, numbers below every fraction's code: the line's sessions are kept, in the slot above {@link FIRST_SLOT}. */
const FIRST_SLOT = -(2 ** 53);
const LAST_SLOT = -(2 ** 53) + 2 ** 40;

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
export class MergeTable implements RunSink {
  private readonly result = new LineTable();
  private readonly scratch = new LineTable();
  private readonly sessions: SessionLog;
  private readonly codec: Codec;
  private readonly rules: MergeRules;

  constructor(codec: Codec, rules: MergeRules) {
    this.codec = codec;
    this.rules = rules;
    this.sessions = new SessionLog((line) => this.result.valueOf(line) - FIRST_SLOT);
  }

  /** Adds the columns of one upload. */
  add(columns: Uint8Array): void {
    const reader = new ByteReader(columns);
    const flags = readFlags(reader);
    if (flags & HAS_MISSING_BESIDE_COUNTS) {
      this.addLineByLine(columns);
      return;
    }
    const runs = readLineRuns(reader);
    if (flags & HAS_COMPLEXITY) readComplexity(reader, this.addComplexity);
    this.makeRoom(runs);
    const fractions = readValues(reader, runs, this);
    if (flags & HAS_TYPES) this.addTypes(reader, runs, fractions);
    else for (let index = 0; index < fractions.length; index++) this.setType(fractions.lines[index], BRANCH);
    if (flags & HAS_MISSING) readMissing(reader, fractions, this.codec, this.sessions);
  }

  /** The merged lines; valid until {@link MergeTable.clear}. */
  finish(): LineTable {
    const { result, sessions } = this;
    for (let slot = 0; slot < sessions.size; slot++) {
      const line = sessions.lineOf(slot);
      const { value, missing } = sessions.fold(slot, this.rules.useBranchIds);
      this.setValue(line, value);
      if (missing !== null) result.missing.set(line, missing);
    }
    return result;
  }

  /** Makes it ready for the next file. */
  clear(): void {
    this.result.clear();
    this.sessions.clear();
  }

  /** Takes one upload's word about neighbouring lines, while its columns are read. */
  run(start: number, end: number, value: number): void {
    if (value >= 0 && end <= this.result.values.length) this.addCounts(start, end, value);
    else for (let line = start; line < end; line++) this.addSession(line, value);
  }

  private makeRoom({ edges, length }: LineRuns): void {
    const { result } = this;
    for (let index = 0; index < length; index += 2) {
      if (!result.reserve(edges[index + 1] - 1)) continue;
      result.touch(edges[index]);
      result.touch(edges[index + 1] - 1);
    }
  }

  private addCounts(start: number, end: number, count: number): void {
    const { values } = this.result;
    for (let line = start; line < end; line++) {
      const before = values[line];
      if (before < ABSENT) this.addSession(line, count);
      else if (count > before) values[line] = count;
    }
  }

  /** One upload's word about a line. */
  private addSession(line: number, value: number): void {
    const before = this.result.valueOf(line);
    if (before >= ABSENT && value >= 0) {
      if (value > before) this.setValue(line, value);
      return;
    }
    if (before <= LAST_SLOT) this.sessions.add(before - FIRST_SLOT, value);
    else this.sessions.add(this.openSlot(line, before), value);
  }

  /** The counts before it are one session to the fold: their maximum, without a list of branches. */
  private openSlot(line: number, before: number): number {
    const slot = this.sessions.open(line);
    this.setValue(line, FIRST_SLOT + slot);
    if (before !== ABSENT) this.sessions.add(slot, before);
    return slot;
  }

  private setValue(line: number, value: number): void {
    const { result } = this;
    if (line < result.values.length) {
      result.values[line] = value;
      result.touch(line);
    } else result.replace(line, value, result.typeOf(line), null, null, result.complexity.get(line) ?? null);
  }

  /** Types are told as steps from what the value of the same upload lets expect. */
  private addTypes(reader: ByteReader, runs: LineRuns, { lines, length }: Fractions): void {
    let at = 0;
    const addExpectedBefore = (line: number): void => {
      while (at < length && lines[at] < line) this.setType(lines[at++], BRANCH);
    };
    readTypes(reader, runs, (line, step) => {
      addExpectedBefore(line);
      const isFraction = at < length && lines[at] === line;
      if (isFraction) at++;
      this.setType(line, (((isFraction ? BRANCH : STATEMENT) + step) % TYPES) as LineType);
    });
    addExpectedBefore(Infinity);
  }

  /** The first type in the order of the uploads stays (report-model §3.6, §12 row 8). */
  private setType(line: number, type: LineType): void {
    const { result } = this;
    if (line < result.types.length) {
      if (result.types[line] === STATEMENT) result.types[line] = type;
      return;
    }
    const record = result.far.get(line);
    if (record?.type === STATEMENT) record.type = type;
  }

  /** Comes before the values of the same upload: what counts is whether the line was there before. */
  private readonly addComplexity = (line: number, complexity: Complexity): void => {
    const before = this.result.complexity.get(line);
    if (before !== undefined) this.result.complexity.set(line, largerComplexity(before, complexity));
    else if (this.rules.keepAllComplexity || this.result.valueOf(line) === ABSENT)
      this.result.complexity.set(line, complexity);
  };

  /** A count that has missing branches is a session of its own: rare, and slower. */
  private addLineByLine(columns: Uint8Array): void {
    const { scratch } = this;
    decodeColumns(columns, scratch, this.codec);
    for (const line of scratch.lines()) {
      const complexity = scratch.complexity.get(line);
      if (complexity !== undefined) this.addComplexity(line, complexity);
      const missing = scratch.missing.get(line);
      if (missing === undefined) this.addSession(line, scratch.valueOf(line));
      else this.addListed(line, scratch.valueOf(line), missing);
      const type = scratch.typeOf(line);
      if (type !== STATEMENT) this.setType(line, type);
    }
    scratch.clear();
  }

  private addListed(line: number, value: number, missing: MissingBranches): void {
    const before = this.result.valueOf(line);
    const slot = before <= LAST_SLOT ? before - FIRST_SLOT : this.openSlot(line, before);
    this.sessions.add(slot, value);
    this.sessions.begin(line);
    for (const id of missing) {
      if (typeof id === 'number') this.sessions.pair(id);
      else this.sessions.text(id);
    }
  }
}

/** Maximum by parts; a pair wins over a number (report-model §3.6 [better]: the compatible system fails on the mix). */
function largerComplexity(first: Complexity, second: Complexity): Complexity {
  if (typeof first === 'number') return typeof second === 'number' ? Math.max(first, second) : second;
  if (typeof second === 'number') return first;
  return [Math.max(first[0], second[0]), Math.max(first[1], second[1])];
}
