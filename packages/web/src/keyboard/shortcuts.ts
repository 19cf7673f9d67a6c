import { useId, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { isPressable, type Shortcut, ShortcutRegistry } from './registry.ts';
import { readPreferences } from '../preferences.ts';

const registry = new ShortcutRegistry();

/**
 * Registers shortcuts while the component is shown; the help lists them. Single keys count only outside of inputs, without modifiers and
 * while the person did not switch them off (WCAG 2.1.4). Of equal keys the one registered last counts. What is seen hears keys: they are
 * registered before the first paint.
 */
export function useShortcuts(shortcuts: readonly Shortcut[], group: 'everywhere' | 'page' = 'page'): void {
  const id = useId();
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  const key = shortcuts.map(({ keys, label }) => `${keys}\t${label}`).join('\n');
  useLayoutEffect(() => {
    const registered = key === '' ? [] : key.split('\n').map((line) => line.split('\t'));
    return registry.add(
      id,
      registered.map(([keys, label], index) => ({ keys, label, group, run: () => latest.current[index]?.run() })),
    );
  }, [group, id, key]);
}

/** All that are registered now, for the help. */
export function useRegisteredShortcuts() {
  return useSyncExternalStore(registry.subscribe, registry.read);
}

/** Listens to the keyboard, once for the whole page. */
export function useKeyboard(): void {
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!isPressable(event) || !readPreferences().hasSingleKeys) return;
      if (registry.press(event.key, event.timeStamp)) event.preventDefault();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
}
