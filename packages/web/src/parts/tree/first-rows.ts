import type { QueryClient } from '@tanstack/react-query';
import type { TreeAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import type { QueryValues } from '../../api/client.ts';
import { filesQuery, folderQuery, type ReportChoice, type TreeOrder } from './report-choice.ts';

/*
 * The rows that a page shows first come with the answer that says which report it shows: asked for by themselves they would come one round
 * later (web-ui §5: at most three answers before the first paint).
 */

/** Which rows a page shows first. */
export interface FirstRows {
  readonly display: 'tree' | 'list';
  readonly order: TreeOrder;
}

/** Parameters by which they are asked for. */
export function firstRowsQuery({ display, order }: FirstRows): QueryValues {
  return { rows: display, ...order };
}

/** Puts them where tree or list look for them; null = the answer had none. */
export function keepFirstRows(
  client: QueryClient,
  choice: ReportChoice,
  { display, order }: FirstRows,
  root: string,
  rows: TreeAnswer | null,
): void {
  if (rows === null) return;
  if (display === 'tree') client.setQueryData(folderQuery(choice, order, root, 1).queryKey, rows);
  else client.setQueryData(filesQuery(choice, order, root).queryKey, { pages: [rows], pageParams: [null] });
}
