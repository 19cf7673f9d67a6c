import type { Settings } from '../settings.ts';
import { PathPattern } from './patterns.ts';

/** Whether a path is wanted, and the pattern that said no (null when no positive pattern fits). */
export type Wanted = { readonly isWanted: true } | { readonly isWanted: false; readonly pattern: string | null };

const WANTED: Wanted = { isWanted: true };

/**
 * Which paths an upload may report: global `ignore`, and `ignore` and `paths` of its flags (report-model §7.4). Patterns are as
 * written in the yaml.
 */
export class PathFilter {
  private readonly positives: readonly PathPattern[];
  private readonly negatives: readonly PathPattern[];
  private readonly takesAll: boolean;

  constructor(patterns: readonly string[], compat: Settings['compat']) {
    const compiled = patterns.map((pattern) => new PathPattern(pattern));
    // There, `!.*` among the patterns switches every negative one off [bug, kept behind the switch].
    const isSwitchedOff = compat === 'codecov' && compiled.some((pattern) => pattern.normal === '!.*');
    this.positives = compiled.filter((pattern) => !pattern.isNegative);
    this.negatives = isSwitchedOff ? [] : compiled.filter((pattern) => pattern.isNegative);
    this.takesAll = this.positives.length === 0 || this.positives.some((pattern) => pattern.normal === '.*');
  }

  /** The filter of an upload with these settings. */
  static ofSettings({ paths, compat }: Settings): PathFilter {
    const patterns = paths.ignore.map(invert);
    for (const flag of paths.flags) patterns.push(...flag.ignore.map(invert), ...flag.paths);
    return new PathFilter(patterns, compat);
  }

  /** Whether a repository path is wanted. */
  decide(path: string): Wanted {
    for (const pattern of this.negatives)
      if (pattern.matches(path)) return { isWanted: false, pattern: pattern.written };
    if (this.takesAll || this.positives.some((pattern) => pattern.matches(path))) return WANTED;
    return { isWanted: false, pattern: null };
  }
}

function invert(pattern: string): string {
  return pattern.startsWith('!') ? pattern.replace(/^!+/, '') : `!${pattern}`;
}
