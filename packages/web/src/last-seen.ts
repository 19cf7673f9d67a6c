const KEY = 'thatch-seen';
const MOST = 100;

/** Remembers in this browser which account a repository, `svc/owner/repo`, was shown to. */
export function noteSeen(repository: string, account: string): void {
  const others = readSeen().filter(([name]) => name !== repository);
  try {
    localStorage.setItem(KEY, JSON.stringify([[repository, account], ...others].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing cannot tell later.
  }
}

/** The account that a repository was shown to last; null when none is known. */
export function lastSeenBy(repository: string): string | null {
  return readSeen().find(([name]) => name === repository)?.[1] ?? null;
}

function readSeen(): (readonly [repository: string, account: string])[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isSeen) : [];
  } catch {
    return [];
  }
}

function isSeen(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
