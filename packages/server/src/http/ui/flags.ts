import { z } from 'zod';
import { resolveCommit } from '../../database/queries/commits.ts';
import { listMergedFlags } from '../../database/queries/upload-choosing.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { textParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import type { FlagCoverage, FlagsAnswer } from './contract/overview.ts';
import { presentCoverageOf } from './numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiContext, type UiOperation } from './operation.ts';
import { viewCommit } from './report-view.ts';

const MOST_FLAGS = 8;
const MOST_NAMES = 2000;

/** The flags of a report (web-ui §3.4 "side"). */
export const FLAG_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    { path: `${UI_REPOSITORY}/flags`, query: z.object({ sha: textParameter('The commit.') }) },
    async (call) => {
      const sha = parseSha(call.query.sha ?? '');
      const commit = sha === null ? null : await resolveCommit(call.app.database.kysely, call.repository.id, sha);
      if (commit === null) return NOT_THERE;
      return answer<FlagsAnswer>(await coverageByFlag(call, commit, MOST_FLAGS));
    },
  ),
];

/**
 * The largest flags of a commit, each with the report of its own uploads: sums over uploads would count twice the lines that several have.
 * One after the other, as each may take a merge.
 */
export async function coverageByFlag(context: UiContext, commit: Commit, most: number): Promise<FlagsAnswer> {
  const flags = await listMergedFlags(context.app.database.kysely, commit.id, MOST_NAMES);
  const covered: FlagCoverage[] = [];
  for (const { name, uploads } of flags.slice(0, most)) {
    const view = await viewCommit(context, commit, { flags: [name], uploads: [] });
    if (view === null) continue;
    const files = await view.list();
    const counts = files.sum(files.rangeOf(''), () => true);
    covered.push({ name, uploads, coverage: { files: counts.files, ...presentCoverageOf(counts) } });
  }
  return { flags: covered, all: flags.length, names: flags.map(({ name }) => name) };
}
