import type { RefObject } from 'react';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { KEYBOARD } from '../../messages/en/keyboard.ts';

/** `j` and `k` go through the rows that are in the document, by their first link; Enter and `o` are what links do. */
export function useRowKeys(body: RefObject<HTMLElement | null>): void {
  const move = (step: 1 | -1): void => {
    const links = [...(body.current?.querySelectorAll<HTMLElement>('tr td:first-child a') ?? [])];
    if (links.length === 0) return;
    const now = links.indexOf(document.activeElement as HTMLElement);
    const next = now < 0 ? firstSeen(links) : Math.min(Math.max(now + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: 'nearest' });
  };
  useShortcuts([
    { keys: 'j', label: KEYBOARD.nextRow, run: () => move(1) },
    { keys: 'k', label: KEYBOARD.previousRow, run: () => move(-1) },
    { keys: 'o', label: KEYBOARD.openRow, run: () => (document.activeElement as HTMLElement | null)?.click() },
  ]);
}

function firstSeen(links: readonly HTMLElement[]): number {
  const seen = links.findIndex((link) => link.getBoundingClientRect().top > 0);
  return Math.max(seen, 0);
}
