import { useEffect, useRef } from 'react';
import { hasModifier } from '../keyboard/keys.ts';

/**
 * Opens our search instead of the browser's, which would see only the rows that are in the document. Null: there is no text to search, so the
 * browser's is as good.
 */
export function useFindKey(open: (() => void) | null): void {
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (latest.current === null || event.defaultPrevented || event.shiftKey) return;
      if (!hasModifier(event) || event.key.toLowerCase() !== 'f') return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
