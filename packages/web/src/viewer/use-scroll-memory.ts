import { useLayoutEffect, type RefObject } from 'react';

/** Where the code of each entry of the history was scrolled to: Back leads there again (web-ui, rule 3). */
const places = new Map<string, number>();
const MOST_PLACES = 200;

/** Remembers where a box was scrolled to under the present entry of the history, and goes there when that is shown again. */
export function useScrollMemory(scroller: RefObject<HTMLElement | null>, goesBack: boolean): void {
  useLayoutEffect(() => {
    const box = scroller.current;
    const entry = entryKey();
    if (box === null || entry === null) return;
    const place = places.get(entry);
    if (place !== undefined && goesBack) box.scrollTop = place;
    return () => {
      places.delete(entry);
      places.set(entry, box.scrollTop);
      for (const oldest of places.keys()) if (places.size > MOST_PLACES) places.delete(oldest);
    };
    // Once: of the entry under which the file was opened.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [scroller]);
}

function entryKey(): string | null {
  const state = history.state as Readonly<Record<string, unknown>> | null;
  const key = state?.[ROUTER_KEY];
  return typeof key === 'string' ? key : null;
}

/** Under this the router names the entry. */
const ROUTER_KEY = '__TSR_key';
