import type { Settings } from '../settings.ts';
import type { Resolution } from '../storage/part-builder.ts';
import { cleanPath, leavesRepository } from './clean.ts';
import { removeKnownPrefix } from './known-prefixes.ts';

/** Turns the paths of reports into repository paths; report-model §7. */
export class PathResolver {
  constructor(_options: { network: readonly string[] | null; settings: Settings }) {}

  /** What becomes of a source file of a report. */
  resolve(
    source: { path: string; candidates: readonly string[] },
    _report: { fileName: string; roots: readonly string[] },
  ): Resolution {
    let dropped: Resolution = { kind: 'dropped', reason: 'not_in_repo' };
    for (const candidate of source.candidates) {
      const { path } = cleanPath(candidate);
      if (leavesRepository(path)) {
        dropped = { kind: 'dropped', reason: 'outside' };
        continue;
      }
      const fixed = removeKnownPrefix(path);
      if (fixed !== null && fixed !== '') return { kind: 'kept', path: fixed };
    }
    return dropped;
  }
}
