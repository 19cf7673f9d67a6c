import type { TreeAnswer, TreeRow } from '@thatch/server/http/ui/contract/tree.ts';

/** A row of the grid: a folder or file, or what stands where a folder's rows are not there. */
export type GridRow =
  | {
      readonly kind: 'entry';
      readonly entry: TreeRow;
      readonly level: number;
      readonly isOpen: boolean;
      /** Place among its siblings, from 1, and how many they are. */
      readonly position: number;
      readonly siblings: number;
      /** The folder it is in. */
      readonly parent: string;
    }
  | { readonly kind: 'loading' | 'failed' | 'more'; readonly level: number; readonly parent: string };

/** What is known of a folder. */
export type FolderState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'here'; readonly answer: TreeAnswer };

/** The rows below a folder in the order in which they are shown, open folders with theirs. */
export function gridRows(
  root: string,
  stateOf: (path: string) => FolderState,
  isOpen: (path: string) => boolean,
): GridRow[] {
  const rows: GridRow[] = [];
  addFolder(rows, root, 1, stateOf, isOpen);
  return rows;
}

function addFolder(
  rows: GridRow[],
  parent: string,
  level: number,
  stateOf: (path: string) => FolderState,
  isOpen: (path: string) => boolean,
): void {
  const state = stateOf(parent);
  if (state.kind !== 'here') {
    rows.push({ kind: state.kind, level, parent });
    return;
  }
  const { rows: entries, next_cursor } = state.answer;
  entries.forEach((entry, index) => {
    const isFolderOpen = entry.kind === 'folder' && isOpen(entry.path);
    rows.push({
      kind: 'entry',
      entry,
      level,
      isOpen: isFolderOpen,
      position: index + 1,
      siblings: entries.length,
      parent,
    });
    if (isFolderOpen) addFolder(rows, entry.path, level + 1, stateOf, isOpen);
  });
  if (next_cursor !== null) rows.push({ kind: 'more', level, parent });
}

/** The folder that everything below another is in; null where there are several things, or none. */
export function onlyFolder({ rows, next_cursor }: TreeAnswer): string | null {
  const [first] = rows;
  return rows.length === 1 && next_cursor === null && first.kind === 'folder' ? first.path : null;
}

/** Tells a row from all others: a report may hold a file and a folder of one name. */
export function rowKey(row: GridRow): string {
  return row.kind === 'entry' ? `${row.entry.kind} ${row.entry.path}` : `${row.kind} ${row.parent}`;
}

/** Where a key leads from the row at `index`; null when it leads nowhere. */
export function rowAfterKey(rows: readonly GridRow[], index: number, key: string): number | null {
  switch (key) {
    case 'ArrowDown':
      return index + 1 < rows.length ? index + 1 : null;
    case 'ArrowUp':
      return index > 0 ? index - 1 : null;
    case 'Home':
      return 0;
    case 'End':
      return rows.length - 1;
    case 'ArrowLeft':
      return parentOf(rows, index);
    default:
      return null;
  }
}

/** The next row, after `index` and around, whose name begins with the typed text. */
export function rowByText(rows: readonly GridRow[], index: number, typed: string): number | null {
  const text = typed.toLowerCase();
  // A longer text may still fit where the focus is; a first letter goes on.
  const from = typed.length > 1 ? index : index + 1;
  for (let step = 0; step < rows.length; step++) {
    const at = (from + step) % rows.length;
    const row = rows[at];
    if (row.kind === 'entry' && row.entry.name.toLowerCase().startsWith(text)) return at;
  }
  return null;
}

function parentOf(rows: readonly GridRow[], index: number): number | null {
  const { level } = rows[index];
  for (let above = index - 1; above >= 0; above--) if (rows[above].level < level) return above;
  return null;
}
