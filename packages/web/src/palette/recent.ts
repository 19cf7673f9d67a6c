/** Something that was chosen in the palette: its address, and how it was shown. */
export interface RecentChoice {
  readonly href: string;
  readonly label: string;
}

const KEY = 'thatch-recent';
const MOST = 10;

/** The last ten that were used, the newest first (web-ui §4.4). */
export function readRecent(): readonly RecentChoice[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isChoice).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function noteRecent(choice: RecentChoice): void {
  const others = readRecent().filter(({ href }) => href !== choice.href);
  try {
    localStorage.setItem(KEY, JSON.stringify([choice, ...others].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing has nothing recent.
  }
}

function isChoice(value: unknown): value is RecentChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { href, label } = value as Partial<RecentChoice>;
  return typeof href === 'string' && href.startsWith('/') && !href.startsWith('//') && typeof label === 'string';
}
