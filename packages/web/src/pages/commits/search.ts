import type { CoverageStatus } from '@thatch/server/http/ui/contract/commits.ts';
import { listOf } from '../../addresses/search.ts';

/** What the address of the list says (web-ui §1.4); defaults are not written. */
export interface CommitsSearch {
  readonly coverageStatus?: readonly CoverageStatus[];
  readonly search?: string;
  readonly author?: string;
}

export const STATUSES = ['COMPLETED', 'PENDING', 'ERROR'] as const satisfies readonly CoverageStatus[];

/** Reads the parameters; bad values are as if they were not there. */
export function readCommitsSearch(values: Readonly<Record<string, unknown>>): CommitsSearch {
  const statuses = new Set(listOf(values['coverageStatus']).map((word) => word.toUpperCase()));
  const chosen = STATUSES.filter((status) => statuses.has(status));
  const search = textOf(values['search']);
  const author = textOf(values['author']);
  return {
    ...(chosen.length === 0 ? {} : { coverageStatus: chosen }),
    ...(search === '' ? {} : { search }),
    ...(author === '' ? {} : { author }),
  };
}

/** Writes them into the parameters of the address: what is unknown stays, what is not asked for is not written. */
export function writeCommitsSearch(
  raw: Readonly<Record<string, unknown>>,
  { coverageStatus, search, author }: CommitsSearch,
): Record<string, unknown> {
  return { ...raw, coverageStatus, search, author };
}

/** With a state added or taken away. */
export function toggleStatus({ coverageStatus = [], ...rest }: CommitsSearch, status: CoverageStatus): CommitsSearch {
  const others = coverageStatus.filter((each) => each !== status);
  const chosen = others.length === coverageStatus.length ? [...coverageStatus, status] : others;
  return chosen.length === 0 ? rest : { ...rest, coverageStatus: chosen };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
