import type { BranchId, MissingBranches } from './line-table.ts';

/** Branches in a block: more than any compiler makes for one line. */
const BRANCH_LIMIT = 2 ** 20;
const BLOCK_LIMIT = 2 ** 32;

/** The id of a branch within a block, as a number. Both must be below {@link isPair}'s limits. */
export function branchId(block: number, branch: number): number {
  return block * BRANCH_LIMIT + branch;
}

/** Whether a block and a branch number fit into a numeric id. */
export function isPair(block: number, branch: number): boolean {
  return block < BLOCK_LIMIT && branch < BRANCH_LIMIT;
}

/** Block of a numeric id. */
export function blockOf(id: number): number {
  return Math.floor(id / BRANCH_LIMIT);
}

/** Branch of a numeric id. */
export function branchOf(id: number): number {
  return id - blockOf(id) * BRANCH_LIMIT;
}

/** An id as the tool wrote it. */
export function branchIdText(id: BranchId): string {
  return typeof id === 'string' ? id : `${blockOf(id)}:${branchOf(id)}`;
}

/** Whether two ids name the same branch, in whichever form they are. */
export function isSameBranch(first: BranchId, second: BranchId): boolean {
  return typeof first === typeof second ? first === second : branchIdText(first) === branchIdText(second);
}

/**
 * Ids as they are stored: those of the form `block:branch` as numbers whoever wrote them as text, so that equal ids are equal values;
 * numbers first, then text, each ascending.
 */
export function canonicalBranchIds(ids: MissingBranches): MissingBranches {
  let before = -1;
  for (const id of ids) {
    if (typeof id === 'string' || id < before) return ids.map(canonicalBranchId).sort(compare);
    before = id;
  }
  return ids;
}

const PAIR = /^(0|[1-9]\d{0,9}):(0|[1-9]\d{0,9})$/;

/** One id as it is stored. */
export function canonicalBranchId(id: BranchId): BranchId {
  const match = typeof id === 'string' ? PAIR.exec(id) : null;
  if (match === null) return id;
  const block = Number(match[1]);
  const branch = Number(match[2]);
  return isPair(block, branch) ? branchId(block, branch) : id;
}

function compare(first: BranchId, second: BranchId): number {
  if (typeof first === 'number') return typeof second === 'number' ? first - second : -1;
  if (typeof second === 'number') return 1;
  return first < second ? -1 : first > second ? 1 : 0;
}
