import { useEffect, useRef, type RefObject } from 'react';

/** Keys of the viewer, wherever the focus is; null = does nothing here. `find` is Ctrl or ⌘ with F. */
export interface ViewerKeys {
  readonly n: () => unknown;
  readonly p: () => unknown;
  readonly u: () => unknown;
  readonly '/': (() => unknown) | null;
  readonly find: (() => unknown) | null;
}

/** Listens for them. Single letters only where a person has them on, never in a field or with a modifier (WCAG 2.1.4). */
export function useViewerKeys(hasKeys: boolean, keys: ViewerKeys, scroller: RefObject<HTMLElement | null>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const act = actOf(event, latest.current, hasKeys);
      if (act == null) return;
      event.preventDefault();
      // So that Enter, arrows and Escape go on from there; what the key opens may take it further.
      scroller.current?.focus({ preventScroll: true });
      act();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [hasKeys, scroller]);
}

function actOf(event: KeyboardEvent, keys: ViewerKeys, hasKeys: boolean): (() => unknown) | null | undefined {
  const { key, ctrlKey, metaKey, altKey, target, defaultPrevented } = event;
  if (defaultPrevented) return null;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'f') return keys.find;
  if (!hasKeys || ctrlKey || metaKey || altKey || isField(target)) return null;
  return key === 'n' || key === 'p' || key === 'u' || key === '/' ? keys[key] : null;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable], dialog, [role="menu"], [role="listbox"]') !== null;
}
