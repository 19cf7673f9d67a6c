import { readFileSync } from 'node:fs';
import type { Entry, Reading } from './entries.ts';
import { describeType, isMapping } from './entries.ts';
import type { Environment } from './environment-source.ts';
import type { KeyName } from './keys.ts';
import { isKeyName } from './keys.ts';
import { meaningOf, nearestName } from './known-keys.ts';
import type { ConfigNotice, ConfigProblem, Origin } from './problem.ts';

/** A value as its source gave it, not yet checked. */
export interface Candidate {
  readonly value: unknown;
  readonly origin: Origin;
}

/** What all sources say together. */
export interface Gathered {
  readonly candidates: ReadonlyMap<KeyName, Candidate>;
  readonly problems: readonly ConfigProblem[];
  readonly notices: readonly ConfigNotice[];
}

/** How to gather. */
export interface GatherOptions {
  /** For references `env:NAME`. */
  readonly environment: Environment;
  /** Unknown keys are problems. */
  readonly isStrict: boolean;
}

/** Puts the sources over one another, the last on top: values to used keys, notices and problems to all other names. */
export function gather(readings: readonly Reading[], options: GatherOptions): Gathered {
  const gatherer = new Gatherer(options);
  for (const reading of readings) {
    gatherer.problems.push(...reading.problems);
    gatherer.notices.push(...reading.notices);
    for (const entry of reading.entries) gatherer.visit(entry, entry.path, entry.value);
  }
  return gatherer;
}

/** Whether a text is still that of a template (install-config §1). */
export function isPlaceholder(text: string): boolean {
  return text === 'None' || text === 'null' || /^<[^<>]*>$/.test(text.trim());
}

/** The problem of a text that still is. */
export function placeholderProblem(key: string, origin: Origin): ConfigProblem {
  return {
    code: 'CFG-010',
    key,
    statement: 'still holds the example value',
    origin,
    expected: '',
    fix: 'write the real value, or remove the line',
  };
}

class Gatherer implements Gathered {
  readonly candidates = new Map<KeyName, Candidate>();
  readonly problems: ConfigProblem[] = [];
  readonly notices: ConfigNotice[] = [];
  private readonly options: GatherOptions;

  constructor(options: GatherOptions) {
    this.options = options;
  }

  visit(entry: Entry, path: readonly string[], value: unknown): void {
    // Nothing behind the colon is unset, not a text (install-config §1).
    if (value === null || value === undefined) return;
    const key = path.join('.');
    const origin = entry.originOf(path);
    const meaning = key === '' ? BRANCH : meaningOf(key);
    switch (meaning.kind) {
      case 'branch':
        return this.visitBranch(entry, path, value, origin);
      case 'used':
        return this.take(key, value, origin);
      case 'unused':
        return this.findPlaceholders(entry, path, value);
      case 'ignored':
        return this.notice({ code: 'CFG-W03', key, statement: `is ignored: ${meaning.reason}`, origin });
      case 'refused':
        this.problems.push({
          code: meaning.code,
          key,
          statement: meaning.statement,
          origin,
          expected: '',
          fix: meaning.fix,
        });
        return;
      case 'unknown':
        return this.passOver(key, origin);
    }
  }

  private visitBranch(entry: Entry, path: readonly string[], value: unknown, origin: Origin): void {
    if (isMapping(value)) {
      for (const [name, below] of Object.entries(value)) this.visit(entry, [...path, name], below);
      return;
    }
    const statement = `is ${describeType(value)}`;
    this.problems.push({
      code: 'CFG-005',
      key: path.join('.'),
      statement,
      origin,
      expected: 'a mapping of keys',
      fix: '',
    });
  }

  private take(key: string, written: unknown, origin: Origin): void {
    if (!isKeyName(key)) return;
    const value = typeof written === 'string' && origin.kind === 'file' ? this.follow(key, written, origin) : written;
    if (value === null || (value === '' && !key.endsWith('password'))) return;
    this.candidates.set(key, { value, origin });
  }

  /** Replaces `env:NAME` and `file:/path`, whole values of the file. Null: a problem was found. */
  private follow(key: string, text: string, origin: Origin): string | null {
    const name = /^env:(\w+)$/.exec(text)?.[1];
    if (name !== undefined)
      return (
        this.options.environment[name] ??
        this.lost('CFG-008', key, `refers to the variable ${name}, which is not set`, origin)
      );
    const path = /^file:(\/.+)$/.exec(text)?.[1];
    if (path === undefined) return text;
    try {
      return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      return this.lost('CFG-001', key, `cannot be read from ${path}: ${reason}`, origin);
    }
  }

  private lost(code: string, key: string, statement: string, origin: Origin): null {
    this.problems.push({ code, key, statement, origin, expected: '', fix: 'set it, or write the value here' });
    return null;
  }

  private findPlaceholders(entry: Entry, path: readonly string[], value: unknown): void {
    if (typeof value === 'string' && isPlaceholder(value))
      this.problems.push(placeholderProblem(path.join('.'), entry.originOf(path)));
    if (isMapping(value))
      for (const [name, below] of Object.entries(value)) this.findPlaceholders(entry, [...path, name], below);
  }

  private passOver(key: string, origin: Origin): void {
    const nearest = nearestName(key);
    const guess = nearest === null ? '' : `did you mean ${nearest}?`;
    if (this.options.isStrict) {
      this.problems.push({ code: 'CFG-W02', key, statement: 'is not a known key', origin, expected: '', fix: guess });
    } else {
      this.notice({
        code: 'CFG-W02',
        key,
        statement: guess === '' ? 'is not a known key' : `is not a known key; ${guess}`,
        origin,
      });
    }
  }

  private notice(notice: ConfigNotice): void {
    const isSaid = this.notices.some(({ code, key }) => code === notice.code && key === notice.key);
    if (!isSaid) this.notices.push(notice);
  }
}

const BRANCH = { kind: 'branch' } as const;
