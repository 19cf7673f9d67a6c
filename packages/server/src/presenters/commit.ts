import { z } from 'zod';
import type { Commit } from '../database/tables.ts';
import { OWNER } from './owner.ts';
import { REPORT_FILE } from './report.ts';
import { TIME, named, pageOf } from './shape.ts';
import { isoTime } from './time.ts';
import { COMMIT_TOTALS, COVERAGE, REPORT_TOTALS, presentCommitTotals, presentCoverage, readTotals } from './totals.ts';

/** What we add to a commit when asked (public-api §4.1). */
export const COMMIT_EXTRA = named(
  'CommitExtra',
  z.object({
    coverage: COVERAGE.nullable(),
    generation: z.int().meta({ description: 'Rises with every change of the uploads that count.' }),
    merged_generation: z.int().meta({ description: 'The generation that the report is of.' }),
    report_digest: z.string().nullable().meta({ description: 'SHA-256 over the lines of the report, hex.' }),
    tree_sha: z.string().nullable(),
  }),
);

const FIELDS = {
  commitid: z.string().meta({ description: 'Full hash.' }),
  message: z.string().nullable(),
  timestamp: TIME.meta({ description: 'When it was authored; when it was first seen where that is unknown.' }),
  ci_passed: z.boolean().nullable(),
  author: OWNER.nullable(),
  branch: z.string().nullable(),
  totals: COMMIT_TOTALS.nullable(),
  state: z.enum(['complete', 'pending', 'error', 'skipped']).nullable(),
  parent: z.string().nullable().meta({ description: 'Nearest ancestor with coverage, else the parent.' }),
  thatch: COMMIT_EXTRA.optional(),
};

/** A commit (public-api §2.5). */
export const COMMIT = named('Commit', z.object(FIELDS));

export const COMMIT_PAGE = pageOf('CommitPage', COMMIT);

/** One commit with its report. */
export const COMMIT_DETAIL = named(
  'CommitDetail',
  z.object({
    ...FIELDS,
    report: named('CommitReport', z.object({ totals: REPORT_TOTALS, files: z.array(REPORT_FILE) })).nullable(),
  }),
);

/** What a commit's row does not hold. */
export interface CommitContext {
  /** Of the repository, for its author. */
  readonly service: string;
  readonly parent: string | null;
  readonly isExtended: boolean;
}

export function presentCommit(commit: Commit, { service, parent, isExtended }: CommitContext): z.input<typeof COMMIT> {
  return {
    commitid: commit.sha,
    message: commit.message,
    timestamp: isoTime(commit.authored_at ?? commit.committed_at ?? commit.created_at),
    ci_passed: null,
    // Without a forge the author is known by name only.
    author: commit.author_name === null ? null : { service, username: null, name: commit.author_name },
    branch: commit.branch,
    totals: presentCommitTotals(commit),
    state: commit.state,
    parent,
    ...(isExtended ? { thatch: presentExtra(commit) } : {}),
  };
}

function presentExtra(commit: Commit): z.input<typeof COMMIT_EXTRA> {
  const totals = readTotals(commit);
  return {
    coverage: totals === null ? null : presentCoverage(totals),
    generation: commit.wanted_generation,
    merged_generation: commit.merged_generation,
    report_digest: commit.report_digest === null ? null : Buffer.from(commit.report_digest).toString('hex'),
    tree_sha: commit.tree_sha,
  };
}
