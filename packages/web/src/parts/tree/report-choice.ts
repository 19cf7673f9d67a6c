import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FilesAnswer, TreeAnswer, TreeDirection, TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { read, repositoryPath, type QueryValues } from '../../api/client.ts';

/** Which report is shown, and what of it. */
export interface ReportChoice {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
  /** Rises with every merge of the commit: its answers are others then. */
  readonly generation: number;
  readonly flags: readonly string[];
  readonly uploads: readonly string[];
  /** Only paths that hold this text. */
  readonly search: string;
}

/** How rows are sorted. */
export interface TreeOrder {
  readonly sort: TreeSort;
  readonly direction: TreeDirection;
}

/** The key of everything that is read of a report. */
export function choiceKey({ svc, owner, repo, sha, generation, flags, uploads, search }: ReportChoice) {
  return ['repos', svc, owner, repo, 'report', sha, generation, { flags, uploads, search }] as const;
}

/** The choice as parameters of the API. */
export function choiceQuery({ sha, flags, uploads, search }: ReportChoice): QueryValues {
  return { sha, flags, uploads, search: search === '' ? null : search };
}

/** A folder with as many pages of its rows as were wanted. */
export function folderQuery(choice: ReportChoice, order: TreeOrder, path: string, pages: number) {
  return queryOptions({
    queryKey: [...choiceKey(choice), 'tree', path, order, pages],
    queryFn: async ({ signal }): Promise<TreeAnswer> => {
      const address = `${repositoryPath(choice)}/tree`;
      const asked = { ...choiceQuery(choice), path, ...order };
      let answer = await read<TreeAnswer>(address, asked, signal);
      for (let page = 1; page < pages && answer.next_cursor !== null; page++) {
        const next = await read<TreeAnswer>(address, { ...asked, cursor: answer.next_cursor }, signal);
        answer = { ...next, rows: [...answer.rows, ...next.rows] };
      }
      return answer;
    },
  });
}

/** All files below a folder as one list, page by page. */
export function filesQuery(choice: ReportChoice, order: TreeOrder, path: string) {
  return infiniteQueryOptions({
    queryKey: [...choiceKey(choice), 'files', path, order],
    queryFn: ({ signal, pageParam }) =>
      read<FilesAnswer>(
        `${repositoryPath(choice)}/files`,
        { ...choiceQuery(choice), path, ...order, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  });
}
