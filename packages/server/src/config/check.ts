import type { z } from 'zod';
import { describeType, isMapping } from './entries.ts';
import type { Candidate } from './gather.ts';
import { isPlaceholder, placeholderProblem } from './gather.ts';
import { KEYS } from './keys.ts';
import type { KeyName, Values } from './keys.ts';
import type { IssueParameters, Kind } from './kinds.ts';
import type { ConfigProblem } from './problem.ts';
import { showValue } from './problem.ts';

/** Checks the values that hold, each by the kind of its key. */
export function checkValues(candidates: ReadonlyMap<KeyName, Candidate>): {
  readonly values: Values;
  readonly problems: readonly ConfigProblem[];
} {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [key, candidate] of candidates) {
    const checked = checkValue(key, KEYS[key], candidate);
    if (checked.kind === 'ok') values[key] = checked.value;
    else problems.push(...checked.problems);
  }
  return { values: values as Values, problems };
}

type Checked =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

function checkValue(key: string, kind: Kind<unknown>, { value, origin }: Candidate): Checked {
  if (holdsPlaceholder(value)) return { kind: 'refused', problems: [placeholderProblem(key, origin)] };
  if (kind.shape === 'number' && typeof value === 'string' && value.startsWith('tcp://')) {
    const statement = 'is the address of a Kubernetes service, not a number';
    const fix = 'set enableServiceLinks: false in the pod, or rename the service';
    return { kind: 'refused', problems: [{ code: 'CFG-012', key, statement, origin, expected: kind.expected, fix }] };
  }
  const result = kind.schema.safeParse(typeof value === 'string' ? kind.fromText(value) : value);
  if (result.success) return { kind: 'ok', value: result.data };
  return {
    kind: 'refused',
    problems: result.error.issues.map((issue) => toProblem(issue, key, kind, { value, origin })),
  };
}

function holdsPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return isPlaceholder(value);
  if (Array.isArray(value)) return value.some(holdsPlaceholder);
  return isMapping(value) && Object.values(value).some(holdsPlaceholder);
}

function toProblem(
  issue: z.core.$ZodIssue,
  key: string,
  kind: Kind<unknown>,
  { value, origin }: Candidate,
): ConfigProblem {
  const place = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const name = key + place;
  const found = valueAt(value, issue.path);
  // A text where a mapping belongs may be anything; only checked leaves of a structure are shown.
  const isHidden = found === undefined || (kind.shape === 'structure' && issue.code !== 'custom');
  const shown = isHidden ? '' : `= ${showValue(name, found)} `;
  const own = issue.code === 'custom' ? (issue.params as IssueParameters | undefined) : undefined;
  if (own !== undefined)
    return { code: own.code, key: name, statement: shown + own.statement, origin, expected: '', fix: own.fix };
  const { code, fault } = faultOf(issue, found);
  const expected = place === '' ? kind.expected : expectedOf(issue);
  return { code, key: name, statement: shown + fault, origin, expected, fix: place === '' ? fixOf(found, kind) : '' };
}

function faultOf(issue: z.core.$ZodIssue, found: unknown): { readonly code: string; readonly fault: string } {
  if (found === undefined) return { code: 'CFG-005', fault: 'is not set' };
  if (found === '') return { code: 'CFG-005', fault: 'is empty' };
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      return { code: 'CFG-011', fault: 'is out of range' };
    case 'invalid_value':
      return { code: 'CFG-009', fault: 'is not allowed' };
    case 'unrecognized_keys':
      return { code: 'CFG-005', fault: `holds names that mean nothing here: ${issue.keys.join(', ')}` };
    default:
      return { code: 'CFG-005', fault: `is ${describeType(found)}` };
  }
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code !== 'invalid_type') return '';
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return words[issue.expected] ?? issue.expected;
}

function fixOf(found: unknown, kind: Kind<unknown>): string {
  const isText = typeof found === 'string' && kind.shape === 'structure';
  return isText ? 'write it in the file, or as JSON in a variable that begins with JSONCONFIG___' : '';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[step];
  }
  return found;
}
