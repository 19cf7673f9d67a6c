import type { FileEntry, LineTable } from '@thatch/engine';
import { z } from 'zod';
import { LINE_COVERAGE, presentFile, presentLines } from './report.ts';
import { named } from './shape.ts';
import { REPORT_TOTALS } from './totals.ts';

/** One file of a report (public-api §2.8). */
export const FILE_REPORT = named(
  'FileReport',
  z.object({
    name: z.string(),
    totals: REPORT_TOTALS,
    line_coverage: LINE_COVERAGE,
    commit_sha: z.string().meta({ description: 'The commit in which it was found.' }),
    commit_file_url: z.url(),
  }),
);

/** A file, its lines and where it was found. */
export interface FoundFile {
  readonly entry: FileEntry;
  readonly table: LineTable;
  readonly sha: string;
  readonly url: string;
}

export function presentFileReport({ entry, table, sha, url }: FoundFile): z.input<typeof FILE_REPORT> {
  return { ...presentFile(entry), line_coverage: presentLines(table), commit_sha: sha, commit_file_url: url };
}
