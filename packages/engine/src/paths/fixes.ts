import { classifyPattern, Matcher, prefixMatcher, translateGlob } from './patterns.ts';

/** A path after the rules, and the last rule that changed it (as written in the yaml). */
export interface FixedPath {
  readonly path: string;
  readonly rule: string | null;
}

/**
 * The user's `fixes` (report-model §7.2) with the faults of repo-yaml §3.4 repaired: each rule is anchored at the start, rules are
 * tried in the order written, and the first that fits is the only one that fires in a pass.
 */
export class FixRules {
  private readonly replacements: readonly Replacement[];
  private readonly prefix: string;

  constructor(rules: readonly string[]) {
    const replacements: Replacement[] = [];
    const prefixes: string[] = [];
    for (const rule of rules) {
      const [before, after] = rule.split('::');
      if (after === undefined) continue;
      if (before !== '') replacements.push({ rule, matcher: matcherOf(before), after });
      else if (after !== '') prefixes.push(after);
    }
    this.replacements = replacements;
    this.prefix = prefixes.join('/');
  }

  /** Whether there is any rule. */
  get isEmpty(): boolean {
    return this.replacements.length === 0 && this.prefix === '';
  }

  /** The first pass: replacement rules only. */
  replace(path: string): FixedPath {
    for (const { rule, matcher, after } of this.replacements) {
      const end = matcher.endOfMatch(path);
      if (end >= 0) return { path: tidy(after + path.slice(end)), rule };
    }
    return { path, rule: null };
  }

  /** The second pass: prefixes, then replacement rules again. */
  prefixAndReplace(path: string): FixedPath {
    if (this.prefix === '') return this.replace(path);
    const { path: fixed, rule } = this.replace(tidy(`${this.prefix}/${path}`));
    return { path: fixed, rule: rule ?? `::${this.prefix}` };
  }
}

/**
 * The form in which the compatible system keeps a rule of `fixes`; null when it is none (no `::`).
 */
export function normaliseFix(rule: string): string | null {
  const split = rule.indexOf('::');
  if (split < 0) return null;
  const before = rule.slice(0, split);
  const after = rule.slice(split + 2);
  if (before === '' || after === '') return rule;
  return `${normalBefore(before)}::${after}`;
}

interface Replacement {
  readonly rule: string;
  readonly matcher: Matcher;
  readonly after: string;
}

function normalBefore(before: string): string {
  switch (classifyPattern(before)) {
    case 'prefix':
      return `^${before}`;
    case 'glob':
      return translateGlob(before);
    case 'regex':
      return before;
  }
}

function matcherOf(before: string): Matcher {
  const kind = classifyPattern(before);
  // Paths lost their leading slash before any rule sees them.
  if (kind === 'regex') return Matcher.regex(before.replace(/^(\^?)\/+/, '$1'), null);
  const text = before.replaceAll('\\', '/').replace(/^(\^?)\/+/, '$1');
  return kind === 'glob' ? Matcher.regex(translateGlob(text), null) : prefixMatcher(text);
}

function tidy(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/^\//, '');
}
