import { collapse, leavesRepository, LONGEST_PATH } from './clean.ts';

/**
 * Cleans the list of repository files that a client sent (report-formats §2.1): git's quoting is undone, separators become `/`,
 * `./` is cut. Empty entries and bare folders (`--network-prefix`), generated `delombok` files and what cannot be a path inside
 * of a repository are left out. The order stays.
 */
export function cleanNetwork(entries: readonly string[]): string[] {
  const paths: string[] = [];
  for (const entry of entries) {
    const path = cleanEntry(entry);
    if (path !== null) paths.push(path);
  }
  return paths;
}

function cleanEntry(entry: string): string | null {
  if (entry.length > LONGEST_PATH) return null;
  let path = entry.endsWith('\r') ? entry.slice(0, -1) : entry;
  if (path.startsWith('"') && path.endsWith('"') && path.length > 1) path = unquote(path.slice(1, -1));
  if (path.includes('\\')) path = path.replaceAll('\\ ', ' ').replaceAll('\\', '/');
  if (path.endsWith('/') || path.includes('/target/delombok/')) return null;
  if (path.startsWith('/')) return null;
  const collapsed = collapse(path);
  return collapsed === '' || leavesRepository(collapsed) ? null : collapsed;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** Git's C-style quoting: `\303\251` are the bytes of one character. */
function unquote(quoted: string): string {
  if (!quoted.includes('\\')) return quoted;
  return quoted.replace(/(?:\\(?:[0-7]{3}|.))+/g, (run) => {
    const bytes: number[] = [];
    for (const [, octal, letter] of run.matchAll(/\\(?:([0-7]{3})|(.))/g)) {
      const byte = octal === undefined ? ESCAPES[letter] : Number.parseInt(octal, 8) & 0xff;
      // Not an escape of git: the list was quoted by something else, and is left as it came.
      if (byte === undefined) return run;
      bytes.push(byte);
    }
    return decodeUtf8(bytes) ?? run;
  });
}

function decodeUtf8(bytes: readonly number[]): string | null {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return null;
  }
}
