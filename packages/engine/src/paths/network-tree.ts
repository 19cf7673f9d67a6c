import { collapse } from './clean.ts';
import { similarity } from './similarity.ts';

/**
 * The repository's files as a tree of their reversed, lower-cased names, which finds the file that a report means by a path with
 * too much or too little before it (report-model §7.1). Branches are unfolded when they are first walked, so that a list of
 * 50,000 files costs one pass over their last names. A look-up changes no later answer.
 */
export class NetworkTree {
  private readonly root = new Branch();
  private readonly listed: ReadonlySet<string>;
  private isPlanted = false;

  /** `paths` are cleaned repository paths. */
  constructor(paths: readonly string[]) {
    this.listed = new Set(paths);
  }

  /** Whether exactly this path is listed. */
  has(path: string): boolean {
    return this.listed.has(path);
  }

  /** The listed file that a path of a report means, in the list's spelling; null when none does or several might. */
  find(query: string): string | null {
    // Most reports name files as the repository does: these need no tree.
    if (this.listed.has(query)) return query;
    const cleaned = WOULD_BE_CLEANED.test(query) ? cleanQuery(query) : query;
    if (cleaned === '') return null;
    const lower = cleaned.toLowerCase();
    const results = this.walk(lower);
    const match = results.length > 1 ? mostSimilar(results, cleaned) : results[0];
    return match !== undefined && isPlausible(match.toLowerCase(), lower) ? match : null;
  }

  private walk(query: string): readonly string[] {
    if (!this.isPlanted) for (const path of this.listed) this.root.add(path, path.length);
    this.isPlanted = true;
    let branch = this.root;
    let results: readonly string[] = [];
    let end = query.length;
    while (end > 0) {
      const start = query.lastIndexOf('/', end - 1);
      const child = branch.children().get(query.slice(start + 1, end));
      if (child === undefined) break;
      branch = child;
      // The rest of a branch with one path is that path, walked to its end or gone down to its end.
      const only = branch.onlyPath();
      if (only !== null) return isWholly(only.toLowerCase(), query) ? [only] : [...results, only];
      if (branch.ends().length > 0) results = branch.ends();
      end = start;
    }
    if (branch === this.root || branch.ends().length > 0) return results;
    // A new list: adding to the one that belongs to the tree would change later answers.
    return [...results, ...onlyEndBelow(branch)];
  }
}

interface Unfolded {
  readonly children: ReadonlyMap<string, Branch>;
  readonly ends: readonly string[];
}

class Branch {
  /** Most branches hold one path: they need no lists. */
  private first = '';
  private firstCut = -2;
  private paths: string[] | null = null;
  /** Where the part of each path that is not yet walked ends; −1 when nothing is left of it. */
  private cuts: number[] | null = null;
  private unfolded: Unfolded | null = null;

  add(path: string, cut: number): void {
    if (this.firstCut === -2) {
      this.first = path;
      this.firstCut = cut;
      return;
    }
    if (path === this.first) return;
    this.paths ??= [];
    this.cuts ??= [];
    this.paths.push(path);
    this.cuts.push(cut);
  }

  /** The path of a branch that holds one only. */
  onlyPath(): string | null {
    return this.paths === null && this.firstCut !== -2 ? this.first : null;
  }

  children(): ReadonlyMap<string, Branch> {
    return this.unfold().children;
  }

  /** Listed paths that end here: several where they differ in case only. */
  ends(): readonly string[] {
    return this.unfold().ends;
  }

  private unfold(): Unfolded {
    if (this.unfolded !== null) return this.unfolded;
    const children = new Map<string, Branch>();
    const ends = new Set<string>();
    if (this.firstCut !== -2) place(this.first, this.firstCut, children, ends);
    this.paths?.forEach((path, index) => place(path, this.cuts![index], children, ends));
    this.unfolded = { children, ends: [...ends] };
    // `paths` keeps telling that there are several; their places are in the children now.
    this.paths = this.paths === null ? null : [];
    this.cuts = null;
    return this.unfolded;
  }
}

function place(path: string, cut: number, children: Map<string, Branch>, ends: Set<string>): void {
  if (cut < 0) {
    ends.add(path);
    return;
  }
  const start = cut === 0 ? -1 : path.lastIndexOf('/', cut - 1);
  const name = path.slice(start + 1, cut).toLowerCase();
  let child = children.get(name);
  if (child === undefined) {
    child = new Branch();
    children.set(name, child);
  }
  child.add(path, start);
}

/** Whether a query (in lower case) names a listed path from its first folder on. */
function isWholly(path: string, query: string): boolean {
  return query.endsWith(path) && (query.length === path.length || query[query.length - path.length - 1] === '/');
}

/** What {@link cleanQuery} takes out: a listed file may be named like that. */
const WOULD_BE_CLEANED = /^\s|\s$|\*\*\/|[\r\\]|\/\/|(?:^|\/)\.\.?(?:\/|$)|^\/|\/$/;

function cleanQuery(query: string): string {
  const plain = query.trim().replaceAll('**/', '').replaceAll('\r', '').replaceAll('\\ ', ' ').replaceAll('\\', '/');
  return collapse(plain);
}

function onlyEndBelow(branch: Branch): readonly string[] {
  let below = branch;
  while (below.children().size === 1) {
    [below] = below.children().values();
    const only = below.onlyPath();
    if (only !== null) return [only];
    if (below.ends().length > 0) return below.ends();
  }
  return [];
}

/** More results than this differ in nothing but case: a made-up list. */
const MOST_COMPARED = 32;

function mostSimilar(results: readonly string[], query: string): string {
  let best = results.at(-1)!;
  let bestRatio = -1;
  for (const result of results.slice(-MOST_COMPARED).reverse()) {
    const ratio = similarity(result, query);
    if (ratio > bestRatio) {
      best = result;
      bestRatio = ratio;
    }
  }
  return best;
}

/** Step 5: a file of the same name in an unrelated folder is not the one that is meant. Both in lower case. */
function isPlausible(match: string, query: string): boolean {
  if (match === query) return true;
  if (query.endsWith(`/${match}`)) return true;
  const lastTwo = query.slice(query.lastIndexOf('/', query.lastIndexOf('/') - 1) + 1);
  return (
    match.endsWith(lastTwo) && (match.length === lastTwo.length || match[match.length - lastTwo.length - 1] === '/')
  );
}
