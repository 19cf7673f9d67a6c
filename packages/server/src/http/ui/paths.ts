import { z } from 'zod';
import { newestCovered } from '../../database/queries/branch-history.ts';
import type { ReportFiles } from '../../reports/report-files.ts';
import { textParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import type { PathsAnswer, PathSearchAnswer } from './contract/paths.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';
import { resolveRef } from './refs.ts';
import { REPORT_QUERY, viewCommit, viewReport, type ReportQuery, type ReportView } from './report-view.ts';

/** As many paths are sent at once (web-ui §4.2). */
const MOST_PATHS = 50_000;
const MOST_FOUND = 100;

/** The paths of a report, for search as one types. */
export const PATH_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    { path: `${UI_REPOSITORY}/paths`, query: z.object({ sha: textParameter('The commit.') }) },
    async (call) => {
      const view = await viewGiven(call);
      if (view === null) return NOT_THERE;
      const files = await view.list();
      const { sha } = view.commit;
      if (files.paths.length > MOST_PATHS) {
        return answer<PathsAnswer>({ kind: 'too_many', sha, files: files.paths.length });
      }
      const misses = files.paths.map((_, index) => files.missesOf(index));
      return answer<PathsAnswer>({ kind: 'all', sha, paths: files.paths, misses });
    },
  ),
  repositoryPage({ path: `${UI_REPOSITORY}/path-search`, query: z.object(REPORT_QUERY) }, async (call) => {
    const view = await viewGiven(call);
    if (view === null) return NOT_THERE;
    const files = await view.list();
    return answer<PathSearchAnswer>({ found: search(files, (call.query.search ?? '').trim().toLowerCase()) });
  }),
];

async function viewGiven(call: UiRepositoryCall<ReportQuery>): Promise<ReportView | null> {
  if ((call.query.sha ?? '') !== '') return viewReport(call);
  const { app, repository } = call;
  const { kysely } = app.database;
  const head = await resolveRef(kysely, repository, {});
  if (head === null) return null;
  const commit = await newestCovered(kysely, { repositoryId: repository.id, branch: head.ref, head: head.sha });
  return commit === null ? null : viewCommit(call, commit);
}

/** Paths that hold the text: those with it in the file name first, short ones first. */
function search(files: ReportFiles, text: string): PathSearchAnswer['found'] {
  const isWanted = files.filter(text);
  const found = files.sorted({ start: 0, end: files.paths.length }, isWanted, 'name', false);
  const rank = (path: string): number => {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    return (name.startsWith(text) ? 0 : name.includes(text) ? 10_000 : 20_000) + Math.min(path.length, 9999);
  };
  return found
    .map((index) => ({ index, rank: rank(files.paths[index]) }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST_FOUND)
    .map(({ index }) => ({ path: files.paths[index], misses: files.missesOf(index) }));
}
