import { LineTable } from '../model/line-table.ts';
import type { StoredReport } from '../storage/stored-report.ts';
import { recordOf } from './line-record.ts';

/**
 * A stored part or report as an lcov tracefile (geninfo(1)), a piece for each source file in the order of their paths. What lcov cannot say is
 * written as what it reads back to in the same class (`line-record.ts`).
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
