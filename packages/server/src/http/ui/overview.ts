import { z } from 'zod';
import {
  newestCovered,
  countNewerUncovered,
  newestCompleteBefore,
  oldestCovered,
} from '../../database/queries/branch-history.ts';
import { findBranch } from '../../database/queries/branch-lists.ts';
import { defaultBranch } from '../../database/queries/branches.ts';
import { listCommitPage } from '../../database/queries/commit-pages.ts';
import { findCommit } from '../../database/queries/commits.ts';
import { nearestCoveredAncestor } from '../../database/queries/graph.ts';
import type { Commit } from '../../database/tables.ts';
import { shortService } from '../../names.ts';
import { showChange } from '../../presenters/shown-numbers.ts';
import { staleDays } from '../../presenters/stale.ts';
import { isoTime } from '../../presenters/time.ts';
import { answer, NOT_THERE } from './answer.ts';
import { coverageOfCommit, presentCommitBriefs } from './commit-brief.ts';
import type {
  Headline,
  HeadlineChange,
  NearestReport,
  OverviewAnswer,
  OverviewView,
  RefAnswer,
  RepositoryAnswer,
  RepositoryHead,
  ResolvedRef,
} from './contract/overview.ts';
import type { ReportCoverage, Right } from './contract/shared.ts';
import type { TreeAnswer } from './contract/tree.ts';
import { FIRST_ROWS_QUERY, firstRows, type FirstRowsQuery } from './file-rows.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from './operation.ts';
import { REF_QUERY, resolveRef, type RefQuery } from './refs.ts';
import { REPORT_QUERY, viewCommit, type ReportQuery } from './report-view.ts';

const OVERVIEW_QUERY = z.object({
  ...REF_QUERY,
  ...FIRST_ROWS_QUERY,
  flags: REPORT_QUERY.flags,
  search: REPORT_QUERY.search,
});

type OverviewQuery = RefQuery & FirstRowsQuery & Pick<ReportQuery, 'flags' | 'search'>;

/** What the overview shows above its tree (web-ui §3.4), and the repository alone. */
export const OVERVIEW_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: UI_REPOSITORY }, async (call) =>
    answer<RepositoryAnswer>({ repository: await presentHead(call) }),
  ),
  repositoryPage({ path: `${UI_REPOSITORY}/ref`, query: z.object(REF_QUERY) }, async ({ app, repository, query }) => {
    const ref = await resolveRef(app.database.kysely, repository, query);
    return ref === null ? NOT_THERE : answer<RefAnswer>(ref);
  }),
  repositoryPage({ path: `${UI_REPOSITORY}/overview`, query: OVERVIEW_QUERY }, async (call) => {
    const [repository, view] = await Promise.all([presentHead(call), presentView(call)]);
    const branch = view.kind === 'report' ? view.branch : view.kind === 'no_report' ? branchOf(view.ref) : null;
    return answer<OverviewAnswer>({ repository, view, commits: await latestCommits(call, branch) });
  }),
];

const LATEST = 10;
const MONTH_MS = 30 * 86_400_000;

/** A repository as every page of it is told. */
export async function presentHead(call: UiRepositoryCall): Promise<RepositoryHead> {
  const { app, repository } = call;
  return {
    id: repository.id,
    service: shortService(repository.service),
    owner: repository.owner_name,
    name: repository.name,
    is_private: repository.is_private,
    right: rightOf(call),
    default_branch: await defaultBranch(app.database.kysely, repository),
  };
}

function rightOf({ principal, role }: UiRepositoryCall): Right {
  if (principal.kind === 'user' && principal.isAdmin) return 'operator';
  if (role === 'admin' || role === 'member') return role;
  return principal.kind === 'anonymous' ? 'guest' : 'reader';
}

async function presentView(call: UiRepositoryCall<OverviewQuery>): Promise<OverviewView> {
  const { app, repository, query } = call;
  const ref = await resolveRef(app.database.kysely, repository, query);
  if (ref === null) {
    const text = [query.ref ?? '', query.path ?? ''].filter((part) => part !== '').join('/');
    return text === '' ? { kind: 'empty' } : { kind: 'unknown', text };
  }
  const commit = await shownCommit(call, ref);
  const coverage = commit === null ? null : coverageOfCommit(commit);
  if (commit !== null && coverage !== null) return presentHeadline(call, ref, commit, coverage);
  const nearest = await nearestReport(call, ref.sha);
  // The default branch of a repository where no upload was ever merged is that of a new one.
  if (nearest === null && (query.ref ?? '') === '') return { kind: 'empty' };
  return { kind: 'no_report', ref, nearest };
}

/** Of a branch the newest commit that has a report; of tags and commits just that one. */
async function shownCommit({ app, repository }: UiRepositoryCall, ref: ResolvedRef): Promise<Commit | null> {
  const { kysely } = app.database;
  if (ref.kind !== 'branch') return findCommit(kysely, repository.id, ref.sha);
  return newestCovered(kysely, { repositoryId: repository.id, branch: ref.ref, head: ref.sha });
}

async function nearestReport({ app, repository }: UiRepositoryCall, sha: string): Promise<NearestReport | null> {
  const { kysely } = app.database;
  const nearest = await nearestCoveredAncestor(kysely, repository.id, sha);
  const commit = nearest === null ? null : await findCommit(kysely, repository.id, nearest.sha);
  return nearest === null || commit === null ? null : { ...nearest, coverage: coverageOfCommit(commit) };
}

async function presentHeadline(
  call: UiRepositoryCall<OverviewQuery>,
  ref: ResolvedRef,
  commit: Commit,
  coverage: ReportCoverage,
): Promise<{ readonly kind: 'report' } & Headline> {
  const { kysely } = call.app.database;
  const branch = branchOf(ref) ?? commit.branch;
  const { flags = [], search } = call.query;
  const [[brief], change, newer, rows] = await Promise.all([
    presentCommitBriefs(kysely, [commit]),
    branch === null ? null : presentChange(call, branch, commit, coverage),
    // Of an old commit every newer one would count.
    ref.kind === 'branch' ? countNewerUncovered(kysely, headOf(call, ref.ref, ref.sha), commit) : 0,
    rowsOf(call, commit, { folder: ref.path, flags, search }),
  ]);
  const days = ref.kind === 'branch' ? staleDays(timeOf(commit), newer, new Date()) : null;
  return {
    kind: 'report',
    ref,
    branch,
    commit: brief,
    generation: commit.merged_generation,
    coverage,
    change,
    newer,
    stale: days === null ? null : { days },
    rows,
  };
}

async function rowsOf(
  call: UiRepositoryCall<OverviewQuery>,
  commit: Commit,
  choice: { readonly folder: string; readonly flags: readonly string[]; readonly search?: string },
): Promise<TreeAnswer | null> {
  if (call.query.rows === undefined) return null;
  return firstRows(await viewCommit(call, commit, { flags: choice.flags, uploads: [] }), call.query, choice);
}

/**
 * Against the newest complete report of the branch that is 30 days old; a branch that is younger is compared with its oldest report
 * (decision 7).
 */
async function presentChange(
  call: UiRepositoryCall,
  branch: string,
  commit: Commit,
  coverage: ReportCoverage,
): Promise<HeadlineChange | null> {
  const { kysely } = call.app.database;
  const head = headOf(call, branch, (await findBranch(kysely, call.repository.id, branch))?.head_sha ?? commit.sha);
  const monthAgo = new Date(comparedAt(commit) - MONTH_MS);
  const month = await newestCompleteBefore(kysely, head, monthAgo);
  const other = month ?? (await oldestCovered(kysely, head));
  const before = other === null || other.id === commit.id ? null : coverageOfCommit(other);
  const change = before === null ? null : showChange(before, coverage);
  if (other === null || change === null || timeOf(other) > timeOf(commit)) return null;
  return { change, against: month === null ? 'oldest' : 'month', sha: other.sha, at: isoTime(timeOf(other)) };
}

/** Now, as on the page of repositories; a report that is itself older is compared with what was 30 days before it. */
function comparedAt(commit: Commit): number {
  const [now, made] = [Date.now(), timeOf(commit).getTime()];
  return made > now - MONTH_MS ? now : made;
}

async function latestCommits({ app, repository }: UiRepositoryCall, branch: string | null) {
  const { kysely } = app.database;
  const filter = { repositoryId: repository.id, branch, states: [], search: null, author: null };
  return presentCommitBriefs(kysely, await listCommitPage(kysely, filter, null, LATEST));
}

function branchOf(ref: ResolvedRef): string | null {
  return ref.kind === 'branch' ? ref.ref : null;
}

function headOf({ repository }: UiRepositoryCall, branch: string, head: string) {
  return { repositoryId: repository.id, branch, head };
}

function timeOf({ committed_at, created_at }: Commit): Date {
  return committed_at ?? created_at;
}
