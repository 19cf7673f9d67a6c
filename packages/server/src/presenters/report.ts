import { classOf, type FileEntry, type LineTable } from '@thatch/engine';
import { z } from 'zod';
import { COUNT, named } from './shape.ts';
import { REPORT_TOTALS, presentReportTotals } from './totals.ts';

/** State of a line: 0 hit, 1 miss, 2 partial, −1 skipped, null without a class (public-api §1.5). */
export const LINE_STATE = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(-1)]).nullable();

export type LineState = z.output<typeof LINE_STATE>;

/** `[[line, state], …]`, ascending. */
export const LINE_COVERAGE = named('LineCoverage', z.array(z.tuple([COUNT, LINE_STATE])));

/** A file of a report. */
export const REPORT_FILE = named(
  'ReportFile',
  z.object({ name: z.string(), totals: REPORT_TOTALS, line_coverage: LINE_COVERAGE.optional() }),
);

/** A report, or a selection of one (public-api §2.8). */
export const REPORT = named(
  'Report',
  z.object({
    totals: REPORT_TOTALS,
    files: z.array(REPORT_FILE),
    commit_file_url: z.url().meta({ description: 'The page that shows it.' }),
  }),
);

/** A file without its lines. */
export function presentFile({ path, totals }: Pick<FileEntry, 'path' | 'totals'>): z.input<typeof REPORT_FILE> {
  return { name: path, totals: presentReportTotals(totals) };
}

/** The lines of a file. */
export function presentLines(table: LineTable): z.input<typeof LINE_COVERAGE> {
  const lines: [number, LineState][] = [];
  for (const line of table.lines()) lines.push([line, presentState(table.valueOf(line))]);
  return lines;
}

const STATES = { hit: 0, miss: 1, partial: 2, skipped: -1 } as const;

/** The state of a line of this value. */
export function presentState(value: number): LineState {
  const lineClass = classOf(value);
  return lineClass === null ? null : STATES[lineClass];
}
