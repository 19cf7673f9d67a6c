import type { Settings } from '../settings.ts';
import { cleanPath } from './clean.ts';
import { PathResolver } from './resolver.ts';
import { similarity } from './similarity.ts';

/** What rules of `fixes` would do to paths that match no file. */
export interface FixTrial {
  /** How many of them would match. */
  readonly matched: number;
  readonly total: number;
  readonly examples: readonly { readonly written: string; readonly path: string }[];
}

/** A rule of `fixes` that would help. */
export interface FixSuggestion extends FixTrial {
  /** As it is written in the yaml: `build/::src/`. */
  readonly rule: string;
}

/** A path that matches no file, and files that it may mean. */
export interface UnmatchedPath {
  readonly path: string;
  /** The likeliest first; none when no file has its name. */
  readonly nearest: readonly string[];
}

const MOST_EXAMPLES = 5;
const MOST_NEAREST = 3;
/** A name like `index.ts` is that of thousands of files: more than these are not compared. */
const MOST_NAMESAKES = 50;
/** Rules are made of the first paths; all of them are counted when a rule is tried. */
const MOST_COMPARED = 2000;
const MOST_TRIED = 20;

/** Resolves `paths` again, under these rules and no others; nothing is changed. A path matches when it becomes one of `network`. */
export function tryFixes(
  paths: readonly string[],
  fixes: readonly string[],
  { network, settings }: { readonly network: readonly string[]; readonly settings: Settings },
): FixTrial {
  const resolver = new PathResolver({ network, settings: { ...settings, paths: { ...settings.paths, fixes } } });
  const listed = new Set(network);
  let matched = 0;
  const examples: { written: string; path: string }[] = [];
  for (const written of paths) {
    const resolution = resolver.resolve({ path: written, candidates: [written] }, NO_PLACE);
    if (resolution.kind !== 'kept' || !listed.has(resolution.path)) continue;
    matched++;
    if (examples.length < MOST_EXAMPLES) examples.push({ written, path: resolution.path });
  }
  return { matched, total: paths.length, examples };
}

/**
 * The shortest prefix rule that makes most of `paths` match; null when none makes two match. A rule is read off a path and a file of the
 * same name: what stands before their common end.
 */
export function suggestFix(
  paths: readonly string[],
  tree: { readonly network: readonly string[]; readonly settings: Settings },
): FixSuggestion | null {
  const namesakes = byName(tree.network);
  const counts = new Map<string, number>();
  for (const written of paths.slice(0, MOST_COMPARED)) {
    const { path } = cleanPath(written);
    const rules = new Set((namesakes.get(nameOf(path)) ?? []).map((file) => ruleOf(path, file)));
    for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  const likeliest = [...counts]
    .filter(([, count]) => count > 1)
    .toSorted(([one, a], [other, b]) => b - a || shorter(one, other));
  let best: FixSuggestion | null = null;
  for (const [rule] of likeliest.slice(0, MOST_TRIED)) {
    const trial = tryFixes(paths, [rule], tree);
    const isBetter =
      best === null || trial.matched > best.matched || (trial.matched === best.matched && shorter(rule, best.rule) < 0);
    if (trial.matched > 1 && isBetter) best = { rule, ...trial };
  }
  return best;
}

/** Files with the name of each path, the most similar first. */
export function nearestPaths(paths: readonly string[], network: readonly string[]): UnmatchedPath[] {
  const namesakes = byName(network);
  return paths.map((path) => {
    const alike = (namesakes.get(nameOf(cleanPath(path).path)) ?? []).map((file) => ({
      file,
      score: similarity(file, path),
    }));
    const ordered = alike.toSorted((one, other) => other.score - one.score);
    return { path, nearest: ordered.slice(0, MOST_NEAREST).map(({ file }) => file) };
  });
}

const NO_PLACE = { fileName: '', roots: [] };

function byName(network: readonly string[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const path of network) {
    const name = nameOf(path);
    const known = files.get(name);
    if (known === undefined) files.set(name, [path]);
    else if (known.length < MOST_NAMESAKES) known.push(path);
  }
  return files;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * What is to be cut from the path and put before the rest to make it the file. Where only something is missing before it, the path's first
 * folder stands on both sides: a rule with nothing before the colons comes after paths are looked up.
 */
function ruleOf(path: string, file: string): string {
  const written = path.split('/');
  const listed = file.split('/');
  let shared = 0;
  while (shared < written.length && shared < listed.length && written.at(-1 - shared) === listed.at(-1 - shared))
    shared++;
  if (shared === written.length && shared > 1) shared--;
  return `${folderOf(written, shared)}::${folderOf(listed, shared)}`;
}

function folderOf(segments: readonly string[], shared: number): string {
  const rest = segments.slice(0, segments.length - shared);
  return rest.length === 0 ? '' : `${rest.join('/')}/`;
}

function shorter(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
