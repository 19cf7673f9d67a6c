import { useEffect, useState } from 'react';

/**
 * False until what the component stands in was painted for the first time. What is only beside the matter of a page is asked for then, so
 * that the first rows wait for nothing else (web-ui §5).
 */
export function useAfterPaint(): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (isPainted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      timer = setTimeout(() => setPainted(true));
    };
    // A page in the background is not painted, and is to be whole when somebody turns to it.
    if (document.visibilityState === 'hidden') later();
    const frame = requestAnimationFrame(later);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isPainted]);
  return isPainted;
}
