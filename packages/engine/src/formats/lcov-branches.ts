import { branchId, branchIdText, isPair } from '../model/branch-id.ts';
import type { BranchId } from '../model/line-table.ts';

/** Takes what is known of the branches of one line: how many there are, and those not taken in the order of their records. */
export type BranchTaker = (line: number, total: number, missing: readonly BranchId[]) => void;

const NONE: readonly BranchId[] = [];
const FIRST_CAPACITY = 256;

/**
 * The `BRDA` records of one source file, in flat arrays: one in ten records of a tracefile is one, so none may cost an object.
 */
export class LcovBranches {
  private lines = new Int32Array(FIRST_CAPACITY);
  private ids = new Float64Array(FIRST_CAPACITY);
  private taken = new Uint8Array(FIRST_CAPACITY);
  private readonly texts = new Map<number, string>();
  private count = 0;
  private isSorted = true;

  /** Notes a branch of a block; numbers too large for a numeric id are kept as text. */
  add(line: number, block: number, branch: number, isTaken: boolean): void {
    if (!isPair(block, branch)) {
      this.addNamed(line, `${block}:${branch}`, isTaken);
      return;
    }
    this.push(line, branchId(block, branch), isTaken);
  }

  /** Notes a branch whose id is not two numbers (`e0` marks exception branches in lcov 2). */
  addNamed(line: number, id: string, isTaken: boolean): void {
    this.texts.set(this.count, id);
    this.push(line, -1, isTaken);
  }

  /** Whether there is nothing. */
  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Calls `take` for each line, ascending; of several records of one branch the last counts. Then forgets them all. */
  drain(take: BranchTaker): void {
    if (!this.isSorted) this.sort();
    const { lines, count } = this;
    let start = 0;
    while (start < count) {
      let end = start + 1;
      while (end < count && lines[end] === lines[start]) end++;
      this.takeLine(start, end, take);
      start = end;
    }
    this.count = 0;
    this.isSorted = true;
    if (this.texts.size > 0) this.texts.clear();
  }

  private push(line: number, id: number, isTaken: boolean): void {
    const index = this.count;
    if (index === this.lines.length) this.grow();
    if (index > 0 && line < this.lines[index - 1]) this.isSorted = false;
    this.lines[index] = line;
    this.ids[index] = id;
    this.taken[index] = isTaken ? 1 : 0;
    this.count = index + 1;
  }

  private takeLine(start: number, end: number, take: BranchTaker): void {
    const { ids, taken } = this;
    let left = 1 - taken[start];
    for (let index = start + 1; index < end; index++) {
      // Ids that do not rise may repeat: the slow, exact way.
      if (ids[index] <= ids[index - 1]) {
        this.takeLineWithRepeats(start, end, take);
        return;
      }
      left += 1 - taken[index];
    }
    take(this.lines[start], end - start, left === 0 ? NONE : this.notTaken(start, end));
  }

  private notTaken(start: number, end: number): BranchId[] {
    const missing: BranchId[] = [];
    for (let index = start; index < end; index++) if (this.taken[index] === 0) missing.push(this.idAt(index));
    return missing;
  }

  private takeLineWithRepeats(start: number, end: number, take: BranchTaker): void {
    const last = new Map<string, { id: BranchId; isTaken: boolean }>();
    for (let index = start; index < end; index++) {
      const id = this.idAt(index);
      last.set(branchIdText(id), { id, isTaken: this.taken[index] === 1 });
    }
    const missing = [...last.values()].filter(({ isTaken }) => !isTaken).map(({ id }) => id);
    take(this.lines[start], last.size, missing);
  }

  private idAt(index: number): BranchId {
    const id = this.ids[index];
    return id < 0 ? this.texts.get(index)! : id;
  }

  /** Stable by line, so that the last record of a branch stays the last. */
  private sort(): void {
    const order = Array.from({ length: this.count }, (_, index) => index).sort(
      (left, right) => this.lines[left] - this.lines[right] || left - right,
    );
    const records = order.map((index) => ({
      line: this.lines[index],
      id: this.ids[index],
      taken: this.taken[index],
      text: this.texts.get(index),
    }));
    this.texts.clear();
    records.forEach(({ line, id, taken, text }, index) => {
      this.lines[index] = line;
      this.ids[index] = id;
      this.taken[index] = taken;
      if (text !== undefined) this.texts.set(index, text);
    });
  }

  private grow(): void {
    const capacity = this.lines.length * 2;
    const lines = new Int32Array(capacity);
    lines.set(this.lines);
    this.lines = lines;
    const ids = new Float64Array(capacity);
    ids.set(this.ids);
    this.ids = ids;
    const taken = new Uint8Array(capacity);
    taken.set(this.taken);
    this.taken = taken;
  }
}
