import type { Settings } from '../settings.ts';
import type { DropReason } from '../storage/directory.ts';
import type { Resolution } from '../storage/part-builder.ts';
import { cleanPath, isAbsolute, leavesRepository, LONGEST_PATH } from './clean.ts';
import { FixRules } from './fixes.ts';
import { removeActionsPrefix, removeKnownPrefix } from './known-prefixes.ts';
import { NetworkTree } from './network-tree.ts';
import { PathFilter } from './path-filter.ts';

/** A {@link Resolution} with the user's rule that made it so: a line of `fixes` or a pattern, as written; null when none did. */
export type ExplainedResolution = Resolution & { readonly rule: string | null };

/** The report file that named a path. */
export interface ReportPlace {
  readonly fileName: string;
  /** Absolute folders that relative paths may start from (Cobertura `<source>`). */
  readonly roots: readonly string[];
}

/**
 * Turns the paths of reports into repository paths (report-model §7). `network` lists the repository's files, cleaned; null when
 * no list is known. Without user rules a kept path is always one of the list where there is one, and never leaves the repository.
 */
export class PathResolver {
  private readonly settings: Settings;
  private readonly tree: NetworkTree | null;
  private readonly fixes: FixRules;
  private readonly filter: PathFilter;
  private readonly root: string;

  constructor(options: { network: readonly string[] | null; settings: Settings }) {
    const { paths } = options.settings;
    this.settings = options.settings;
    this.tree = options.network === null ? null : new NetworkTree(options.network);
    this.fixes = new FixRules(paths.fixes);
    this.filter = PathFilter.ofSettings(options.settings);
    this.root = paths.root.replaceAll('\\', '/').replace(/\/+$/, '');
  }

  /** What becomes of a source file: the first of its candidate paths that is kept, else why none is. */
  resolve(source: { path: string; candidates: readonly string[] }, report: ReportPlace): ExplainedResolution {
    let result = NOT_IN_REPO;
    for (const candidate of source.candidates) {
      const resolution = this.resolveWritten(this.placed(candidate), report);
      if (resolution.kind === 'kept') return resolution;
      if (WEIGHT[resolution.reason] > WEIGHT[result.reason]) result = resolution;
    }
    return result;
  }

  /** Cuts `root` from a path and puts `prefix` before it (upload-protocol §8.1). */
  private placed(written: string): string {
    const { prefix } = this.settings.paths;
    if (this.root === '' && prefix === '') return written;
    const slashed = written.replaceAll('\\', '/');
    const cut = this.root !== '' && slashed.startsWith(`${this.root}/`) ? slashed.slice(this.root.length + 1) : slashed;
    return prefix === '' ? cut : `${prefix}/${cut}`;
  }

  private resolveWritten(written: string, report: ReportPlace): ExplainedResolution {
    const direct = this.fix(written);
    if (direct.kind === 'kept' || this.tree === null || isAbsolute(written) || !isUnmatched(direct)) return direct;
    for (const base of basesOf(report)) {
      const resolution = this.fix(`${base}/${written}`);
      if (resolution.kind === 'kept' || !isUnmatched(resolution)) return resolution;
    }
    return direct;
  }

  /** Steps 1 to 6 of report-model §7. */
  private fix(written: string): ExplainedResolution {
    if (written === '' || written.length > LONGEST_PATH) return NOT_IN_REPO;
    const clean = cleanPath(written);
    const first = this.fixes.replace(clean.path);
    const placed = this.place(first.path, first.rule === null ? clean.dotted : first.path);
    if (typeof placed !== 'string') return { ...placed, rule: first.rule };
    const second = this.fixes.prefixAndReplace(placed);
    const rule = second.rule ?? first.rule;
    if (second.path === '') return { kind: 'dropped', reason: 'not_in_repo', rule };
    if (leavesRepository(second.path)) return { kind: 'dropped', reason: 'outside', rule };
    const wanted = this.filter.decide(second.path);
    if (!wanted.isWanted) return { kind: 'dropped', reason: 'ignored_by_config', rule: wanted.pattern };
    return { kind: 'kept', path: second.path, rule };
  }

  /** Step 4: the path in the repository as far as our own knowledge goes. */
  private place(path: string, dotted: string): string | Dropped {
    if (path === '') return NOT_IN_REPO;
    if (this.tree === null) return this.placeWithoutList(path);
    if (this.settings.paths.disableDefaultFixes) return path;
    if (dotted !== path && this.tree.has(dotted)) return dotted;
    const found = this.tree.find(path);
    if (found !== null) return found;
    return leavesRepository(path) ? OUTSIDE : NOT_IN_REPO;
  }

  private placeWithoutList(path: string): string | Dropped {
    if (leavesRepository(path)) return OUTSIDE;
    const known = this.settings.compat === 'strict' ? removeActionsPrefix(path) : path;
    return (known === path ? removeKnownPrefix(path) : known) ?? NOT_IN_REPO;
  }
}

type Dropped = Extract<ExplainedResolution, { kind: 'dropped' }>;

const NOT_IN_REPO: Dropped = { kind: 'dropped', reason: 'not_in_repo', rule: null };
const OUTSIDE: Dropped = { kind: 'dropped', reason: 'outside', rule: null };

/** Of several candidates that were all dropped, the reason that says most. */
const WEIGHT: Readonly<Record<DropReason, number>> = { no_lines: 0, not_in_repo: 1, outside: 2, ignored_by_config: 3 };

function isUnmatched(resolution: ExplainedResolution): boolean {
  return resolution.kind === 'dropped' && resolution.reason !== 'ignored_by_config';
}

/** Folders that a relative path may start from: the report's own, then the roots that it names. */
function basesOf(report: ReportPlace): string[] {
  const name = report.fileName.replaceAll('\\', '/');
  const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  const bases = folder === '' ? [] : [folder];
  for (const root of report.roots) if (isAbsolute(root)) bases.push(root.replace(/[/\\]+$/, ''));
  return bases;
}
