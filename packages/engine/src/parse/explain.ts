import type { Problems } from '../model/problem.ts';
import type { DroppedSource, DropReason } from '../storage/directory.ts';
import type { ReadReport } from './read-report.ts';

/** Says of each report file that was recognised but gave no line that it did not count. */
export function explainEmpty(
  reports: readonly ReadReport[],
  counts: ReadonlyMap<number, { sources: number; lines: number }>,
  problems: Problems,
): void {
  reports.forEach((report, index) => {
    if (report.format === null || report.isExplained || (counts.get(index)?.lines ?? 0) > 0) return;
    problems.add({
      code: 'report_empty',
      severity: 'warning',
      file: report.name,
      message: `This file was read as ${report.format.name} and holds no line of coverage.`,
      hint: 'Check that tests ran before the report was written, and that the tool wrote line data, not only a summary.',
    });
  });
}

/** Says which source files were not kept, once per reason, with examples. */
export function explainDropped(dropped: readonly DroppedSource[], kept: number, problems: Problems): void {
  for (const reason of ['not_in_repo', 'ignored_by_config', 'outside'] as const) {
    const paths = dropped.filter((source) => source.reason === reason).map((source) => source.path);
    if (paths.length === 0) continue;
    const { code, hint } = WORDS[reason];
    problems.add({
      code,
      severity:
        kept === 0 && reason === 'not_in_repo' ? 'error' : reason === 'ignored_by_config' ? 'notice' : 'warning',
      message: `${WORDS[reason].message}: ${examples(paths)}.`,
      hint,
      count: paths.length,
    });
  }
}

const WORDS: Record<
  Exclude<DropReason, 'no_lines'>,
  { code: 'path_unmatched' | 'path_ignored' | 'path_outside'; message: string; hint: string }
> = {
  not_in_repo: {
    code: 'path_unmatched',
    message: 'These paths of the report match no file of the repository',
    hint: 'Generated files are expected here; otherwise add a rule to "fixes" that turns the written path into the repository path.',
  },
  ignored_by_config: {
    code: 'path_ignored',
    message: 'These paths are left out by "ignore" or the paths of a flag',
    hint: 'Nothing to do if that is what you want.',
  },
  outside: {
    code: 'path_outside',
    message: 'These paths lie outside of the repository',
    hint: 'Run the tests with paths relative to the repository root.',
  },
};

const MOST_EXAMPLES = 3;

function examples(paths: readonly string[]): string {
  const shown = paths
    .slice(0, MOST_EXAMPLES)
    .map((path) => `"${path.slice(0, 200)}"`)
    .join(', ');
  return paths.length > MOST_EXAMPLES ? `${shown} and ${paths.length - MOST_EXAMPLES} more` : shown;
}
