import type { Kysely } from 'kysely';
import { NO_UPLOADS, progressOfCommits, type UploadProgressRow } from '../../database/queries/upload-progress.ts';
import type { Commit, Database } from '../../database/tables.ts';
import { isoTime } from '../../presenters/time.ts';
import type { CommitBrief, CommitWord, ReportCoverage } from './contract/shared.ts';
import { presentReportCoverage } from './numbers.ts';

/** Commits as lists show them, in their order; one query for all of them. */
export async function presentCommitBriefs(
  database: Kysely<Database>,
  commits: readonly Commit[],
): Promise<CommitBrief[]> {
  const progress = await progressOfCommits(
    database,
    commits.map(({ id }) => id),
  );
  return commits.map((commit) => presentCommitBrief(commit, progress.get(commit.id) ?? NO_UPLOADS));
}

/** One commit as lists show it. */
export function presentCommitBrief(commit: Commit, progress: UploadProgressRow): CommitBrief {
  const { all, merged, errors } = progress;
  return {
    sha: commit.sha,
    title: titleOf(commit.message),
    author: commit.author_name,
    at: isoTime(commit.committed_at ?? commit.created_at),
    branch: commit.branch,
    state: commitWord(commit, progress),
    coverage: coverageOfCommit(commit),
    uploads: { all, merged, errors },
  };
}

/** How far a commit is, in a word: `no_report` also where it is only known by name. */
export function commitWord(
  { state, wanted_generation, merged_generation }: Commit,
  { all, merged, errors }: UploadProgressRow,
): CommitWord {
  if (state === 'complete') return 'processed';
  if (state === 'error') return 'error';
  if (state === 'skipped') return 'no_report';
  return all > merged + errors || wanted_generation > merged_generation ? 'processing' : 'no_report';
}

/** Totals of the newest merged report; null while there is none, or nothing is in it any more. */
export function coverageOfCommit(commit: Commit): ReportCoverage | null {
  return commit.sessions === 0 ? null : presentReportCoverage(commit);
}

/** First line of a message. */
export function titleOf(message: string | null): string | null {
  return message === null ? null : message.split('\n', 1)[0].trim();
}
