import { useEffect, useSyncExternalStore } from 'react';

/*
 * Whether something that this page shows is being processed: the mark in the top bar lays its courses while it is (visual-design §1).
 */

type Listener = () => void;

let count = 0;
const listeners = new Set<Listener>();

function add(change: 1 | -1): void {
  count += change;
  for (const listener of listeners) listener();
}

/** Says that what the caller shows is being processed, while it is shown. */
export function useBusy(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return;
    add(1);
    return () => add(-1);
  }, [isBusy]);
}

/** Whether anything is. */
export function useIsBusy(): boolean {
  return useSyncExternalStore(subscribe, () => count > 0);
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
