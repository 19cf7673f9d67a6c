import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CommitRow } from '@thatch/server/http/ui/contract/commits.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { COMMITS } from '../../messages/en/commits.ts';
import { KEYBOARD } from '../../messages/en/keyboard.ts';
import { Button } from '../../parts/Button.tsx';
import { CommitLine, DayLine } from './CommitLine.tsx';
import styles from './CommitList.module.css';
import { groupByDay } from './days.ts';

/** Rows near the view that are kept in the document. */
const OVERSCAN = 12;
/** Older commits are asked for before the end is seen. */
const ROWS_AHEAD = 10;
const DAY_HEIGHT = 36;
const LINE_HEIGHT = 48;
const PHONE_LINE_HEIGHT = 60;

/** Commits under their days; only those near the view are in the document, older ones are asked for on the way down. */
export function CommitList({
  commits,
  hasBranches,
  isStale,
  hasMore,
  isLoadingMore,
  onMore,
}: {
  readonly commits: readonly CommitRow[];
  /** Whether commits of several branches stand together. */
  readonly hasBranches: boolean;
  /** What is shown is that of the filters before. */
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  const rows = useMemo(() => groupByDay(commits, new Date()), [commits]);
  const lineHeight = useLineHeight();
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [commits.length]);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by what it returns
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index].kind === 'day' ? DAY_HEIGHT : lineHeight),
    getItemKey: (index) => rows[index].key,
    overscan: OVERSCAN,
    scrollMargin: top,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, lineHeight]);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = hasMore && !isLoadingMore && last >= rows.length - ROWS_AHEAD;
  useEffect(() => {
    if (isNearEnd) onMore();
  }, [isNearEnd, onMore]);
  const focusRow = (index: number): void => focusCommit(list.current, virtualizer, rows, index);
  const move = (by: 1 | -1): void =>
    focusRow(Math.min(Math.max(focusedIndex(list.current) + by, 0), commits.length - 1));
  useShortcuts([
    { keys: 'j', label: KEYBOARD.nextRow, run: () => move(1) },
    { keys: 'k', label: KEYBOARD.previousRow, run: () => move(-1) },
    { keys: 'o', label: KEYBOARD.openRow, run: () => (document.activeElement as HTMLElement | null)?.click() },
  ]);
  return (
    <div className={isStale ? styles.stale : undefined}>
      <div className={styles.head} aria-hidden="true" data-branches={hasBranches || undefined}>
        <span />
        <span>{COMMITS.commit}</span>
        <span className={styles.end}>{COMMITS.coverage}</span>
        <span />
        <span className={styles.end}>{COMMITS.lines}</span>
        <span className={styles.end}>{COMMITS.uploads}</span>
        <span className={styles.end}>{COMMITS.age}</span>
      </div>
      <ol ref={list} className={styles.list} style={{ blockSize: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          const place = { blockSize: item.size, transform: `translateY(${item.start - top}px)` };
          return row.kind === 'day' ? (
            <DayLine key={row.key} name={row.name} count={row.count} style={place} />
          ) : (
            <CommitLine key={row.key} commit={row.commit} index={row.index} hasBranch={hasBranches} style={place} />
          );
        })}
      </ol>
      <p className={styles.foot}>
        {hasMore ? (
          <Button busy={isLoadingMore && COMMITS.loadingOlder} onClick={onMore}>
            {COMMITS.older}
          </Button>
        ) : (
          COMMITS.newestOf(commits.length)
        )}
      </p>
    </div>
  );
}

/** Rows are as high as what they show; on phones fingers need more. */
function useLineHeight(): number {
  const [isPhone, setPhone] = useState(() => phone.matches);
  useEffect(() => {
    const change = (): void => setPhone(phone.matches);
    phone.addEventListener('change', change);
    return () => phone.removeEventListener('change', change);
  }, []);
  return isPhone ? PHONE_LINE_HEIGHT : LINE_HEIGHT;
}

const phone = matchMedia('(max-width: 639px)');

function focusedIndex(list: HTMLElement | null): number {
  const row = document.activeElement?.closest<HTMLElement>('[data-index]');
  return row != null && list?.contains(row) === true ? Number(row.dataset['index']) : -1;
}

function focusCommit(
  list: HTMLElement | null,
  virtualizer: { readonly scrollToIndex: (index: number) => void },
  rows: ReturnType<typeof groupByDay<CommitRow>>,
  index: number,
): void {
  const focus = (): boolean => {
    const link = list?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
    link?.focus();
    return link != null;
  };
  if (focus()) return;
  virtualizer.scrollToIndex(rows.findIndex((row) => row.kind === 'commit' && row.index === index));
  requestAnimationFrame(() => requestAnimationFrame(focus));
}
