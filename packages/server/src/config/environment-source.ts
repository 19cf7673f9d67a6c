import { readFileSync } from 'node:fs';
import type { Entry, Reading } from './entries.ts';
import { SECTIONS, meaningOf } from './known-keys.ts';
import type { ConfigNotice, ConfigProblem, Origin } from './problem.ts';

const JSON_PREFIX = 'JSONCONFIG___';
const FILE_SUFFIX = '_file';

/** Variables that people set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that are configuration (install-config §2): `SETUP__CODECOV_URL`, `JSONCONFIG___SETUP__ADMINS`, and
 * `SERVICES__DATABASE_URL_FILE`. Others are not mentioned. The order of the variables makes no difference.
 */
export function readEnvironment(environment: Environment): Reading {
  const reading: Writable = { entries: [], problems: [], notices: [] };
  const plain = new Map<string, string>();
  const fromFiles: Variable[] = [];
  for (const name of Object.keys(environment).toSorted()) {
    const variable = parseName(name, environment[name] ?? '');
    if (variable === null) continue;
    if (isFileReference(variable)) fromFiles.push(variable);
    else if (readVariable(variable, reading)) plain.set(variable.path.join('.'), name);
  }
  for (const variable of fromFiles) readFromFile(variable, plain, reading);
  return reading;
}

interface Writable {
  readonly entries: Entry[];
  readonly problems: ConfigProblem[];
  readonly notices: ConfigNotice[];
}

interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  readonly text: string;
  readonly isJson: boolean;
}

function parseName(name: string, text: string): Variable | null {
  const isJson = name.startsWith(JSON_PREFIX);
  const rest = isJson ? name.slice(JSON_PREFIX.length) : name;
  if (rest.startsWith('__') || (!isJson && !rest.includes('__'))) return null;
  const path = rest.toLowerCase().split('__');
  return SECTIONS.has(path[0]) && path.every((segment) => segment !== '') ? { name, path, text, isJson } : null;
}

/** Whether it gives a value. */
function readVariable(variable: Variable, reading: Writable): boolean {
  const { name, path, text, isJson } = variable;
  const key = path.join('.');
  const origin: Origin = { kind: 'environment', name, file: null };
  if (text === '' && !(key.endsWith('password') && !isJson)) {
    reading.notices.push({ code: 'CFG-W07', key, statement: 'is empty and ignored', origin });
    return false;
  }
  if (!isJson) {
    reading.entries.push({ path, value: text, originOf: () => origin });
    return true;
  }
  try {
    reading.entries.push({ path, value: JSON.parse(text) as unknown, originOf: () => origin });
    return true;
  } catch {
    // The reason would hold a piece of the value.
    reading.problems.push({
      code: 'CFG-006',
      key,
      statement: 'is not JSON',
      origin,
      expected: 'a JSON value',
      fix: 'check quotes and brackets',
    });
    return false;
  }
}

// `thatch.log_file` could be a key of its own: only what is no key with the suffix, and is one without, names a file.
function isFileReference({ path, isJson }: Variable): boolean {
  const key = path.join('.');
  if (isJson || !key.endsWith(FILE_SUFFIX) || meaningOf(key).kind !== 'unknown') return false;
  const { kind } = meaningOf(key.slice(0, -FILE_SUFFIX.length));
  return kind === 'used' || kind === 'unused';
}

function readFromFile(variable: Variable, plain: ReadonlyMap<string, string>, reading: Writable): void {
  const key = variable.path.join('.').slice(0, -FILE_SUFFIX.length);
  const origin: Origin = { kind: 'environment', name: variable.name, file: variable.text };
  if (variable.text === '') {
    reading.notices.push({
      code: 'CFG-W07',
      key,
      statement: 'is empty and ignored',
      origin: { ...origin, file: null },
    });
    return;
  }
  const other = plain.get(key);
  if (other !== undefined) {
    const statement = `is set by ${other} and by ${variable.name}`;
    reading.problems.push({
      code: 'CFG-007',
      key,
      statement,
      origin: null,
      expected: 'one of the two',
      fix: 'unset the other',
    });
    return;
  }
  try {
    const text = readFileSync(variable.text, 'utf8').replace(/\r?\n$/, '');
    reading.entries.push({ path: key.split('.'), value: text, originOf: () => origin });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    const statement = `cannot be read from ${variable.text}: ${reason}`;
    reading.problems.push({
      code: 'CFG-001',
      key,
      statement,
      origin: { ...origin, file: null },
      expected: '',
      fix: 'name a file that this user may read',
    });
  }
}
