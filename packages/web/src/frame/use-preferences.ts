import { useSyncExternalStore } from 'react';
import { readPreferences, savePreferences, type Preferences } from '../preferences.ts';

let current = readPreferences();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** This browser's choices, and how to change them. */
export function usePreferences(): readonly [Preferences, (next: Preferences) => void] {
  return [useSyncExternalStore(subscribe, () => current), setPreferences];
}

function setPreferences(next: Preferences): void {
  current = next;
  savePreferences(next);
  for (const listener of listeners) listener();
}
