/** What keys do. */
export interface Shortcut {
  /** `j`, `?`, or two keys after each other: `g o`. As `KeyboardEvent.key` has them. */
  readonly keys: string;
  /** What it does, for the help. */
  readonly label: string;
  readonly run: () => void;
}

/** A shortcut as the help lists it. */
export interface RegisteredShortcut extends Shortcut {
  /** Of the frame, or of the page that is shown. */
  readonly group: 'everywhere' | 'page';
}

/** The second of two keys is waited for so long. */
const SEQUENCE_MS = 1500;

/** All shortcuts that count now: the one source for the keyboard and for its help. */
export class ShortcutRegistry {
  private readonly groups = new Map<string, readonly RegisteredShortcut[]>();
  private readonly listeners = new Set<() => void>();
  private all: readonly RegisteredShortcut[] = [];
  private first: { readonly key: string; readonly at: number } | null = null;

  /** Adds those of one place in the page. Returns how to remove them. */
  add(owner: string, shortcuts: readonly RegisteredShortcut[]): () => void {
    this.groups.set(owner, shortcuts);
    this.changed();
    return () => {
      this.groups.delete(owner);
      this.changed();
    };
  }

  read = (): readonly RegisteredShortcut[] => this.all;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes a key at a time in ms; whether it did something or begins a sequence. */
  press(key: string, at: number): boolean {
    const first = this.first;
    this.first = null;
    const isSecond = first !== null && at - first.at <= SEQUENCE_MS;
    const found = (isSecond ? this.find(`${first.key} ${key}`) : undefined) ?? this.find(key);
    if (found !== undefined) {
      found.run();
      return true;
    }
    const begins = this.all.some(({ keys }) => keys.startsWith(`${key} `));
    if (begins) this.first = { key, at };
    return begins;
  }

  private find(keys: string): RegisteredShortcut | undefined {
    return this.all.findLast((shortcut) => shortcut.keys === keys);
  }

  private changed(): void {
    const all = [...this.groups.values()].flat();
    const ofPage = all.filter(({ group }) => group === 'page');
    // What a page does with a key goes before what the frame does with it.
    const taken = new Set(ofPage.map(({ keys }) => keys));
    this.all = [...all.filter(({ group, keys }) => group === 'everywhere' && !taken.has(keys)), ...ofPage];
    for (const listener of this.listeners) listener();
  }
}

/** Whether a key may be a shortcut: none that is typed into something, none with a modifier, none that somebody took already. */
export function isPressable(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || target.closest('[role="menu"], [role="listbox"], dialog') !== null) return false;
  return !target.matches('input:not([type="radio"], [type="checkbox"], [type="button"]), textarea, select');
}
