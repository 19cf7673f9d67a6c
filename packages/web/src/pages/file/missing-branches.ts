import { FILE } from '../../messages/en/file.ts';

/** Tools whose ids are the lines that were not gone on to. */
const TARGETS: ReadonlySet<string> = new Set(['cobertura', 'coveragepy']);
/** Tools whose ids count from 0. */
const COUNTED: ReadonlySet<string> = new Set(['istanbul', 'simplecov']);

/**
 * What the id of a branch that was not taken says in words. Ids are those of the tool: `0:1` of lcov (block, branch), `42` or `exit` of
 * coverage.py (where it would have gone on), `0:jump` of Cobertura (condition), `1` of istanbul (counted from 0).
 *
 * @param value of the line, `1/2` where known
 */
export function describeMissing(id: string, format: string | null, value: number | string | true | null): string {
  const pair = /^(\d+):(\d+)$/.exec(id);
  if (pair !== null) return FILE.branchOfBlock(pair[1], String(Number(pair[2]) + 1));
  const condition = /^(\d+):(\w+)$/.exec(id);
  if (condition !== null) return FILE.condition(condition[1], condition[2]);
  if (id === 'exit') return FILE.exitNotReached;
  if (!/^\d+$/.test(id)) return FILE.branchNamed(id);
  if (format !== null && TARGETS.has(format)) return FILE.lineNotReached(id);
  if (format !== null && COUNTED.has(format)) {
    return FILE.branchOf(Number(id) + 1, typeof value === 'string' ? (value.split('/')[1] ?? null) : null);
  }
  return FILE.branchNamed(id);
}
