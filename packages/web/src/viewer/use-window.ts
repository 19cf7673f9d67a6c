import { useCallback, useLayoutEffect, useState, type RefObject } from 'react';
import type { RowLayout } from './row-layout.ts';

/** Rows that are in the document: the end not in it. */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** So many rows stand ready above and below the visible ones (web-ui §4.1). */
const READY = 20;
/** The window moves in steps, so that most scrolling changes nothing. */
const STEP = 5;

/** Which rows of a scrolled box are in the document; follows scrolling, its size and the layout. */
export function useWindow(scroller: RefObject<HTMLElement | null>, layout: RowLayout, rows: number): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ first: 0, last: Math.min(rows, 3 * READY) });
  const follow = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const next = windowAt(layout, rows, box.scrollTop, box.clientHeight);
    setShown((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, [scroller, layout, rows]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    // Tells the size at once, too.
    const observer = new ResizeObserver(follow);
    observer.observe(box);
    box.addEventListener('scroll', follow, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', follow);
    };
  }, [scroller, follow]);
  // Of a longer file whose answer was replaced by a shorter one.
  return { first: Math.min(shown.first, rows), last: Math.min(shown.last, rows) };
}

function windowAt(layout: RowLayout, rows: number, top: number, height: number): RowWindow {
  const first = Math.max(0, layout.rowAt(top) - READY);
  const last = layout.rowAt(top + height) + 1 + READY;
  return { first: Math.floor(first / STEP) * STEP, last: Math.min(rows, Math.ceil(last / STEP) * STEP) };
}
