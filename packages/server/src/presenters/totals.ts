import { coverageText, ratio, roundText, type Totals } from '@thatch/engine';
import { z } from 'zod';
import type { Commit, Upload } from '../database/tables.ts';
import { COUNT, named } from './shape.ts';

const COUNTS = {
  files: COUNT,
  lines: COUNT,
  hits: COUNT,
  misses: COUNT,
  partials: COUNT,
};

/** Totals of commits, repositories and pulls (public-api §1.6): `coverage` is null without lines. */
export const COMMIT_TOTALS = named(
  'CommitTotals',
  z.object({
    ...COUNTS,
    coverage: z
      .number()
      .min(0)
      .max(100)
      .nullable()
      .meta({ description: 'Percent, cut to two decimals; null without lines.' }),
    branches: COUNT,
    methods: COUNT,
    sessions: COUNT,
    complexity: z.number(),
    complexity_total: z.number(),
    complexity_ratio: z.number().meta({ description: 'Percent, cut to two decimals; 0 when unknown.' }),
    diff: z.literal(0).meta({ description: 'Deprecated, always 0.' }),
  }),
);

/** Totals of reports and files (public-api §1.6): `coverage` is 0 without lines. */
export const REPORT_TOTALS = named(
  'ReportTotals',
  z.object({
    ...COUNTS,
    coverage: z.number().min(0).max(100).meta({ description: 'Percent, cut to two decimals; 0 without lines.' }),
    branches: COUNT,
    methods: COUNT,
    messages: z.literal(0),
    sessions: COUNT,
    complexity: z.number().nullable(),
    complexity_total: z.number().nullable(),
    complexity_ratio: z.number(),
    diff: z.literal(0),
  }),
);

/** Totals of one upload (public-api §1.6). */
export const UPLOAD_TOTALS = named(
  'UploadTotals',
  z.object({
    ...COUNTS,
    coverage: z.number().min(0).max(100).nullable(),
    branches: COUNT,
    methods: COUNT,
  }),
);

/** A percentage with the integers it came from (public-api §4.1). */
export const COVERAGE = named(
  'Coverage',
  z.object({
    percent: z.number().min(0).max(100).nullable().meta({ description: 'Five decimals; null without lines.' }),
    lines: COUNT,
    hits: COUNT,
    misses: COUNT,
    partials: COUNT,
  }),
);

/** The columns that hold totals. */
type TotalsRow = Pick<
  Commit,
  'files' | 'lines' | 'hits' | 'misses' | 'partials' | 'branches' | 'methods' | 'complexity' | 'complexity_total'
>;

/** Totals of a commit's row; null before its first report. */
export function presentCommitTotals(row: TotalsRow & Pick<Commit, 'sessions'>): z.input<typeof COMMIT_TOTALS> | null {
  const totals = readTotals(row);
  if (totals === null) return null;
  return {
    ...counts(totals),
    coverage: coverage(totals),
    branches: totals.branches,
    methods: totals.methods,
    sessions: row.sessions ?? 0,
    complexity: totals.complexity,
    complexity_total: totals.complexityTotal,
    complexity_ratio: complexityRatio(totals),
    diff: 0,
  };
}

/** Totals of a report; of one file without `sessions`. */
export function presentReportTotals(totals: Totals, sessions = 0): z.input<typeof REPORT_TOTALS> {
  return {
    ...counts(totals),
    coverage: coverage(totals) ?? 0,
    branches: totals.branches,
    methods: totals.methods,
    messages: 0,
    sessions,
    complexity: totals.complexity,
    complexity_total: totals.complexityTotal,
    complexity_ratio: complexityRatio(totals),
    diff: 0,
  };
}

/** Totals of an upload's row; null until it is read. */
export function presentUploadTotals(row: Pick<Upload, keyof TotalsRow>): z.input<typeof UPLOAD_TOTALS> | null {
  const totals = readTotals(row);
  if (totals === null) return null;
  return { ...counts(totals), coverage: coverage(totals), branches: totals.branches, methods: totals.methods };
}

/** Coverage at full precision. */
export function presentCoverage(
  totals: Pick<Totals, 'lines' | 'hits' | 'misses' | 'partials'>,
): z.input<typeof COVERAGE> {
  const text = coverageText(totals.hits, totals.lines);
  return {
    percent: text === null ? null : Number(text),
    lines: totals.lines,
    hits: totals.hits,
    misses: totals.misses,
    partials: totals.partials,
  };
}

/** The totals in a row; null when it has none yet. */
export function readTotals(row: TotalsRow): Totals | null {
  if (row.lines === null) return null;
  return {
    files: row.files ?? 0,
    lines: row.lines,
    hits: row.hits ?? 0,
    misses: row.misses ?? 0,
    partials: row.partials ?? 0,
    branches: row.branches ?? 0,
    methods: row.methods ?? 0,
    complexity: row.complexity ?? 0,
    complexityTotal: row.complexity_total ?? 0,
  };
}

function counts({ files, lines, hits, misses, partials }: Totals) {
  return { files, lines, hits, misses, partials };
}

function coverage({ hits, lines }: Totals): number | null {
  const text = coverageText(hits, lines);
  return text === null ? null : cut(text);
}

function complexityRatio({ complexity, complexityTotal }: Totals): number {
  return complexity === 0 || complexityTotal === 0 ? 0 : cut(ratio(complexity, complexityTotal));
}

// Cut in the stored text: done in binary, 64.1 would become 64.09 (public-api §1.5).
function cut(text: string): number {
  return Number(roundText(text, 2, 'down'));
}
