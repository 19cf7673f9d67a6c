import { TREE_SORTS, type TreeDirection, type TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { TREND_PERIODS, type TrendPeriod } from '@thatch/server/http/ui/contract/trend.ts';
import { listOf, oneOf } from '../../addresses/search.ts';
import type { TreeOrder } from '../../parts/tree/report-choice.ts';

/** What the address says after the question mark (web-ui §1.4). */
export interface OverviewSearch {
  readonly display: 'tree' | 'list';
  readonly search: string;
  readonly sort: TreeSort;
  readonly direction: TreeDirection;
  readonly flags: readonly string[];
  readonly trend: TrendPeriod;
}

/** Reads parameters; a bad value is its default. */
export function readOverviewSearch(raw: Readonly<Record<string, unknown>>): OverviewSearch {
  const display = oneOf(raw['displayType'], ['tree', 'list']);
  const sort = oneOf(raw['sort'], [defaultSort(display), ...TREE_SORTS]);
  const direction = oneOf(raw['direction'], [defaultDirection(display, sort), 'ASC', 'DESC']);
  return {
    display,
    search: typeof raw['search'] === 'string' ? raw['search'] : '',
    sort,
    direction,
    flags: listOf(raw['flags']),
    trend: oneOf(raw['trend'], TREND_PERIODS),
  };
}

/** Writes parameters into those that are there; defaults are left out, unknown ones stay. */
export function writeOverviewSearch(
  raw: Readonly<Record<string, unknown>>,
  { display, search, sort, direction, flags, trend }: OverviewSearch,
): Record<string, unknown> {
  const isDefaultSort = sort === defaultSort(display);
  return {
    ...raw,
    displayType: display === 'tree' ? undefined : display,
    search: search === '' ? undefined : search,
    sort: isDefaultSort ? undefined : sort,
    direction: direction === defaultDirection(display, sort) ? undefined : direction,
    flags: flags.length === 0 ? undefined : flags,
    trend: trend === TREND_PERIODS[0] ? undefined : trend,
  };
}

/** How the rows are sorted. */
export function orderOf({ sort, direction }: OverviewSearch): TreeOrder {
  return { sort, direction };
}

/** What of it a file's page understands too: a file is opened as it was counted. */
export function flagsOnly(flags: readonly string[]): { readonly flags: readonly string[] | undefined } {
  return { flags: flags.length === 0 ? undefined : flags };
}

function defaultSort(display: OverviewSearch['display']): TreeSort {
  return display === 'tree' ? 'name' : 'misses';
}

function defaultDirection(display: OverviewSearch['display'], sort: TreeSort): TreeDirection {
  return display === 'list' && sort === 'misses' ? 'DESC' : 'ASC';
}
