import type { Entry, Reading } from './entries.ts';
import type { ConfigProblem, Origin } from './problem.ts';

/** Reads `--set a.b.c=value` of the command line. A value that is a JSON list or mapping is taken as such. */
export function readOverrides(overrides: readonly string[]): Reading {
  const entries: Entry[] = [];
  const problems: ConfigProblem[] = [];
  for (const override of overrides) {
    const cut = override.indexOf('=');
    const key = override.slice(0, cut).trim();
    if (cut < 0 || !/^[\w-]+(?:\.[\w-]+)+$/.test(key)) problems.push(malformed());
    else entries.push(entryOf(key, override.slice(cut + 1)));
  }
  return { entries, problems, notices: [] };
}

function entryOf(key: string, text: string): Entry {
  const origin: Origin = { kind: 'override', key };
  return { path: key.toLowerCase().split('.'), value: readStructure(text), originOf: () => origin };
}

function readStructure(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

// What was written is not repeated: without the = there is no telling which part of it is a secret.
function malformed(): ConfigProblem {
  return {
    code: 'CFG-005',
    key: '',
    statement: 'a --set is not of the form a.b.c=value',
    origin: null,
    expected: 'e.g. --set setup.guest_access=false',
    fix: '',
  };
}
