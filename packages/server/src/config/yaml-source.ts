import { readFileSync, statSync } from 'node:fs';
import { LineCounter, isAlias, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import type { Document, Node, Scalar, ScalarTag, YAMLMap } from 'yaml';
import type { Reading } from './entries.ts';
import { isMapping } from './entries.ts';
import type { ConfigProblem, Origin } from './problem.ts';

const LARGEST_FILE_BYTES = 1024 * 1024;
/** More uses of anchors than this are an attack or a mistake. */
const MOST_ALIASES = 100;

/**
 * Reads the file (install-config §1): YAML with the booleans of 1.1, since published examples say `off` and `yes`; no octal numbers, no
 * times, no tags, no key twice.
 *
 * @param isExplicit somebody named the file, so that it must be there
 */
export function readYamlFile(path: string, isExplicit: boolean): Reading {
  let text: string;
  try {
    if (statSync(path).size > LARGEST_FILE_BYTES)
      return refuse([unreadable(path, `it is larger than ${LARGEST_FILE_BYTES} bytes`)]);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isExplicit) return { entries: [], problems: [], notices: [] };
    return refuse([unreadable(path, code ?? 'unknown reason')]);
  }
  return readYaml(text, path);
}

/** Reads the text of the file; `path` only for messages. */
export function readYaml(text: string, path: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    customTags: [booleanTag(true, /^(?:[Yy]es|YES|[Oo]n|ON)$/), booleanTag(false, /^(?:[Nn]o|NO|[Oo]ff|OFF)$/)],
    merge: true,
    stringKeys: true,
    // Found below, to name both places.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const at: Place = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error !== undefined) return refuse([syntaxProblem(error.code, at(error.pos[0]), text)]);
  const problems = findFaults(document, at);
  if (problems.length > 0) return refuse(problems);
  return readTree(document, at(0), at);
}

function readTree(document: Document.Parsed, start: Origin, at: Place): Reading {
  let tree: unknown;
  try {
    tree = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    return refuse([problem('CFG-002', 'uses anchors too often', start, 'write the values out')]);
  }
  if (tree === null || tree === undefined) return { entries: [], problems: [], notices: [] };
  if (!isMapping(tree))
    return refuse([problem('CFG-003', 'is not a mapping of sections', start, 'begin with a section, e.g. setup:')]);
  const originOf = (path: readonly string[]): Origin => at(offsetOf(document, path));
  return { entries: [{ path: [], value: tree, originOf }], problems: [], notices: [] };
}

function booleanTag(value: boolean, test: RegExp): ScalarTag {
  return {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    identify: (found) => found === value,
    test,
    resolve: () => value,
  };
}

type Place = (offset: number) => Origin;

/** Tags, octal-looking numbers and keys that are written twice. */
function findFaults(document: Document.Parsed, at: Place): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, (key, node) => {
    if (!isNode(node) || isAlias(node)) return;
    if (node.tag !== undefined) problems.push(tagProblem(placeOf(node, at)));
    if (isScalar(node) && key !== 'key' && isOctalLooking(node)) problems.push(octalProblem(placeOf(node, at)));
    if (isMap(node)) problems.push(...repeatedKeys(node, at));
  });
  return problems;
}

function repeatedKeys(map: YAMLMap, at: Place): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const seen = new Map<string, Origin>();
  for (const { key } of map.items) {
    if (!isScalar(key) || key.value === '<<') continue;
    const name = String(key.value);
    const place = placeOf(key, at);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, place);
    else
      problems.push(
        problem('CFG-004', `is written twice, first in line ${lineOf(first)}`, place, 'remove one of the two', name),
      );
  }
  return problems;
}

function isOctalLooking({ value, source }: Scalar): boolean {
  return typeof value === 'number' && /^[-+]?0\d/.test(source ?? '');
}

function tagProblem(origin: Origin): ConfigProblem {
  return problem('CFG-004', 'holds a tag', origin, 'write the value without a tag');
}

function octalProblem(origin: Origin): ConfigProblem {
  const fix = 'write it in quotes if it is a text, else without the 0';
  return problem('CFG-005', 'holds a number that begins with 0', origin, fix);
}

function placeOf(node: Node, at: Place): Origin {
  return at(node.range?.[0] ?? 0);
}

function lineOf(origin: Origin): number {
  return origin.kind === 'file' ? origin.line : 0;
}

/** Where the value of a path begins, or the nearest name above it (inside merged mappings there is none of its own). */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isMap(node)) return offset;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === name);
    if (pair === undefined) return offset;
    offset = (pair.value as Node | null)?.range?.[0] ?? (pair.key as Node).range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}

// The parser's own message may hold a piece of the file, and so a secret: its code says enough, with the name on the line.
function syntaxProblem(code: string, origin: Origin, text: string): ConfigProblem {
  const line = text.split('\n')[lineOf(origin) - 1] ?? '';
  const name = /^\s*(?:- )?[\w.-]+(?=\s*:)/.exec(line)?.[0].trim();
  const where = name === undefined ? '' : `, in the line of "${name}"`;
  return problem(
    'CFG-002',
    `is not YAML: ${code.toLowerCase().replaceAll('_', ' ')}${where}`,
    origin,
    'mend this place; values with special characters belong in quotes',
  );
}

function unreadable(path: string, reason: string): ConfigProblem {
  return {
    code: 'CFG-001',
    key: '',
    statement: `cannot read ${path}: ${reason}`,
    origin: null,
    expected: '',
    fix: 'name a file that this user may read',
  };
}

function problem(code: string, statement: string, origin: Origin, fix: string, key = ''): ConfigProblem {
  return { code, key, statement: key === '' ? `the file ${statement}` : statement, origin, expected: '', fix };
}

function refuse(problems: readonly ConfigProblem[]): Reading {
  return { entries: [], problems, notices: [] };
}
