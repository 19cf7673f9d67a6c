import { compileRegex, type Program } from './regex/program.ts';

/** How a pattern of the yaml is read (repo-yaml §3.3). */
export type PatternClass = 'prefix' | 'glob' | 'regex';

/** Which of the three a pattern's text (without `!` and `./`) is. */
export function classifyPattern(text: string): PatternClass {
  if (!/[*$\][]/.test(text)) return 'prefix';
  if (text.includes('**') || text.includes('/*')) return 'glob';
  if (text.includes('*') && !text.includes(']*') && !text.includes('.*')) return 'glob';
  return compileRegex(text).kind === 'invalid' ? 'glob' : 'regex';
}

/** A glob as a regular expression without anchors; `*` stays inside of a folder, `**` does not. */
export function translateGlob(glob: string): string {
  let result = '';
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at];
    if (character === '*') {
      const isDouble = glob[at + 1] === '*';
      result += isDouble ? '.*' : String.raw`[^\/]*`;
      if (isDouble) at++;
    } else if (character === '?') {
      result += '.';
    } else if (character === '[') {
      const end = endOfClass(glob, at + 1);
      result += end < 0 ? String.raw`\[` : translateClass(glob.slice(at + 1, end));
      if (end >= 0) at = end;
    } else {
      result += /[()[\]{}?*+\-|^$\\.&~#\s]/.test(character) ? `\\${character}` : character;
    }
  }
  return `(?s:${result})`;
}

/** The form in which the compatible system keeps a path pattern of the yaml: what its API and validator show. */
export function normalisePattern(written: string): string {
  const { isNegative, text } = splitNegation(written);
  return `${isNegative ? '!' : ''}${normalForm(text)}`;
}

/** Why a pattern does not do what it says. `not_a_regex` is read literally, the others never match (notices YML-W20, YML-W21). */
export type PatternProblem = 'not_a_regex' | 'unsupported' | 'overrun';

/** One pattern of `ignore`, `paths` and the like. */
export class PathPattern {
  /** As in the yaml. */
  readonly written: string;
  readonly isNegative: boolean;
  /** Compatible normal form, with `!` when negative. */
  readonly normal: string;
  private readonly matcher: Matcher;

  constructor(written: string) {
    const { isNegative, text } = splitNegation(written);
    this.written = written;
    this.isNegative = isNegative;
    this.normal = `${isNegative ? '!' : ''}${normalForm(text)}`;
    this.matcher = matcherOf(text);
  }

  get problem(): PatternProblem | null {
    return this.matcher.problem;
  }

  /** Whether the pattern's text fits a path, whatever its sign. Anchored at the start; only globs are anchored at the end. */
  matches(path: string): boolean {
    return this.matcher.endOfMatch(path) >= 0;
  }
}

/** Steps (about 5 ns each) that a pattern may take at once, and that every further path adds: 50 ms for 10,000 paths. */
const FIRST_ALLOWANCE = 2_000_000;
const ALLOWANCE_PER_PATH = 1000;

/** A compiled expression that switches itself off when it is too slow (repo-yaml §3.8). */
export class Matcher {
  problem: PatternProblem | null;
  private readonly program: Program | null;
  private readonly literal: string;
  private allowance = FIRST_ALLOWANCE;

  private constructor(program: Program | null, literal: string, problem: PatternProblem | null) {
    this.program = program;
    this.literal = literal;
    this.problem = problem;
  }

  /** A regular expression; where it is none, the fallback text is matched literally (or nothing, where that is null). */
  static regex(source: string, fallback: string | null): Matcher {
    const compiled = compileRegex(source);
    if (compiled.kind === 'program') return new Matcher(compiled, '', null);
    if (compiled.kind === 'unsupported' || fallback === null) return new Matcher(null, '', 'unsupported');
    return new Matcher(null, fallback, 'not_a_regex');
  }

  static literal(text: string): Matcher {
    return new Matcher(null, text, 'not_a_regex');
  }

  /** Where the match that begins at the start of the path ends; −1 when there is none. */
  endOfMatch(path: string): number {
    if (this.program === null) {
      return this.problem === 'not_a_regex' && path.startsWith(this.literal) ? this.literal.length : -1;
    }
    if (this.problem !== null) return -1;
    const result = this.program.match(path, this.allowance);
    this.allowance = Math.min(FIRST_ALLOWANCE, this.allowance + ALLOWANCE_PER_PATH - this.program.steps);
    if (result.kind === 'overrun' || this.allowance <= 0) this.problem = 'overrun';
    return result.kind === 'match' ? result.end : -1;
  }
}

/** The matcher of a prefix text: a regular expression where it is one, else the text itself (`(abc`, `c++/`). */
export function prefixMatcher(text: string): Matcher {
  // "One or more c" is never what a folder named `c++` asks for.
  return text.includes('++') ? Matcher.literal(text) : Matcher.regex(`^${text}`, text);
}

function matcherOf(text: string): Matcher {
  switch (classifyPattern(text)) {
    case 'prefix':
      return prefixMatcher(text);
    case 'glob':
      return Matcher.regex(`${translateGlob(text)}\\Z`, null);
    case 'regex':
      return Matcher.regex(text, null);
  }
}

function normalForm(text: string): string {
  switch (classifyPattern(text)) {
    case 'prefix':
      return `^${text}.*`;
    case 'glob':
      return `${translateGlob(text)}\\Z`;
    case 'regex':
      return text;
  }
}

function splitNegation(written: string): { isNegative: boolean; text: string } {
  const unsigned = written.replace(/^!+/, '');
  const text = unsigned.startsWith('./') ? unsigned.slice(2) : unsigned;
  return { isNegative: unsigned.length < written.length, text };
}

/** Index of the `]` that closes a class, −1 when none does. A `]` right at the start belongs to the class. */
function endOfClass(glob: string, start: number): number {
  const first = glob[start] === '!' ? start + 1 : start;
  return glob.indexOf(']', glob[first] === ']' ? first + 1 : first);
}

function translateClass(content: string): string {
  const members = escapeMembers(content).replace(/[&~|]/g, '\\$&');
  if (members.startsWith('!')) return `[^${members.slice(1)}]`;
  return /^[\^[]/.test(members) ? `[\\${members}]` : `[${members}]`;
}

/** In a class with `--`, hyphens that make no range are escaped: `[+--z]` is the range up to `-`, then `z`. */
function escapeMembers(content: string): string {
  if (!content.includes('--')) return content.replaceAll('\\', '\\\\');
  const parts: string[] = [];
  let start = 0;
  let hyphen = content.indexOf('-', content.startsWith('!') ? 2 : 1);
  while (hyphen >= 0) {
    parts.push(content.slice(start, hyphen));
    start = hyphen + 1;
    hyphen = content.indexOf('-', hyphen + 3);
  }
  parts.push(content.slice(start));
  return parts.map((part) => part.replaceAll('\\', '\\\\').replaceAll('-', '\\-')).join('-');
}
