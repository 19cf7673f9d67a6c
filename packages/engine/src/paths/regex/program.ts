import type { CharacterSet } from './character-set.ts';
import { parseRegex } from './syntax.ts';
import { widthOf, type Assertion, type RegexNode } from './tree.ts';

/** What a compiled regular expression found. `overrun`: it took more steps than it may. */
export type MatchResult =
  | { readonly kind: 'match'; readonly end: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'overrun' };

const NONE: MatchResult = { kind: 'none' };
const OVERRUN: MatchResult = { kind: 'overrun' };

type Instruction =
  | { readonly op: 'character'; readonly code: number }
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'reference'; readonly index: number }
  | { readonly op: 'assertion'; readonly of: Assertion }
  | {
      readonly op: 'look';
      readonly start: number;
      readonly behind: number | null;
      readonly isNegative: boolean;
      after: number;
    }
  | { readonly op: 'match' };

/** Larger programs come from nested counts (`(a{99}){99}`) and are refused. */
const LARGEST_PROGRAM = 4000;

/**
 * Compiles a regular expression of Python's dialect. `invalid` and `unsupported` as in {@link parseRegex}.
 *
 * The matcher explores alternatives in Python's order, and without backreferences remembers which (instruction, position)
 * pairs failed, so that no pattern takes more than program × path steps: a hostile one cannot hang.
 */
export function compileRegex(source: string): Program | { readonly kind: 'invalid' | 'unsupported' } {
  const parsed = parseRegex(source);
  if (parsed.kind !== 'regex') return parsed;
  const compiler = new Compiler(parsed.hasBackreferences);
  compiler.emit(parsed.node);
  if (compiler.isTooLarge) return { kind: 'unsupported' };
  compiler.code.push({ op: 'match' });
  return new Program(
    compiler.code,
    parsed.node,
    parsed.hasBackreferences ? parsed.groups : 0,
    parsed.hasBackreferences,
  );
}

class Compiler {
  readonly code: Instruction[] = [];
  isTooLarge = false;
  private readonly keepsCaptures: boolean;

  constructor(keepsCaptures: boolean) {
    this.keepsCaptures = keepsCaptures;
  }

  emit(node: RegexNode): void {
    if (this.code.length > LARGEST_PROGRAM) {
      this.isTooLarge = true;
      return;
    }
    switch (node.kind) {
      case 'character':
        this.code.push({ op: 'character', code: node.code });
        return;
      case 'set':
        this.code.push({ op: 'set', set: node.set });
        return;
      case 'assertion':
        this.code.push({ op: 'assertion', of: node.of });
        return;
      case 'backreference':
        this.code.push({ op: 'reference', index: node.index });
        return;
      case 'sequence':
        for (const item of node.items) this.emit(item);
        return;
      case 'group':
        this.group(node.item, node.index);
        return;
      case 'choice':
        this.choice(node.options);
        return;
      case 'repeat':
        this.repeat(node.item, node.least, node.most, node.isLazy);
        return;
      case 'look':
        this.look(node.item, node.isBehind, node.isNegative);
        return;
    }
  }

  private group(item: RegexNode, index: number): void {
    if (this.keepsCaptures) this.code.push({ op: 'save', slot: index * 2 });
    this.emit(item);
    if (this.keepsCaptures) this.code.push({ op: 'save', slot: index * 2 + 1 });
  }

  private choice(options: readonly RegexNode[]): void {
    const exits: { to: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) {
        this.emit(option);
        return;
      }
      const split = this.split();
      split.first = this.code.length;
      this.emit(option);
      const exit = { op: 'jump' as const, to: 0 };
      this.code.push(exit);
      exits.push(exit);
      split.second = this.code.length;
    });
    for (const exit of exits) exit.to = this.code.length;
  }

  private repeat(item: RegexNode, least: number, most: number, isLazy: boolean): void {
    for (let count = 0; count < least && !this.isTooLarge; count++) this.emit(item);
    if (most === Infinity) {
      const start = this.code.length;
      const split = this.split();
      const body = this.code.length;
      this.emit(item);
      this.code.push({ op: 'jump', to: start });
      this.branch(split, body, this.code.length, isLazy);
      return;
    }
    const splits: { split: Instruction & { op: 'split' }; body: number }[] = [];
    for (let count = least; count < most && !this.isTooLarge; count++) {
      const split = this.split();
      splits.push({ split, body: this.code.length });
      this.emit(item);
    }
    for (const { split, body } of splits) this.branch(split, body, this.code.length, isLazy);
  }

  private look(item: RegexNode, isBehind: boolean, isNegative: boolean): void {
    const behind = isBehind ? widthOf(item) : null;
    const look = { op: 'look' as const, start: this.code.length + 1, behind, isNegative, after: 0 };
    this.code.push(look);
    this.emit(item);
    this.code.push({ op: 'match' });
    look.after = this.code.length;
  }

  private split(): Instruction & { op: 'split' } {
    const split = { op: 'split' as const, first: 0, second: 0 };
    this.code.push(split);
    return split;
  }

  private branch(split: Instruction & { op: 'split' }, body: number, after: number, isLazy: boolean): void {
    split.first = isLazy ? after : body;
    split.second = isLazy ? body : after;
  }
}

/** A compiled regular expression. Not reentrant across patterns' step counts: {@link Program.steps} is of the last match. */
export class Program {
  readonly kind = 'program';
  /** Steps that the last match took. */
  steps = 0;
  private readonly code: readonly Instruction[];
  private readonly groups: number;
  private readonly remembers: boolean;
  private readonly literals: Literals;

  constructor(code: readonly Instruction[], node: RegexNode, groups: number, hasBackreferences: boolean) {
    this.code = code;
    this.groups = groups;
    this.remembers = !hasBackreferences;
    this.literals = literalsOf(node);
  }

  /** Matches at the start of `text`, like `re.match`. At most `allowance` steps are taken. */
  match(text: string, allowance: number): MatchResult {
    const { prefix, suffix, inside, isAll } = this.literals;
    this.steps = 1;
    if (!text.startsWith(prefix)) return NONE;
    if (isAll) return { kind: 'match', end: prefix.length };
    if (!text.endsWith(suffix) || !text.includes(inside)) return NONE;
    const end = this.run(0, text, 0, allowance);
    if (end === EXHAUSTED) return OVERRUN;
    return end < 0 ? NONE : { kind: 'match', end };
  }

  /** Depth first in order of preference. Gives the end of the match, {@link FAILED} or {@link EXHAUSTED}. */
  private run(start: number, text: string, from: number, allowance: number): number {
    const { code } = this;
    const width = text.length + 1;
    const seen = this.remembers ? new Uint32Array(((code.length * width) >> 5) + 1) : null;
    if (seen !== null) this.steps += seen.length >> 4;
    const captures = this.groups === 0 ? NO_CAPTURES : new Int32Array((this.groups + 1) * 2).fill(-1);
    // Pairs (instruction, position); a negative instruction −1−slot restores a capture instead.
    const stack: number[] = [start, from];
    while (stack.length > 0) {
      let at = stack.pop()!;
      let pc = stack.pop()!;
      if (pc < 0) {
        captures[-1 - pc] = at;
        continue;
      }
      for (;;) {
        if (++this.steps > allowance) return EXHAUSTED;
        if (seen !== null) {
          const bit = pc * width + at;
          if ((seen[bit >> 5] & (1 << (bit & 31))) !== 0) break;
          seen[bit >> 5] |= 1 << (bit & 31);
        }
        const instruction = code[pc];
        if (instruction.op === 'match') return at;
        if (instruction.op === 'split') {
          stack.push(instruction.second, at);
          pc = instruction.first;
        } else if (instruction.op === 'jump') {
          pc = instruction.to;
        } else if (instruction.op === 'character') {
          if (text.charCodeAt(at) !== instruction.code) break;
          at++;
          pc++;
        } else if (instruction.op === 'set') {
          if (at >= text.length || !instruction.set.has(text.charCodeAt(at))) break;
          at++;
          pc++;
        } else if (instruction.op === 'save') {
          stack.push(-1 - instruction.slot, captures[instruction.slot]);
          captures[instruction.slot] = at;
          pc++;
        } else if (instruction.op === 'assertion') {
          if (!holds(instruction.of, text, at)) break;
          pc++;
        } else if (instruction.op === 'reference') {
          const begin = captures[instruction.index * 2];
          const end = captures[instruction.index * 2 + 1];
          const part = text.slice(begin, end);
          if (begin < 0 || end < begin || !text.startsWith(part, at)) break;
          at += part.length;
          pc++;
        } else {
          const begin = instruction.behind === null ? at : at - instruction.behind;
          const found = begin < 0 ? FAILED : this.run(instruction.start, text, begin, allowance);
          if (found === EXHAUSTED) return EXHAUSTED;
          if (found >= 0 === instruction.isNegative) break;
          pc = instruction.after;
        }
      }
    }
    return FAILED;
  }
}

const NO_CAPTURES = new Int32Array(0);
const FAILED = -1;
const EXHAUSTED = -2;
const LINE_FEED = 10;

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === LINE_FEED);
    case 'absolute_end':
      return at === text.length;
    case 'line_start':
      return at === 0 || text.charCodeAt(at - 1) === LINE_FEED;
    case 'line_end':
      return at === text.length || text.charCodeAt(at) === LINE_FEED;
    case 'boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'no_boundary':
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /[\p{L}\p{N}_]/u.test(text[at]);
}

/** What every match holds, for turning most paths down without running the program. */
interface Literals {
  readonly prefix: string;
  /** Only of patterns that end at the end of the path. */
  readonly suffix: string;
  /** The longest text anywhere. */
  readonly inside: string;
  /** The whole pattern is its prefix. */
  readonly isAll: boolean;
}

function literalsOf(node: RegexNode): Literals {
  const items = flatten(node);
  const isEnded = isAssertion(items.at(-1), 'absolute_end');
  const body = items.slice(isAssertion(items[0], 'start') ? 1 : 0, isEnded ? -1 : undefined);
  const runs = [''];
  for (const item of body) {
    if (item.kind === 'character') runs[runs.length - 1] += String.fromCharCode(item.code);
    else runs.push('');
  }
  const isAll = runs.length === 1;
  const inside = runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
  return { prefix: runs[0], suffix: isEnded ? runs.at(-1)! : '', inside, isAll: isAll && !isEnded };
}

/** The items of a sequence, those of sequences in it included: globs are wrapped in a group of flags. */
function flatten(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'sequence' ? node.items.flatMap(flatten) : [node];
}

function isAssertion(node: RegexNode | undefined, of: Assertion): boolean {
  return node?.kind === 'assertion' && node.of === of;
}
