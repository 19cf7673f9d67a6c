import { z } from 'zod';
import { branchesContaining } from '../../database/queries/branches-containing.ts';
import { resolveCommit } from '../../database/queries/commits.ts';
import { findFirstParent } from '../../database/queries/commit-lists.ts';
import { parentsInGraph } from '../../database/queries/graph.ts';
import { countCoverageUploads, listCoverageUploadsAfter } from '../../database/queries/upload-lists.ts';
import type { UploadChoice } from '../../database/queries/upload-choosing.ts';
import { NO_UPLOADS, progressOfCommits } from '../../database/queries/upload-progress.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { isoTime } from '../../presenters/time.ts';
import { textParameter, textsParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import { commitWord, coverageOfCommit, titleOf } from './commit-brief.ts';
import type { CommitAnswer } from './contract/commit.ts';
import type { ReportCoverage } from './contract/shared.ts';
import type { TreeAnswer } from './contract/tree.ts';
import { FIRST_ROWS_QUERY, firstRows, folderOf } from './file-rows.ts';
import { forgeCommitAddress } from './forge-address.ts';
import { presentCoverageOf } from './numbers.ts';
import { hasRole, repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';
import { REPORT_QUERY, viewCommit } from './report-view.ts';
import { presentUploadRows } from './upload-row.ts';

const CHOICE_QUERY = z.object({
  upload: textsParameter('Only these uploads, by id.'),
  flags: textsParameter('Only uploads with one of these flags.'),
  ...FIRST_ROWS_QUERY,
  path: textParameter('The folder of the first rows; empty = all.'),
  search: REPORT_QUERY.search,
});

type CommitCall = UiRepositoryCall<z.output<typeof CHOICE_QUERY>>;

/** The page of a commit (web-ui §3.6). */
export const COMMIT_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/commits/{sha}`, query: CHOICE_QUERY }, async (call) => {
    const commit = await commitOfCall(call);
    if (commit === null) return NOT_THERE;
    return answer(
      await describeCommit(call, commit, { flags: call.query.flags ?? [], uploads: call.query.upload ?? [] }),
    );
  }),
];

/** The commit that `{sha}` of the path means, whole or its only beginning; null when there is none. */
export async function commitOfCall(call: UiRepositoryCall): Promise<Commit | null> {
  const sha = parseSha(call.parameter('sha'));
  return sha === null ? null : resolveCommit(call.app.database.kysely, call.repository.id, sha);
}

/** More uploads than these are counted, not listed. */
const MOST_UPLOADS = 500;
const MOST_BRANCHES = 10;

async function describeCommit(call: CommitCall, commit: Commit, choice: UploadChoice): Promise<CommitAnswer> {
  const { kysely } = call.app.database;
  // One question waits for no other; what may take a merge runs beside them all.
  const [uploads, progresses, branches, parents, selected, rows, hasOther] = await Promise.all([
    listCoverageUploadsAfter(kysely, commit.id, 0, MOST_UPLOADS),
    progressOfCommits(kysely, [commit.id]),
    branchesContaining(kysely, commit),
    parentsOf(call, commit),
    coverageOfChoice(call, commit, choice),
    rowsOf(call, commit, choice),
    hasOtherReport(call, commit),
  ]);
  const isAll = uploads.length < MOST_UPLOADS;
  const progress = progresses.get(commit.id) ?? NO_UPLOADS;
  const { role } = call;
  return {
    repository_id: commit.repository_id,
    sha: commit.sha,
    title: titleOf(commit.message),
    body: bodyOf(commit.message),
    author: commit.author_name,
    committed_at: commit.committed_at === null ? null : isoTime(commit.committed_at),
    seen_at: isoTime(commit.created_at),
    branch: commit.branch,
    pull: commit.pull,
    parents,
    branches: { names: branches.slice(0, MOST_BRANCHES), more: Math.max(0, branches.length - MOST_BRANCHES) },
    forge_address: forgeCommitAddress(call.repository, commit.sha),
    state: commitWord(commit, progress),
    generation: commit.merged_generation,
    coverage: coverageOfCommit(commit),
    selected,
    rows,
    is_first: commit.report_key !== null && !hasOther,
    progress,
    uploads: await presentUploadRows(kysely, uploads),
    uploads_all: isAll ? uploads.length : await countCoverageUploads(kysely, commit.id),
    rights: {
      may_reprocess: hasRole(role, 'member'),
      may_delete: hasRole(role, 'admin'),
      may_read_raw: role !== null,
    },
  };
}

function bodyOf(message: string | null): string {
  const end = message?.indexOf('\n') ?? -1;
  return end < 0 ? '' : message!.slice(end + 1).trim();
}

async function parentsOf({ app, repository }: UiRepositoryCall, commit: Commit): Promise<CommitAnswer['parents']> {
  const { kysely } = app.database;
  const first = async (): Promise<string[]> => {
    const sha = await findFirstParent(kysely, repository.id, commit.sha);
    return sha === null ? [] : [sha];
  };
  const parents = (await parentsInGraph(kysely, repository.id, commit.sha)) ?? (await first());
  if (parents.length === 0) return [];
  const rows = await kysely
    .selectFrom('commits')
    .select('sha')
    .where('repository_id', '=', repository.id)
    .where('sha', 'in', [...parents])
    .execute();
  const known = new Set(rows.map(({ sha }) => sha));
  return parents.map((sha) => ({ sha, is_known: known.has(sha) }));
}

async function hasOtherReport({ app }: UiRepositoryCall, commit: Commit): Promise<boolean> {
  const other = await app.database.kysely
    .selectFrom('commits')
    .select('id')
    .where('repository_id', '=', commit.repository_id)
    .where('report_key', 'is not', null)
    .where('id', '<>', commit.id)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

async function rowsOf(call: CommitCall, commit: Commit, choice: UploadChoice): Promise<TreeAnswer | null> {
  const { query } = call;
  if (query.rows === undefined) return null;
  return firstRows(await viewCommit(call, commit, choice), query, {
    folder: folderOf(query.path),
    search: query.search,
  });
}

/** Totals of a choice of uploads: of one flag, or without an upload that a person switched off. */
async function coverageOfChoice(
  call: UiRepositoryCall,
  commit: Commit,
  choice: UploadChoice,
): Promise<ReportCoverage | null> {
  if (choice.flags.length === 0 && choice.uploads.length === 0) return null;
  const view = await viewCommit(call, commit, choice);
  if (view === null) return null;
  const files = await view.list();
  const counts = files.sum(files.rangeOf(''), () => true);
  return { files: counts.files, ...presentCoverageOf(counts) };
}
