import { useCallback, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { fixedLayout, MeasuredLayout, type Gap, type RowLayout } from './row-layout.ts';

/** As the style sheet has it, until it is measured. */
const FIRST_GUESS = 20;

/** A place in the code that stays where it is. */
interface Kept {
  readonly scroller: HTMLElement;
  readonly row: number;
  /** Of the top of the box below the top of the row. */
  readonly offset: number;
  readonly isAtEnd: boolean;
}

/** The height of a row as the style sheet says it, which differs by density; in pixels. */
export function useRowHeight(probe: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(FIRST_GUESS);
  useLayoutEffect(() => {
    const element = probe.current;
    if (element === null) return;
    const measure = (): void => setHeight(element.getBoundingClientRect().height || FIRST_GUESS);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [probe]);
  return height;
}

/**
 * Where rows stand: of one height with a gap for what is opened, or measured as they are shown when lines are wrapped. `measure` notes the
 * heights of the rows that a box holds, the first of which is row `first`.
 */
export function useLayout(
  rows: number,
  { height, wraps, gap }: { readonly height: number; readonly wraps: boolean; readonly gap: Gap | null },
): { readonly layout: RowLayout; readonly measure: (scroller: HTMLElement, box: HTMLElement, first: number) => void } {
  const measured = useMemo(() => (wraps ? new MeasuredLayout(rows, height) : null), [rows, height, wraps]);
  const [version, setVersion] = useState(0);
  const gapRow = gap?.row ?? -1;
  const gapHeight = gap?.height ?? 0;
  const layout = useMemo(() => {
    if (measured === null) return fixedLayout(rows, height, gapRow < 0 ? null : { row: gapRow, height: gapHeight });
    return {
      // Another object for every measuring, so that who depends on it looks again.
      version,
      total: measured.total,
      topOf: (row: number) => measured.topOf(row),
      rowAt: (top: number) => measured.rowAt(top),
    };
  }, [measured, rows, height, gapRow, gapHeight, version]);
  // What was looked at while rows were measured; it is gone back to when the box has its new height.
  const kept = useRef<Kept | null>(null);
  const measure = useCallback(
    (scroller: HTMLElement, box: HTMLElement, first: number): void => {
      if (measured === null) return;
      const { scrollTop, clientHeight } = scroller;
      const row = measured.rowAt(scrollTop);
      const keeping: Kept = {
        scroller,
        row,
        offset: scrollTop - measured.topOf(row),
        isAtEnd: scrollTop > 0 && scrollTop + clientHeight >= measured.total - 1,
      };
      let isChanged = false;
      [...box.children].forEach((child, index) => {
        if (measured.measure(first + index, child.getBoundingClientRect().height) !== 0) isChanged = true;
      });
      if (!isChanged) return;
      kept.current = keeping;
      setVersion((before) => before + 1);
    },
    [measured],
  );
  useLayoutEffect(() => {
    const keeping = kept.current;
    kept.current = null;
    if (keeping === null) return;
    const { scroller, row, offset, isAtEnd } = keeping;
    scroller.scrollTo(0, isAtEnd ? layout.total : layout.topOf(row) + offset);
  }, [layout]);
  return { layout, measure };
}
