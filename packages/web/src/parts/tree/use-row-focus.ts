import { useRouterState } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { leaveRow, leftRow } from './expansion.ts';
import { rowId } from './row-id.ts';
import { rowAfterKey, rowByText, rowKey, type GridRow } from './tree-rows.ts';
import { toggle, type Tree } from './use-tree.ts';

/** Typed letters belong together for so long. */
const TYPING_MS = 700;

/**
 * Which row of the grid can be reached by Tab, and the keys that lead from it to others (web-ui §4.2, §4.5). Back finds the row that was
 * left. `show` scrolls to a row that is not in the document.
 */
export function useRowFocus(rows: readonly GridRow[], tree: Tree, show: (index: number) => void) {
  const historyKey = useRouterState({ select: ({ location }) => location.state.key ?? '' });
  const [key, setKey] = useState<string | null>(() => leftRow(historyKey));
  const wanted = useRef<string | null>(key);
  const typed = useRef({ text: '', at: 0 });
  const found = key === null ? -1 : rows.findIndex((row) => rowKey(row) === key);
  const index = Math.max(0, found);
  useLayoutEffect(() => {
    if (wanted.current === null || found < 0 || rowKey(rows[found]) !== wanted.current) return;
    const element = document.getElementById(rowId(found));
    if (element === null) show(found);
    else {
      wanted.current = null;
      // After the page has put the focus on its heading.
      requestAnimationFrame(() => element.focus({ preventScroll: false }));
    }
  });
  const go = (to: number | null): boolean => {
    if (to === null) return false;
    wanted.current = rowKey(rows[to]);
    setKey(wanted.current);
    show(to);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target as HTMLElement).matches('[data-tree-row]'))
      return;
    const row = rows[index];
    const key = keyOf(event.key, event.timeStamp - typed.current.at < TYPING_MS);
    const isDone =
      row !== undefined &&
      (act(key, event.currentTarget, row) || go(rowAfterKey(rows, index, key)) || type(key, event.timeStamp));
    if (isDone) event.preventDefault();
  };
  const act = (pressed: string, grid: HTMLElement, row: GridRow): boolean => {
    const isFolder = row.kind === 'entry' && row.entry.kind === 'folder';
    if (pressed === 'ArrowRight' && isFolder) {
      if (!row.isOpen) toggle(tree, row);
      else go(index + 1);
      return true;
    }
    if (pressed === 'ArrowLeft' && isFolder && row.isOpen) {
      toggle(tree, row);
      return true;
    }
    if (pressed === '*' && row.kind === 'entry') {
      tree.change({ open: rows.flatMap((other) => siblingFolder(other, row.parent)) });
      return true;
    }
    if (pressed !== 'Enter') return false;
    if (isFolder) toggle(tree, row);
    else {
      if (row.kind === 'entry') leaveRow(historyKey, rowKey(row));
      grid.querySelector<HTMLElement>(`#${rowId(index)} :is(a, button)`)?.click();
    }
    return true;
  };
  const type = (pressed: string, now: number): boolean => {
    if (pressed.length !== 1 || pressed === ' ' || pressed === '?' || pressed === '/') return false;
    const text = now - typed.current.at < TYPING_MS ? typed.current.text + pressed : pressed;
    typed.current = { text, at: now };
    return go(rowByText(rows, index, text));
  };
  return {
    index,
    set: (at: number) => {
      setKey(rowKey(rows[at]));
      leaveRow(historyKey, rowKey(rows[at]));
    },
    onKeyDown,
  };
}

function siblingFolder(row: GridRow, parent: string): readonly string[] {
  return row.kind === 'entry' && row.parent === parent && row.entry.kind === 'folder' ? [row.entry.path] : [];
}

/** Single keys that stand for others, while no name is being typed. */
const SINGLE_KEYS: Readonly<Record<string, string>> = { j: 'ArrowDown', k: 'ArrowUp', o: 'Enter' };

function keyOf(pressed: string, isTyping: boolean): string {
  return isTyping ? pressed : (SINGLE_KEYS[pressed] ?? pressed);
}
