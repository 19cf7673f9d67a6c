import { classOf, isFraction, isWholeFraction, takenOf, totalOf, type ValueCode } from '../model/value.ts';

/** A line as lcov and Cobertura can say it. */
export interface LineRecord {
  readonly count: number;
  readonly branches: number;
  readonly taken: number;
}

/** A line that claims more branches is written with these, some taken and some not as it says. */
const MOST_BRANCHES = 1000;

/**
 * What a value is in words of counts and branches, so that it reads back to the same class: a partial line without a fraction is one of
 * two branches. Null for lines without a class, which are left out.
 */
export function recordOf(value: ValueCode): LineRecord | null {
  const kind = classOf(value);
  if (kind === null || kind === 'skipped') return null;
  if (!isFraction(value)) return kind === 'partial' ? ONE_OF_TWO : { count: value, branches: 0, taken: 0 };
  if (isWholeFraction(value)) return { count: takenOf(value), branches: 0, taken: 0 };
  const branches = Math.min(totalOf(value), MOST_BRANCHES);
  const count = kind === 'miss' ? 0 : 1;
  if (kind === 'partial') {
    // One branch that is partly taken can only be said with two.
    return branches < 2 ? ONE_OF_TWO : { count, branches, taken: Math.min(Math.max(takenOf(value), 1), branches - 1) };
  }
  return { count, branches, taken: kind === 'hit' ? branches : 0 };
}

const ONE_OF_TWO: LineRecord = { count: 1, branches: 2, taken: 1 };
