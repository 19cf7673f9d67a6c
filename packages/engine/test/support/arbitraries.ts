import fc from 'fast-check';
import { branchId } from '../../src/model/branch-id.ts';
import { LineTable, type BranchId, type LineType, type MissingBranches } from '../../src/model/line-table.ts';
import { PARTIAL, SKIPPED, UNKNOWN, fraction, type ValueCode } from '../../src/model/value.ts';

/** Any value a line can have, small numbers mostly so that they meet each other. */
export function anyValue(): fc.Arbitrary<ValueCode> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.nat(5) },
    { weight: 1, arbitrary: fc.maxSafeNat() },
    { weight: 1, arbitrary: fc.constantFrom(SKIPPED, UNKNOWN, PARTIAL) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.nat(4), fc.nat(4)).map(([taken, total]) => fraction(Math.min(taken, total), total)),
    },
  );
}

/** One line of a report. */
export interface LineRecord {
  readonly line: number;
  readonly value: ValueCode;
  readonly type: LineType;
  readonly missing: MissingBranches | null;
}

/** Lines of one file; a few far beyond any real file. */
export function anyLines(values: fc.Arbitrary<ValueCode> = anyValue()): fc.Arbitrary<LineRecord[]> {
  const line = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000_000 }) },
  );
  const ids: readonly BranchId[] = [
    '0',
    '1',
    '2',
    'exit',
    branchId(0, 0),
    branchId(0, 1),
    branchId(7, 1),
    '0:2',
    '00:1',
  ];
  const missing = fc.option(fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 4 }), {
    nil: null,
    freq: 2,
  });
  return fc.array(fc.record({ line, value: values, type: fc.constantFrom<LineType>(0, 1, 2), missing }), {
    minLength: 1,
    maxLength: 30,
  });
}

/** A table of these lines, later ones merged into earlier ones as one session. */
export function tableOf(lines: readonly LineRecord[]): LineTable {
  const table = new LineTable();
  for (const { line, value, type, missing } of lines) table.append(line, value, type, missing);
  return table;
}
