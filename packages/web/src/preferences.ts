/** What a person chose for this browser. Kept here only: the server is not told. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly density: 'automatic' | 'comfortable' | 'dense';
  /** Tints covered lines too, not only partial and missed ones. */
  readonly tintsAll: boolean;
  /** Single-letter shortcuts (WCAG 2.1.4). */
  readonly hasSingleKeys: boolean;
  /** Template of "open in editor"; empty = none. `{path}` and `{line}` are filled in. */
  readonly editor: string;
  /** Where the mark leads: `gh/acme`; empty = where the person was last. */
  readonly organisation: string;
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  density: 'automatic',
  tintsAll: false,
  hasSingleKeys: true,
  editor: '',
  organisation: '',
};

const KEY = 'thatch-preferences';

/** The stored choice; the default for everything that is missing, damaged, or where the browser keeps nothing. */
export function readPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return { ...DEFAULT_PREFERENCES, ...(typeof stored === 'object' ? stored : {}) };
  } catch {
    return DEFAULT_PREFERENCES;
  }
}

/** Keeps a choice and shows it at once. */
export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing still shows it until the page is closed.
  }
  applyPreferences(preferences);
}

/** Writes a choice to the document: styles read it there. */
export function applyPreferences({ theme, density, tintsAll }: Preferences): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  if (density === 'automatic') delete dataset['density'];
  else dataset['density'] = density;
  if (tintsAll) dataset['tint'] = 'all';
  else delete dataset['tint'];
}
