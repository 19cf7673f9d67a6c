import type { Codec } from '../codec.ts';
import type { LineTable } from '../model/line-table.ts';
import { inMergeOrder, isEqualBytes, withoutNoise, type MergePart } from './merge-parts.ts';
import { MergeTable, type MergeRules } from './merge-table.ts';

/**
 * Merges one file over some parts, as {@link mergeParts} would, without looking at any other file: what a person asks for who filters a
 * page by flags or uploads. Costs the lines of that file in each part.
 *
 * @param path as the parts have it, from the root of the repository
 * @returns its lines; null when none of the parts has the file
 */
export function mergeFile(
  parts: readonly MergePart[],
  path: string,
  codec: Codec,
  rules: MergeRules,
): LineTable | null {
  const holders = inMergeOrder(parts).flatMap((part) => {
    const entry = part.stored.directory.find(path);
    return entry === null ? [] : { part, entry };
  });
  if (holders.length === 0) return null;
  const table = new MergeTable(codec, rules);
  let before: { readonly digest: Uint8Array; readonly columns: Uint8Array } | null = null;
  for (const { part, entry } of withoutNoise(path, holders)) {
    // Two parts may be the same open object, whose bytes are only valid until it is read again.
    const columns = part.stored.columns(entry).slice();
    const isRepeat =
      before !== null && isEqualBytes(before.digest, part.rawDigest) && isEqualBytes(before.columns, columns);
    if (!isRepeat) table.add(columns);
    before = { digest: part.rawDigest, columns };
  }
  return table.finish();
}
