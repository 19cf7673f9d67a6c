import { useLayoutEffect, useState, type RefObject } from 'react';

/** Whether the code is no wider than its box, so that nothing scrolls sideways. */
export function useFits(scroller: RefObject<HTMLElement | null>): boolean {
  const [fits, setFits] = useState(true);
  useLayoutEffect(() => {
    const box = scroller.current;
    const content = box?.firstElementChild ?? null;
    if (box === null || content === null) return;
    const observer = new ResizeObserver(() => setFits(content.scrollWidth <= box.clientWidth));
    observer.observe(box);
    observer.observe(content);
    return () => observer.disconnect();
  }, [scroller]);
  return fits;
}
