import type { z } from 'zod';
import { findParents } from '../../database/queries/commit-lists.ts';
import type { Commit } from '../../database/tables.ts';
import { presentCommit, type COMMIT } from '../../presenters/commit.ts';
import { presentReportTotals } from '../../presenters/totals.ts';
import type { ApiAnswer } from './answer.ts';
import type { RepositoryCall } from './context.ts';
import { filesText, wholeText } from './report-text.ts';

/** What a commit's report is shown with. */
export type CommitInclude = 'none' | 'files' | 'lines';

/** How the text of a commit is made. */
export interface CommitTextOptions {
  readonly include: CommitInclude;
  /** Text around it. */
  readonly before?: string;
  readonly after?: string;
}

/** One commit with its report as JSON, streamed: with all lines it may be many megabytes (public-api §2.5). */
export async function openCommitText(
  call: RepositoryCall<unknown>,
  commit: Commit,
  { include, before = '', after = '' }: CommitTextOptions,
): Promise<ApiAnswer> {
  const [shown] = await presentCommits(call, [commit]);
  const start = `${before}${JSON.stringify(shown).slice(0, -1)},"report":`;
  const key = commit.report_key;
  return {
    kind: 'streamed',
    tag: JSON.stringify([start, after, include, key]),
    open: async () => {
      const held = key === null ? null : await call.reports.hold(key);
      if (held === null) {
        if (key !== null) call.request.log.error({ key }, 'a report is not in the storage');
        return { pieces: wholeText(`${start}null}${after}`), release: () => {} };
      }
      const { report, release } = held;
      const totals = JSON.stringify(presentReportTotals(report.totals, commit.sessions ?? 0));
      const opening = `${start}{"totals":${totals},"files":`;
      const ending = `}}${after}`;
      if (include === 'none') return { pieces: wholeText(`${opening}[]${ending}`), release };
      const files = report.directory.files();
      return { pieces: filesText({ before: opening, report, files, detail: include, after: ending }), release };
    },
  };
}

/** Commits as lists show them. */
export async function presentCommits(
  { app, repository, isExtended }: RepositoryCall<unknown>,
  commits: readonly Commit[],
): Promise<z.input<typeof COMMIT>[]> {
  const parents = await findParents(app.database.kysely, repository.id, commits);
  return commits.map((commit) =>
    presentCommit(commit, { service: repository.service, parent: parents.get(commit.id) ?? null, isExtended }),
  );
}
