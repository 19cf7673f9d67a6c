import type { NumberList } from './number-list.ts';

/**
 * For each id of `wanted` the index of the same id in `given`, −1 where it is not there. Null when both are written in the same
 * order, as every writer does: then the index is the same, and ids beyond the end of `given` are not there.
 */
export function joinIds(wanted: NumberList, given: NumberList): Int32Array | null {
  const shared = Math.min(wanted.length, given.length);
  let index = 0;
  while (index < shared && wanted.items[index] === given.items[index]) index++;
  return index === shared ? null : joinByMap(wanted, given);
}

/** Index in the given list of what has `index` in the wanted list; −1 where it is not there. */
export function joined(join: Int32Array | null, index: number, given: NumberList): number {
  if (join !== null) return join[index];
  return index < given.length ? index : -1;
}

function joinByMap(wanted: NumberList, given: NumberList): Int32Array {
  const indexes = new Map<number, number>();
  for (let index = 0; index < given.length; index++) indexes.set(given.items[index], index);
  const join = new Int32Array(wanted.length);
  for (let index = 0; index < wanted.length; index++) join[index] = indexes.get(wanted.items[index]) ?? -1;
  return join;
}
