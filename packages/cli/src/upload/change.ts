import type { Totals } from './answer.ts';
import { readTotals } from './answer.ts';
import { getCommit, type Server } from './client.ts';

/** How the coverage moved against an ancestor. */
export interface Change {
  /** `+0.12`, in percentage points. */
  readonly text: string;
  /** The ancestor. */
  readonly since: string;
}

/** Ancestors that are asked for, at most: a branch seldom has more commits without coverage. */
const ANCESTORS = 40;
const AT_ONCE = 5;

/**
 * The head's coverage minus that of the nearest ancestor with coverage (decision 8 of the first release: until the server
 * compares). Null when none of the nearest 40 has any.
 */
export async function findChange(
  server: Server,
  repository: string,
  head: Totals,
  ancestors: readonly string[],
): Promise<Change | null> {
  for (let at = 0; at < Math.min(ancestors.length, ANCESTORS); at += AT_ONCE) {
    const group = ancestors.slice(at, Math.min(at + AT_ONCE, ANCESTORS));
    const totals = await Promise.all(group.map((sha) => totalsOf(server, repository, sha)));
    const index = totals.findIndex((candidate) => candidate !== null && candidate.lines > 0);
    const base = totals[index];
    if (base != null) return head.lines === 0 ? null : { text: difference(head, base), since: group[index] };
  }
  return null;
}

async function totalsOf(server: Server, repository: string, commit: string): Promise<Totals | null> {
  const answer = await getCommit(server, repository, commit);
  return answer.kind === 'ok' ? readTotals(answer.value['commit_totals']) : null;
}

/**
 * Difference of two ratios of hits to lines in percentage points, two decimals, half away from zero; from the integers, since
 * two rounded percentages may differ by a hundredth that is not there. Both must have lines.
 */
export function difference(head: Pick<Totals, 'hits' | 'lines'>, base: Pick<Totals, 'hits' | 'lines'>): string {
  const numerator = (BigInt(head.hits) * BigInt(base.lines) - BigInt(base.hits) * BigInt(head.lines)) * 10_000n;
  const denominator = BigInt(head.lines) * BigInt(base.lines);
  const isNegative = numerator < 0n;
  const magnitude = isNegative ? -numerator : numerator;
  const hundredths = (2n * magnitude + denominator) / (2n * denominator);
  const digits = hundredths.toString().padStart(3, '0');
  const sign = isNegative ? '-' : '+';
  return `${numerator === 0n ? '±' : sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
