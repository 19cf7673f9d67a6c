import { useSyncExternalStore } from 'react';

/** What the palette is open with; null = closed. */
export type PaletteOpening = { readonly text: string } | null;

let opening: PaletteOpening = null;
const listeners = new Set<() => void>();

function set(next: PaletteOpening): void {
  opening = next;
  for (const listener of listeners) listener();
}

/** Opens the palette; `text` is what stands in its field. */
export function openPalette(text = ''): void {
  set({ text });
}

export function closePalette(): void {
  set(null);
}

/** Whether and with what the palette is open. */
export function usePaletteOpening(): PaletteOpening {
  return useSyncExternalStore(subscribe, () => opening);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
