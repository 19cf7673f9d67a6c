import { ANYTHING, CharacterSet, NOT_LINE_FEED, classOfEscape } from './character-set.ts';
import { widthOf, type Assertion, type RegexNode } from './tree.ts';

/** `unsupported`: valid there, but nothing that is run here (conditional groups). */
export type ParsedRegex =
  | { readonly kind: 'regex'; readonly node: RegexNode; readonly groups: number; readonly hasBackreferences: boolean }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unsupported' };

/**
 * Reads a regular expression as Python 3.13's `re` does, as patterns in repository yamls were written for it (repo-yaml §3.8).
 * Possessive quantifiers and atomic groups are read as their plain forms.
 */
export function parseRegex(source: string): ParsedRegex {
  if (source.length > LONGEST_SOURCE) return { kind: 'unsupported' };
  return new Parser(source).parse();
}

const LONGEST_SOURCE = 4096;
const DEEPEST_NESTING = 100;
/** Python's own limit is higher; a count like this in a path pattern is an attack or a slip. */
const LARGEST_COUNT = 1000;

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly verbose: boolean;
}

const NO_FLAGS: Flags = { ignoreCase: false, dotAll: false, multiline: false, verbose: false };
const EMPTY: RegexNode = { kind: 'sequence', items: [] };

class Parser {
  private readonly source: string;
  private at = 0;
  private depth = 0;
  private flags = NO_FLAGS;
  private groups = 0;
  private readonly closedGroups = new Set<number>();
  private readonly names = new Map<string, number>();
  private hasBackreferences = false;
  private failure: 'invalid' | 'unsupported' | null = null;

  constructor(source: string) {
    this.source = source;
  }

  parse(): ParsedRegex {
    this.readGlobalFlags();
    const node = this.choice();
    if (this.at < this.source.length) this.fail();
    if (this.failure !== null) return { kind: this.failure };
    return { kind: 'regex', node, groups: this.groups, hasBackreferences: this.hasBackreferences };
  }

  /** Remembers the first failure and jumps to the end, so that every loop stops. */
  private fail(kind: 'invalid' | 'unsupported' = 'invalid'): RegexNode {
    this.failure ??= kind;
    this.at = this.source.length;
    return EMPTY;
  }

  private readGlobalFlags(): void {
    for (;;) {
      const match = /^\(\?([aiLmsux]+)\)/.exec(this.source.slice(this.at, this.at + 16));
      if (match === null) return;
      this.flags = withFlags(this.flags, match[1], '');
      this.at += match[0].length;
    }
  }

  private choice(): RegexNode {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      if (this.flags.verbose) this.skipBlanks();
      const next = this.source[this.at];
      if (next === undefined || next === '|' || next === ')') break;
      const item = this.item();
      if (item !== null) items.push(this.quantified(item));
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', items };
  }

  private skipBlanks(): void {
    const match = /^(?:\s|#[^\n]*)+/.exec(this.source.slice(this.at));
    if (match !== null) this.at += match[0].length;
  }

  /** One item without its quantifier; null for a comment. */
  private item(): RegexNode | null {
    const next = this.source[this.at++];
    switch (next) {
      case '(':
        return this.group();
      case '[':
        return this.set();
      case '.':
        return { kind: 'set', set: this.flags.dotAll ? ANYTHING : NOT_LINE_FEED };
      case '^':
        return { kind: 'assertion', of: this.flags.multiline ? 'line_start' : 'start' };
      case '$':
        return { kind: 'assertion', of: this.flags.multiline ? 'line_end' : 'end' };
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        return this.fail();
      case '{':
        if (this.counts(this.at - 1) !== null) return this.fail();
        return this.literal(next);
      default:
        return this.literal(next);
    }
  }

  private literal(character: string): RegexNode {
    return this.character(character.charCodeAt(0));
  }

  private character(code: number): RegexNode {
    if (!this.flags.ignoreCase) return { kind: 'character', code };
    const set = new CharacterSet([[code, code]]).ignoringCase();
    return set.ranges.length === 1 ? { kind: 'character', code } : { kind: 'set', set };
  }

  private quantified(item: RegexNode): RegexNode {
    const range = this.quantifier();
    if (range === null) return item;
    if (item.kind === 'assertion') return this.fail();
    const [least, most] = range;
    if (most < least) return this.fail();
    if (least > LARGEST_COUNT || (most !== Infinity && most > LARGEST_COUNT)) return this.fail('unsupported');
    const isLazy = this.take('?');
    // Possessive: the plain form matches whatever it matches.
    if (!isLazy) this.take('+');
    if (this.quantifier() !== null) return this.fail();
    return { kind: 'repeat', item, least, most, isLazy };
  }

  private quantifier(): readonly [number, number] | null {
    if (this.flags.verbose) this.skipBlanks();
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const counts = this.counts(this.at);
    if (counts === null) return null;
    this.at += counts.length;
    return counts.range;
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}` at a position; anything else in braces is text. */
  private counts(at: number): { length: number; range: readonly [number, number] } | null {
    if (this.source[at] !== '{') return null;
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.source.slice(at, at + 40));
    if (match === null || (match[1] === '' && match[2] === '')) return null;
    const least = match[1] === '' ? 0 : Number(match[1]);
    const most = match[2] === '' ? least : match[3] === '' ? Infinity : Number(match[3]);
    return { length: match[0].length, range: [least, most] };
  }

  private group(): RegexNode | null {
    if (++this.depth > DEEPEST_NESTING) return this.fail('unsupported');
    const before = this.flags;
    const node = this.take('?') ? this.specialGroup() : this.capture();
    this.flags = before;
    this.depth--;
    return node;
  }

  private capture(name: string | null = null): RegexNode {
    const index = ++this.groups;
    if (name !== null) {
      if (this.names.has(name)) return this.fail();
      this.names.set(name, index);
    }
    const item = this.body();
    this.closedGroups.add(index);
    return { kind: 'group', item, index };
  }

  private body(): RegexNode {
    const item = this.choice();
    return this.take(')') ? item : this.fail();
  }

  private specialGroup(): RegexNode | null {
    if (this.take(':') || this.take('>')) return this.body();
    if (this.take('=')) return { kind: 'look', item: this.body(), isBehind: false, isNegative: false };
    if (this.take('!')) return { kind: 'look', item: this.body(), isBehind: false, isNegative: true };
    if (this.take('<=')) return this.lookBehind(false);
    if (this.take('<!')) return this.lookBehind(true);
    if (this.take('#')) return this.comment();
    if (this.take('P<')) return this.named();
    if (this.take('P=')) return this.namedReference();
    if (this.take('(')) return this.fail('unsupported');
    return this.scopedFlags();
  }

  private lookBehind(isNegative: boolean): RegexNode {
    const item = this.body();
    return widthOf(item) === null ? this.fail() : { kind: 'look', item, isBehind: true, isNegative };
  }

  private comment(): null {
    const end = this.source.indexOf(')', this.at);
    if (end < 0) this.fail();
    else this.at = end + 1;
    return null;
  }

  private named(): RegexNode {
    const name = this.name('>');
    return name === null ? this.fail() : this.capture(name);
  }

  private namedReference(): RegexNode {
    const name = this.name(')');
    const index = name === null ? undefined : this.names.get(name);
    return index === undefined ? this.fail() : this.reference(index);
  }

  private name(end: string): string | null {
    const match = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(this.source.slice(this.at, this.at + 200));
    if (match === null || this.source[this.at + match[0].length] !== end) return null;
    this.at += match[0].length + 1;
    return match[0];
  }

  private reference(index: number): RegexNode {
    if (!this.closedGroups.has(index)) return this.fail();
    this.hasBackreferences = true;
    return { kind: 'backreference', index };
  }

  /** `(?i:…)`, `(?s-i:…)`; flags without a body belong at the very start. */
  private scopedFlags(): RegexNode {
    const match = /^([aiLmsux]*)(?:-([imsx]+))?:/.exec(this.source.slice(this.at, this.at + 20));
    if (match === null) return this.fail();
    this.at += match[0].length;
    this.flags = withFlags(this.flags, match[1], match[2] ?? '');
    return this.body();
  }

  private escape(): RegexNode {
    const next = this.source[this.at++];
    if (next === undefined) return this.fail();
    const assertion = ASSERTIONS[next];
    if (assertion !== undefined) return { kind: 'assertion', of: assertion };
    const set = classOfEscape(next);
    if (set !== null) return { kind: 'set', set };
    if (next >= '1' && next <= '9') return this.numberedReference();
    const code = this.escapedCode(next);
    return code === null ? this.fail() : this.character(code);
  }

  private numberedReference(): RegexNode {
    const digits = /^\d{1,2}/.exec(this.source.slice(this.at - 1, this.at + 1))![0];
    const octal = /^[0-3][0-7]{2}/.exec(this.source.slice(this.at - 1, this.at + 2));
    if (octal !== null) {
      this.at += 2;
      return this.character(Number.parseInt(octal[0], 8));
    }
    this.at += digits.length - 1;
    return this.reference(Number(digits));
  }

  /** The code unit of an escape; null where Python refuses it. */
  private escapedCode(letter: string): number | null {
    const simple = SIMPLE_ESCAPES[letter];
    if (simple !== undefined) return simple;
    if (letter === 'x') return this.hexadecimal(2);
    if (letter === 'u') return this.hexadecimal(4);
    if (letter === '0') {
      const octal = /^[0-7]{0,2}/.exec(this.source.slice(this.at, this.at + 2))![0];
      this.at += octal.length;
      return octal === '' ? 0 : Number.parseInt(octal, 8);
    }
    return /[A-Za-z0-9]/.test(letter) ? null : letter.charCodeAt(0);
  }

  private hexadecimal(length: number): number | null {
    const digits = this.source.slice(this.at, this.at + length);
    if (digits.length !== length || !/^[0-9a-f]+$/i.test(digits)) return null;
    this.at += length;
    return Number.parseInt(digits, 16);
  }

  private set(): RegexNode {
    const isInverted = this.take('^');
    const ranges: (readonly [number, number])[] = [];
    const start = this.at;
    while (this.source[this.at] !== ']' || this.at === start) {
      if (this.at >= this.source.length) return this.fail();
      const from = this.setMember();
      if (from === null) return this.fail();
      if (from instanceof CharacterSet) {
        if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']') return this.fail();
        ranges.push(...from.ranges);
        continue;
      }
      if (this.source[this.at] !== '-' || this.source[this.at + 1] === ']' || this.source[this.at + 1] === undefined) {
        ranges.push([from, from]);
        continue;
      }
      this.at++;
      const to = this.setMember();
      if (to === null || to instanceof CharacterSet || to < from) return this.fail();
      ranges.push([from, to]);
    }
    this.at++;
    const plain = new CharacterSet(ranges);
    const set = this.flags.ignoreCase ? plain.ignoringCase() : plain;
    return { kind: 'set', set: isInverted ? set.inverted() : set };
  }

  private setMember(): number | CharacterSet | null {
    const next = this.source[this.at++];
    if (next !== '\\') return next.charCodeAt(0);
    const escaped = this.source[this.at++];
    if (escaped === undefined) return null;
    if (escaped === 'b') return 8;
    const octal = /^[0-7]{1,3}/.exec(this.source.slice(this.at - 1, this.at + 2));
    if (octal !== null) {
      this.at += octal[0].length - 1;
      return Number.parseInt(octal[0], 8) & 0xff;
    }
    return classOfEscape(escaped) ?? this.escapedCode(escaped);
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'start',
  Z: 'absolute_end',
  b: 'boundary',
  B: 'no_boundary',
};
const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function withFlags(flags: Flags, on: string, off: string): Flags {
  const changed = (letter: string, before: boolean): boolean =>
    (before || on.includes(letter)) && !off.includes(letter);
  return {
    ignoreCase: changed('i', flags.ignoreCase),
    dotAll: changed('s', flags.dotAll),
    multiline: changed('m', flags.multiline),
    verbose: changed('x', flags.verbose),
  };
}
