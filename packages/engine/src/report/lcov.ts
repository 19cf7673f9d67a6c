import { LineTable } from '../model/line-table.ts';
import { classOf, isFraction, isWholeFraction, takenOf, totalOf, type ValueCode } from '../model/value.ts';
import type { StoredReport } from '../storage/stored-report.ts';

/** A line that claims more branches is written with these, some taken and some not as it says. */
const MOST_BRANCHES = 1000;

/**
 * A stored part or report as an lcov tracefile (geninfo(1)), a piece for each source file in the order of their paths. What lcov cannot say is
 * written as what it reads back to in the same class: a partial line without a fraction as one of two branches; lines without a class
 * are left out.
 */
export function* lcovText(report: StoredReport): Generator<string> {
  const table = new LineTable();
  for (const entry of report.directory.files()) {
    table.clear();
    report.read(entry, table);
    yield writeFile(entry.path, table);
  }
}

function writeFile(path: string, table: LineTable): string {
  const lines: string[] = [];
  const branches: string[] = [];
  let hitLines = 0;
  let foundBranches = 0;
  let hitBranches = 0;
  for (const line of table.lines()) {
    const record = recordOf(table.valueOf(line));
    if (record === null) continue;
    lines.push(`DA:${line},${record.count}`);
    if (record.count > 0) hitLines++;
    for (let branch = 0; branch < record.branches; branch++) {
      branches.push(`BRDA:${line},0,${branch},${branch < record.taken ? 1 : 0}`);
    }
    foundBranches += record.branches;
    hitBranches += record.taken;
  }
  // A record ends with its line; no path of a repository is worth another one.
  const name = path.replace(/[\r\n]/g, ' ');
  const sums = [`BRF:${foundBranches}`, `BRH:${hitBranches}`, ...lines, `LF:${lines.length}`, `LH:${hitLines}`];
  return ['TN:', `SF:${name}`, ...branches, ...sums, 'end_of_record', ''].join('\n');
}

interface LineRecord {
  readonly count: number;
  readonly branches: number;
  readonly taken: number;
}

function recordOf(value: ValueCode): LineRecord | null {
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
