import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { TreeRow, TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { SectionError } from '../Section.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { TREE } from '../../messages/en/tree.ts';
import styles from './FileTree.module.css';
import type { ReportChoice, TreeOrder } from './report-choice.ts';
import { EntryRow, StandInRow, TotalsRow } from './TreeRows.tsx';
import { rowKey, type GridRow } from './tree-rows.ts';
import { TreeHead } from './TreeHead.tsx';
import { useRowFocus } from './use-row-focus.ts';
import { toggle, useFileList, useFolderTree, type Tree } from './use-tree.ts';
import { useStrips } from './use-strips.ts';

/** What a tree of files shows and how. */
export interface FileTreeProps {
  readonly choice: ReportChoice;
  readonly order: TreeOrder;
  readonly onSort: (sort: TreeSort) => void;
  /** The folder whose files are shown; empty = all. */
  readonly root: string;
  /** Tells the open folders from those of other trees: repository and ref. */
  readonly name: string;
  /** The link of a row. It is not reached by Tab, as the row is, but opened by Enter. */
  readonly link: (entry: TreeRow, content: ReactNode) => ReactNode;
}

/** Files and folders as an ARIA tree grid (web-ui §4.2): lazy, virtual, with the keys of trees. */
export function FolderTree(props: FileTreeProps) {
  return <Grid {...props} tree={useFolderTree(props.choice, props.order, props.root, props.name)} />;
}

/** The same look for all files as one list, sorted over all folders. */
export function FileList(props: FileTreeProps) {
  return <Grid {...props} tree={useFileList(props.choice, props.order, props.root)} />;
}

const PREFETCH_MS = 65;
const OVERSCAN = 20;
/** Of a row before it was measured. */
const FIRST_HEIGHT = 36;

function Grid({ tree, choice, order, onSort, link, root }: FileTreeProps & { readonly tree: Tree }) {
  const grid = useRef<HTMLDivElement>(null);
  const { rows, totals } = tree;
  const rowHeight = useRowHeight(grid, totals !== null);
  // oxlint-disable-next-line react/incompatible-library -- what it gives is used here and passed to nobody
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: useOffset(grid),
    getItemKey: (index) => rowKey(rows[index]),
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const items = virtual.getVirtualItems();
  const seen = items.flatMap(({ index }) => indexOf(rows[index]));
  const strips = useStrips(choice, seen);
  const focus = useRowFocus(rows, tree, (index) => virtual.scrollToIndex(index, { align: 'auto' }));
  useLastPage(rows, items.at(-1)?.index ?? 0, tree);
  if (tree.error !== null) return <SectionError error={tree.error} onRetry={tree.retry} />;
  if (totals === null) return <Skeleton rows={8} />;
  const first = items[0];
  const last = items.at(-1);
  const margin = virtual.options.scrollMargin;
  return (
    <div
      ref={grid}
      role="treegrid"
      tabIndex={-1}
      aria-label={TREE.label}
      aria-rowcount={rows.length + 2}
      aria-busy={tree.isOld || undefined}
      className={styles.grid}
      data-flat={isFile(rows[0]) || undefined}
      onKeyDown={focus.onKeyDown}
    >
      <TreeHead order={order} onSort={onSort} />
      <div role="rowgroup" className={tree.isOld ? styles.old : undefined}>
        <div style={{ blockSize: first === undefined ? 0 : first.start - margin }} />
        {items.map(({ index, key }) => {
          const row = rows[index];
          const shared = { index, isFocused: focus.index === index, onFocus: () => focus.set(index) };
          return row.kind === 'entry' ? (
            <EntryRow
              key={key}
              {...shared}
              row={row}
              strip={row.entry.index === null ? null : (strips.get(row.entry.index) ?? null)}
              onToggle={() => toggle(tree, row)}
              onRest={() => tree.prefetch(row.entry.path)}
              restMs={PREFETCH_MS}
              link={link}
            />
          ) : (
            <StandInRow key={key} {...shared} row={row} onMore={() => tree.more(row.parent)} onRetry={tree.retry} />
          );
        })}
        <div style={{ blockSize: last === undefined ? 0 : virtual.getTotalSize() - (last.end - margin) }} />
        {rows.length === 0 && (
          <div role="row" aria-rowindex={2}>
            <div role="gridcell" className={styles.none}>
              {TREE.none}
            </div>
          </div>
        )}
      </div>
      <TotalsRow totals={totals} index={rows.length + 2} subject={tree.isOld ? null : subjectOf(choice, root)} />
    </div>
  );
}

/** Everything that a person chose; what a merge changes is not in it. */
function subjectOf({ svc, owner, repo, flags, uploads, search }: ReportChoice, root: string): string {
  return JSON.stringify([svc, owner, repo, flags, uploads, search, root]);
}

function indexOf(row: GridRow | undefined): readonly number[] {
  return row?.kind === 'entry' && row.entry.index !== null ? [row.entry.index] : [];
}

/** Folders come first: where the first row is a file, no row opens. */
function isFile(first: GridRow | undefined): boolean {
  return first?.kind === 'entry' && first.entry.kind === 'file';
}

/** A list gets its next page when its end is near. */
function useLastPage(rows: readonly GridRow[], lastSeen: number, tree: Tree): void {
  const end = rows.at(-1);
  const isNear = end?.kind === 'more' && end.level === 1 && lastSeen >= rows.length - OVERSCAN;
  useEffect(() => {
    if (isNear) tree.more(end.parent);
    // Once for every length.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isNear, rows.length]);
}

/** How high a row is, which depends on density, pointer and width. */
function useRowHeight(grid: { readonly current: HTMLElement | null }, isThere: boolean): number {
  const [height, setHeight] = useState(FIRST_HEIGHT);
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const row = element.querySelector('[data-tree-row]');
      if (row !== null) setHeight(row.getBoundingClientRect().height);
    });
    observer.observe(element);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- the element is there with the rows
  }, [grid, isThere]);
  return height;
}

/** How far below the top of the page the rows begin; what stands above may grow or shrink. */
function useOffset(grid: { readonly current: HTMLElement | null }): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      const element = grid.current;
      if (element !== null) setOffset(Math.round(element.getBoundingClientRect().top + window.scrollY));
    });
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [grid]);
  return offset;
}
