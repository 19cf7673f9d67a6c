import { useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import type { RepositoryOrdering } from '@thatch/server/http/ui/contract/repositories.ts';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useBusy } from '../../frame/busy.ts';
import { REPOSITORIES } from '../../messages/en/repositories.ts';
import { Button } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { SortHead } from '../../parts/SortHead.tsx';
import table from '../../parts/table.module.css';
import { nextOrder, useFilters } from './filters.ts';
import styles from './RepositoriesTable.module.css';
import { RepositoryTableRow } from './RepositoryTableRow.tsx';
import type { OwnerName } from './repositories-queries.ts';
import { useRefresh, useRepositories } from './use-repositories.ts';
import { useRowKeys } from './use-row-keys.ts';

const OVERSCAN = 12;
/** Two lines. */
const PHONE_ROW_HEIGHT = 56;
const PHONE_WIDTH = 640;
const COLUMNS = 7;

/** The list: only rows near the window are in the document, any part of it is read when it is scrolled to. */
export function RepositoriesTable(name: OwnerName) {
  const { filters, change } = useFilters();
  const body = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const { head, all, rowAt, isOld } = useRepositories(name, filters, range);
  // What somebody points at does not move away.
  useRefresh(
    name,
    useCallback(() => body.current?.matches(':hover') === true, []),
  );
  const { items, before, after, measure } = useRows(all, body, setRange);
  useRowKeys(body);
  useBusy(items.some(({ index }) => rowAt(index)?.state === 'processing'));

  if (head.data === undefined) {
    return head.error === null ? (
      <Skeleton rows={12} />
    ) : (
      <SectionError error={head.error} onRetry={() => void head.refetch()} />
    );
  }
  if (all === 0) return <NoneFits onShowAll={() => change({ search: '', repoDisplay: 'All', stale: false })} />;
  const sorts = (ordering: RepositoryOrdering) => ({
    direction: filters.ordering === ordering ? filters.direction : null,
    onPress: () => change(nextOrder(filters, ordering)),
  });
  return (
    <>
      <p className={styles.count} role="status">
        {REPOSITORIES.found(all)}
      </p>
      <table
        className={`${table.table} ${styles.table} ${isOld ? styles.old : ''}`}
        aria-rowcount={all + 1}
        aria-label={REPOSITORIES.list}
      >
        <thead>
          <tr aria-rowindex={1}>
            <SortHead {...sorts('NAME')}>{REPOSITORIES.name}</SortHead>
            <SortHead {...sorts('COVERAGE')} isNumber className={`${table.number} ${styles.percent}`}>
              {REPOSITORIES.coverage}
            </SortHead>
            <th scope="col" className={`${styles.trend} ${styles.wide}`}>
              {REPOSITORIES.trend}
            </th>
            <SortHead {...sorts('CHANGE')} isNumber className={`${table.number} ${styles.change}`}>
              {REPOSITORIES.change}
            </SortHead>
            <SortHead {...sorts('LINES')} isNumber className={`${table.number} ${styles.lines} ${styles.wide}`}>
              {REPOSITORIES.lines}
            </SortHead>
            <SortHead {...sorts('COMMIT_DATE')} className={styles.report}>
              {REPOSITORIES.report}
            </SortHead>
            <th scope="col" className={styles.state}>
              {REPOSITORIES.state}
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={before} />
          {items.map(({ index, key }) => (
            <RepositoryTableRow key={key} ref={measure} index={index} row={rowAt(index)} {...name} />
          ))}
          <Spacer height={after} />
        </tbody>
      </table>
    </>
  );
}

function NoneFits({ onShowAll }: { readonly onShowAll: () => void }) {
  return (
    <Empty title={REPOSITORIES.noneFits}>
      <p>{REPOSITORIES.noneFitsHint}</p>
      <Button onClick={onShowAll}>{REPOSITORIES.showAll}</Button>
    </Empty>
  );
}

/** The room of rows that are not in the document. */
function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true" className={styles.spacer}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- room, hidden from everybody */}
      <td colSpan={COLUMNS} style={{ blockSize: height }} />
    </tr>
  );
}

/** As the styles have it: what is not measured yet takes as much room as it will, so that the end is where it seems to be. */
function rowHeight(): number {
  if (innerWidth < PHONE_WIDTH) return PHONE_ROW_HEIGHT;
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row'));
}

interface Rows {
  readonly items: readonly VirtualItem[];
  /** Pixels of the rows before and after them. */
  readonly before: number;
  readonly after: number;
  readonly measure: (row: HTMLElement | null) => void;
}

function useRows(
  count: number,
  body: React.RefObject<HTMLTableSectionElement | null>,
  onRange: (range: { first: number; last: number }) => void,
): Rows {
  const [margin, setMargin] = useState(0);
  const [height] = useState(rowHeight);
  useLayoutEffect(() => {
    setMargin(body.current === null ? 0 : body.current.getBoundingClientRect().top + scrollY);
  }, [body, count]);
  // oxlint-disable-next-line react/incompatible-library -- it re-renders by itself when the window scrolls
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: margin,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useLayoutEffect(() => onRange({ first, last }), [first, last, onRange]);
  return {
    items,
    before: (items[0]?.start ?? margin) - margin,
    after: virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin),
    measure: virtualizer.measureElement,
  };
}
