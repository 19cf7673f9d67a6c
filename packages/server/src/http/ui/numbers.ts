import { showCoverage } from '../../presenters/shown-numbers.ts';
import type { Counts, Coverage, ReportCoverage } from './contract/shared.ts';

/** Counts with the percentage that pages show. */
export function presentCoverageOf({ lines, hits, partials, misses }: Counts): Coverage {
  return { lines, hits, partials, misses, coverage: showCoverage({ lines, hits }) };
}

/** The same of a report or of a row with columns of totals; null while nothing was merged. */
export function presentReportCoverage(row: {
  readonly files: number | null;
  readonly lines: number | null;
  readonly hits: number | null;
  readonly partials: number | null;
  readonly misses: number | null;
}): ReportCoverage | null {
  const { files, lines, hits, partials, misses } = row;
  if (files === null || lines === null || hits === null || partials === null || misses === null) return null;
  return { files, ...presentCoverageOf({ lines, hits, partials, misses }) };
}
