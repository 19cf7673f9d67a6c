import type { TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { oneOf } from '../../addresses/search.ts';
import type { TreeOrder } from '../../parts/tree/report-choice.ts';

/** What the address of a commit's tree says beside the choice of uploads and flags (web-ui §1.4). */
export interface TreeSearch {
  readonly displayType: 'tree' | 'list';
  readonly search: string;
  readonly order: TreeOrder;
}

/** Reads the parameters; a list begins with what is missed most. */
export function readTreeSearch(values: Readonly<Record<string, unknown>>): TreeSearch {
  const displayType = oneOf(values['displayType'], ['tree', 'list']);
  const usual = usualOrder(displayType);
  const sort = values['sort'] === undefined ? usual.sort : oneOf(values['sort'], SORTS);
  const fallback = sort === usual.sort ? usual.direction : 'ASC';
  const direction = oneOf(values['direction'], fallback === 'ASC' ? ['ASC', 'DESC'] : ['DESC', 'ASC']);
  const search = typeof values['search'] === 'string' ? values['search'] : '';
  return { displayType, search, order: { sort, direction } };
}

/** The parameters of an order; the usual one is not written. */
export function writeOrder(
  { sort, direction }: TreeOrder,
  displayType: TreeSearch['displayType'],
): { readonly sort: TreeSort | undefined; readonly direction: TreeOrder['direction'] | undefined } {
  const usual = usualOrder(displayType);
  if (sort === usual.sort && direction === usual.direction) return { sort: undefined, direction: undefined };
  return { sort, direction };
}

const SORTS = ['name', 'lines', 'hits', 'partials', 'misses', 'coverage'] as const satisfies readonly TreeSort[];

function usualOrder(displayType: TreeSearch['displayType']): TreeOrder {
  return displayType === 'tree' ? { sort: 'name', direction: 'ASC' } : { sort: 'misses', direction: 'DESC' };
}
