import { keepPreviousData, useInfiniteQuery, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ReportCoverage } from '@thatch/server/http/ui/contract/shared.ts';
import type { TreeAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import type { Expansion } from './expansion.ts';
import { isUntouched, useExpansion } from './expansion.ts';
import { filesQuery, folderQuery, type ReportChoice, type TreeOrder } from './report-choice.ts';
import { gridRows, onlyFolder, type FolderState, type GridRow } from './tree-rows.ts';

/** The rows of a grid and what can be done with them. */
export interface Tree {
  readonly rows: readonly GridRow[];
  /** Null until the first answer. */
  readonly totals: ReportCoverage | null;
  readonly error: Error | null;
  readonly retry: () => void;
  /** The rows are those of the choice before, until the answer comes. */
  readonly isOld: boolean;
  readonly change: (change: Expansion) => void;
  /** More rows of a folder, or of the list. */
  readonly more: (parent: string) => void;
  /** The pointer rests on a closed folder: its rows are asked for. */
  readonly prefetch: (path: string) => void;
}

/** Folder by folder. `name` tells its open folders from those of other trees. */
export function useFolderTree(choice: ReportChoice, order: TreeOrder, root: string, name: string): Tree {
  const client = useQueryClient();
  const [open, change] = useExpansion(name);
  const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map());
  const pagesOf = (path: string): number => pages.get(path) ?? 1;
  const top = useQuery({ ...folderQuery(choice, order, root, pagesOf(root)), placeholderData: keepPreviousData });
  // One closed row alone would say nothing.
  const only = top.data === undefined || top.isPlaceholderData ? null : onlyFolder(top.data);
  useEffect(() => {
    if (only !== null && isUntouched(name)) change({ open: [only] });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- `change` is of the name
  }, [name, only]);
  const paths = [...open].filter((path) => path !== root && (root === '' || path.startsWith(`${root}/`)));
  const below = useQueries({ queries: paths.map((path) => folderQuery(choice, order, path, pagesOf(path))) });
  // While another order or filter is asked for, what was there stays (web-ui §2 "loading").
  const [last] = useState(() => new Map<string, TreeAnswer>());
  useEffect(() => {
    paths.forEach((path, index) => {
      const { data } = below[index];
      if (data !== undefined) last.set(path, data);
    });
  });
  const states = new Map<string, FolderState>([[root, stateOf(top.data, top.isError)]]);
  paths.forEach((path, index) => {
    const { data, isError } = below[index];
    states.set(path, stateOf(data ?? (isError ? undefined : last.get(path)), isError));
  });
  return {
    rows: gridRows(
      root,
      (path) => states.get(path) ?? { kind: 'loading' },
      (path) => open.has(path),
    ),
    totals: top.data?.totals ?? null,
    error: top.data === undefined ? top.error : null,
    retry: () => void top.refetch(),
    isOld: top.isPlaceholderData,
    change,
    more: (parent) => setPages((before) => new Map(before).set(parent, (before.get(parent) ?? 1) + 1)),
    prefetch: (path) => void client.prefetchQuery(folderQuery(choice, order, path, 1)),
  };
}

/** Opens a closed folder and closes an open one. */
export function toggle({ change }: Tree, { entry, isOpen }: Extract<GridRow, { kind: 'entry' }>): void {
  change(isOpen ? { close: [entry.path] } : { open: [entry.path] });
}

/** All files in one list. */
export function useFileList(choice: ReportChoice, order: TreeOrder, root: string): Tree {
  const query = useInfiniteQuery(filesQuery(choice, order, root));
  const entries = query.data?.pages.flatMap(({ rows }) => rows) ?? [];
  const totals = query.data?.pages[0].totals ?? null;
  const siblings = totals?.files ?? entries.length;
  const rows = entries.map((entry, index): GridRow => ({
    kind: 'entry',
    entry,
    level: 1,
    isOpen: false,
    position: index + 1,
    siblings,
    parent: root,
  }));
  if (query.data === undefined && query.error === null) rows.push({ kind: 'loading', level: 1, parent: root });
  if (query.hasNextPage) rows.push({ kind: 'more', level: 1, parent: root });
  return {
    rows,
    totals,
    error: query.data === undefined ? query.error : null,
    retry: () => void query.refetch(),
    isOld: query.isPlaceholderData,
    change: () => {},
    more: () => void (query.isFetchingNextPage || query.fetchNextPage()),
    prefetch: () => {},
  };
}

function stateOf(answer: TreeAnswer | undefined, isError: boolean): FolderState {
  if (answer !== undefined) return { kind: 'here', answer };
  return { kind: isError ? 'failed' : 'loading' };
}
