/**
 * A path longer than this is none that a repository could hold; it bounds the work of every rule. Generously: a module that a
 * browser loaded from a `data:` address is named by its whole text.
 */
export const LONGEST_PATH = 1 << 14;

/** A path of a report with its separators and detours put right (report-model §7 step 2). */
export interface CleanPath {
  /** `/` as separator, no leading `/` or `.`, no empty, `.` or inner `..` part. Starts with `../` when it leaves the repository. */
  readonly path: string;
  /** The same with leading dots of the first name kept, so that `.github/x` can be found in a file list. */
  readonly dotted: string;
}

/**
 * Cleans a path as written. Leading `./`, `../` and `/` are cut, as reports are written relative to build folders; a `..` that
 * leads above the start later on is kept for {@link leavesRepository} to see.
 */
export function cleanPath(written: string): CleanPath {
  const slashed = written.includes('\\') ? written.replaceAll('\\', '/') : written;
  if (isClean(slashed)) return { path: slashed, dotted: slashed };
  const start = /^[./]*/.exec(slashed)![0].length;
  const path = collapse(slashed.slice(start));
  // Only dots that belong to a name: those after the last slash that was cut.
  const nameStart = slashed.lastIndexOf('/', start - 1) + 1;
  const dots = slashed.slice(nameStart, start);
  return { path, dotted: dots === '' || path === '' ? path : collapse(dots + slashed.slice(start)) };
}

/** Whether a cleaned or fixed path is not one inside of a repository: it climbs out, is absolute or holds a NUL. */
export function leavesRepository(path: string): boolean {
  return (
    path.startsWith('/') ||
    path === '..' ||
    path.startsWith('../') ||
    path.includes('/../') ||
    path.endsWith('/..') ||
    path.includes('\0')
  );
}

/** Whether a path as written starts at the root of a file system (also of Windows: a drive, a share). */
export function isAbsolute(written: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(written);
}

/** Takes out empty parts, `.` and `name/..`. A leading `..` stays. */
export function collapse(path: string): string {
  if (!NEEDS_COLLAPSING.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

const NEEDS_COLLAPSING = /\/\/|(?:^|\/)\.\.?(?:\/|$)|^\/|\/$/;

function isClean(path: string): boolean {
  const first = path.charCodeAt(0);
  return first !== DOT && first !== SLASH && !NEEDS_COLLAPSING.test(path);
}

const DOT = 46;
const SLASH = 47;
