import type { ConfigNotice, ConfigProblem, Origin } from './problem.ts';

/** One thing that a source says: a value, or a tree of values, under a name. */
export interface Entry {
  readonly path: readonly string[];
  /** Strings, numbers, booleans, null, lists and plain objects. */
  readonly value: unknown;
  /** Where a name at or below `path` was written. */
  readonly originOf: (path: readonly string[]) => Origin;
}

/** What a source found. */
export interface Reading {
  readonly entries: readonly Entry[];
  readonly problems: readonly ConfigProblem[];
  readonly notices: readonly ConfigNotice[];
}

/** Whether a value is a mapping, not a list. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "a text", "a list" …: what was found, in words. */
export function describeType(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return Number.isInteger(value) ? 'a whole number' : 'a number';
}
