import { useSyncExternalStore } from 'react';

/** More open folders than these are not remembered. */
const MOST_KEPT = 500;

/*
 * Which folders are open, for each ref, as long as the browser's tab lives: who comes back finds the tree as it was (web-ui §4.2).
 */
const open = new Map<string, ReadonlySet<string>>();
const touched = new Set<string>();
const listeners = new Set<() => void>();

/** The open folders of a tree, and how to change them. `tree` names it: repository and ref. */
export function useExpansion(tree: string): readonly [ReadonlySet<string>, (change: Expansion) => void] {
  const paths = useSyncExternalStore(subscribe, () => readOpen(tree));
  return [paths, (change) => changeOpen(tree, change)];
}

/** Whether anything of a tree was ever opened or closed; one that was not may be shown with folders open. */
export function isUntouched(tree: string): boolean {
  return !touched.has(tree) && readText(`thatch-tree ${tree}`) === null;
}

/** Folders to open or close. */
export interface Expansion {
  readonly open?: readonly string[];
  readonly close?: readonly string[];
}

/** The row that was left for another page, of an entry of the browser's history; null when none was. */
export function leftRow(historyKey: string): string | null {
  return readText(`thatch-row ${historyKey}`);
}

/** Notes the row from which another page is opened, so that Back leads to it. */
export function leaveRow(historyKey: string, row: string): void {
  writeText(`thatch-row ${historyKey}`, row);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readOpen(tree: string): ReadonlySet<string> {
  const known = open.get(tree);
  if (known !== undefined) return known;
  const read = new Set(readList(tree));
  open.set(tree, read);
  return read;
}

function changeOpen(tree: string, { open: opened = [], close = [] }: Expansion): void {
  const paths = new Set(readOpen(tree));
  for (const path of opened) paths.add(path);
  for (const path of close) paths.delete(path);
  open.set(tree, paths);
  touched.add(tree);
  writeText(`thatch-tree ${tree}`, JSON.stringify([...paths].slice(-MOST_KEPT)));
  for (const listener of listeners) listener();
}

function readList(tree: string): string[] {
  try {
    const stored: unknown = JSON.parse(readText(`thatch-tree ${tree}`) ?? '[]');
    return Array.isArray(stored) ? stored.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}

// A browser may keep nothing: then it is remembered until the page is closed.
function readText(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function writeText(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // See above.
  }
}
