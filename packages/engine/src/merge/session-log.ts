import type { BranchId, MissingBranches } from '../model/line-table.ts';
import { mergeKnowingMissing } from '../model/merge-lines.ts';
import { classOf, type ValueCode } from '../model/value.ts';
import type { MissingSink } from '../storage/decode-columns.ts';

/** What the sessions of a line come to. */
export interface FoldedLine {
  readonly value: ValueCode;
  readonly missing: MissingBranches | null;
}

const NO_LIST = -1;
const NO_SESSION = -1;

/**
 * The sessions of those lines of a file whose values cannot be folded as they come, because what they miss together decides
 * (report-model §3.3). Flat arrays, linked by line: hundreds of uploads bring millions.
 */
export class SessionLog implements MissingSink {
  private lineCount = 0;
  private lines = new Int32Array(1 << 8);
  private firsts = new Int32Array(1 << 8);
  private lasts = new Int32Array(1 << 8);
  private count = 0;
  private values = new Float64Array(1 << 10);
  private nexts = new Int32Array(1 << 10);
  /** Where a session's list stands in `ids`, its length first. */
  private lists = new Int32Array(1 << 10);
  /** Pairs as they are, texts as −1 − their number. */
  private ids = new Float64Array(1 << 10);
  private idCount = 0;
  private readonly texts: string[] = [];
  private readonly textNumbers = new Map<string, number>();
  private list = 0;
  private common = new Float64Array(1 << 6);
  private readonly slotOf: (line: number) => number;

  /** `slotOf` gives the slot of a line that has one. */
  constructor(slotOf: (line: number) => number) {
    this.slotOf = slotOf;
  }

  /** A slot for the sessions of one more line. */
  open(line: number): number {
    if (this.lineCount === this.lines.length) this.growLines();
    const slot = this.lineCount++;
    this.lines[slot] = line;
    this.firsts[slot] = NO_SESSION;
    return slot;
  }

  /** Slots in use are 0 … size − 1. */
  get size(): number {
    return this.lineCount;
  }

  lineOf(slot: number): number {
    return this.lines[slot];
  }

  /** Adds a session without a list of missing branches; {@link SessionLog.begin} may give it one. */
  add(slot: number, value: ValueCode): void {
    if (this.count === this.values.length) this.growSessions();
    const session = this.count++;
    this.values[session] = value;
    this.nexts[session] = NO_SESSION;
    this.lists[session] = NO_LIST;
    if (this.firsts[slot] === NO_SESSION) this.firsts[slot] = session;
    else this.nexts[this.lasts[slot]] = session;
    this.lasts[slot] = session;
  }

  /** A list for the last session of a line. */
  begin(line: number): void {
    const session = this.lasts[this.slotOf(line)];
    this.list = this.idCount;
    this.lists[session] = this.list;
    this.pushId(0);
  }

  pair(id: number): void {
    this.pushId(id);
    this.ids[this.list]++;
  }

  text(id: string): void {
    let number = this.textNumbers.get(id);
    if (number === undefined) {
      number = this.texts.push(id) - 1;
      this.textNumbers.set(id, number);
    }
    this.pair(-1 - number);
  }

  /** Folds the sessions of a line in their order; `useBranchIds` as in the rules of the merge. */
  fold(slot: number, useBranchIds: boolean): FoldedLine {
    const missing = useBranchIds ? this.missingOf(slot) : null;
    const missingCount = missing === null ? -1 : missing.length;
    const first = this.firsts[slot];
    let value = this.values[first];
    for (let session = this.nexts[first]; session !== NO_SESSION; session = this.nexts[session])
      value = mergeKnowingMissing(value, this.values[session], missingCount);
    return { value, missing };
  }

  /** Forgets everything. */
  clear(): void {
    this.lineCount = 0;
    this.count = 0;
    this.idCount = 0;
    if (this.texts.length === 0) return;
    this.texts.length = 0;
    this.textNumbers.clear();
  }

  /** What every session of a line that has a list misses; nothing where one without a list is a hit; null without lists. */
  private missingOf(slot: number): MissingBranches | null {
    let length = -1;
    let isHitWithoutList = false;
    for (let session = this.firsts[slot]; session !== NO_SESSION; session = this.nexts[session]) {
      if (this.lists[session] === NO_LIST) isHitWithoutList ||= classOf(this.values[session]) === 'hit';
      else length = this.intersect(length, this.lists[session]);
    }
    if (length < 0) return null;
    if (isHitWithoutList) return [];
    const missing: BranchId[] = [];
    for (let index = 0; index < length; index++) {
      const id = this.common[index];
      missing.push(id < 0 ? this.texts[-1 - id] : id);
    }
    return missing;
  }

  /** Keeps of the first `length` ids in `common` those that a list has too; −1 stands for all there are. Gives the new length. */
  private intersect(length: number, list: number): number {
    const { ids } = this;
    const start = list + 1;
    const end = start + ids[list];
    if (length < 0) {
      if (end - start > this.common.length) this.common = new Float64Array(2 * (end - start));
      for (let at = start; at < end; at++) this.common[at - start] = ids[at];
      return end - start;
    }
    if (length > LONG_LIST && end - start > LONG_LIST) return this.intersectLong(length, ids.subarray(start, end));
    let kept = 0;
    for (let index = 0; index < length; index++) {
      const id = this.common[index];
      let at = start;
      while (at < end && ids[at] !== id) at++;
      if (at < end) this.common[kept++] = id;
    }
    return kept;
  }

  /** Lists that are longer than any tool's must not cost their square. */
  private intersectLong(length: number, list: Float64Array): number {
    const wanted = new Set(list);
    let kept = 0;
    for (let index = 0; index < length; index++) {
      if (wanted.has(this.common[index])) this.common[kept++] = this.common[index];
    }
    return kept;
  }

  private pushId(id: number): void {
    if (this.idCount === this.ids.length) this.ids = grown(this.ids, Float64Array);
    this.ids[this.idCount++] = id;
  }

  private growLines(): void {
    this.lines = grown(this.lines, Int32Array);
    this.firsts = grown(this.firsts, Int32Array);
    this.lasts = grown(this.lasts, Int32Array);
  }

  private growSessions(): void {
    this.values = grown(this.values, Float64Array);
    this.nexts = grown(this.nexts, Int32Array);
    this.lists = grown(this.lists, Int32Array);
  }
}

const LONG_LIST = 64;

function grown<Numbers extends Int32Array | Float64Array>(
  numbers: Numbers,
  Constructor: new (length: number) => Numbers,
): Numbers {
  const result = new Constructor(numbers.length * 2);
  result.set(numbers);
  return result;
}
