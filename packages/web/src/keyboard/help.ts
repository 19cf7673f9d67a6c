import { useSyncExternalStore } from 'react';

let isOpen = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}

/** Shows the list of shortcuts. */
export function openHelp(): void {
  set(true);
}

export function closeHelp(): void {
  set(false);
}

/** Whether the list is shown. */
export function useIsHelpOpen(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
