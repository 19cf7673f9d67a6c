import { isSameBranch } from './branch-id.ts';
import type { MissingBranches } from './line-table.ts';
import { classOf, fraction, isFraction, mergeValues, totalOf, full, type ValueCode } from './value.ts';

/**
 * The branch ids that one upload misses on a line that it reported twice (report-model §3.4): both without a list → none;
 * one without → empty where that side is a hit, else the other's list; both → what both miss.
 */
export function mergeMissing(
  first: ValueCode,
  firstMissing: MissingBranches | null,
  second: ValueCode,
  secondMissing: MissingBranches | null,
): MissingBranches | null {
  if (firstMissing === null && secondMissing === null) return null;
  if (firstMissing === null) return classOf(first) === 'hit' ? [] : secondMissing;
  if (secondMissing === null) return classOf(second) === 'hit' ? [] : firstMissing;
  return intersect(firstMissing, secondMissing);
}

/** The value of a line that one upload reported twice, knowing the branch ids that stay missing (report-model §3.3, §3.4). */
export function mergeSameSession(first: ValueCode, second: ValueCode, missing: MissingBranches | null): ValueCode {
  return mergeKnowingMissing(first, second, missing === null ? -1 : missing.length);
}

/**
 * One step of the fold of report-model §3.3. `missingCount` is the size of the intersection of missing branch ids over all
 * sessions, −1 when no session has a list.
 */
export function mergeKnowingMissing(first: ValueCode, second: ValueCode, missingCount: number): ValueCode {
  if (missingCount < 0 || !isFraction(first) || !isFraction(second)) return mergeValues(first, second);
  if (missingCount === 0) return full(first);
  const total = totalOf(first);
  return fraction(Math.max(0, total - missingCount), total);
}

function intersect(first: MissingBranches, second: MissingBranches): MissingBranches {
  if (first.length === 0 || second.length === 0) return [];
  return first.filter((id) => second.some((other) => isSameBranch(id, other)));
}
