import { useLayoutEffect, useState } from 'react';

/** The width of an element in whole pixels, as it changes; 0 until it is there. */
export function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    // At once: what is drawn by its width is never there without it.
    // oxlint-disable-next-line react/set-state-in-effect, react-hooks/set-state-in-effect -- only an element that is there has a width
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.floor(contentRect.width)));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
