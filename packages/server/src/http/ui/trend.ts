import { z } from 'zod';
import { listTrend, type TrendCommit } from '../../database/queries/branch-history.ts';
import { findBranch } from '../../database/queries/branch-lists.ts';
import { defaultBranch } from '../../database/queries/branches.ts';
import { listFlagChanges, type FlagSetChange } from '../../database/queries/upload-choosing.ts';
import { showChange } from '../../presenters/shown-numbers.ts';
import { thinOut } from '../../presenters/thin-out.ts';
import { isoTime } from '../../presenters/time.ts';
import { choiceParameter, textParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import { titleOf } from './commit-brief.ts';
import type { ReportCoverage } from './contract/shared.ts';
import {
  TREND_PERIODS,
  type FlagChange,
  type TrendAnswer,
  type TrendPeriod,
  type TrendPoint,
} from './contract/trend.ts';
import { presentReportCoverage } from './numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation } from './operation.ts';

/** A wide screen has room for so many. */
const MOST_POINTS = 400;
/** Of a branch with more commits than these the newest are looked at. */
const MOST_COMMITS = 20_000;
/** More that came or went are not told of one point. */
const MOST_FLAGS = 20;

const DAYS: Readonly<Record<TrendPeriod, number | null>> = {
  '3 months': 91,
  '7 days': 7,
  '30 days': 30,
  '6 months': 182,
  '12 months': 365,
  'all time': null,
};

/** The coverage of a branch over time (web-ui §3.4, §4.3). */
export const TREND_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    {
      path: `${UI_REPOSITORY}/trend`,
      query: z.object({
        branch: textParameter('The branch; the default one where none is named.'),
        period: choiceParameter('How far back.', TREND_PERIODS),
      }),
    },
    async ({ app, repository, query }) => {
      const { kysely } = app.database;
      const name = query.branch ?? (await defaultBranch(kysely, repository));
      if (name === null) return NOT_THERE;
      const head = (await findBranch(kysely, repository.id, name))?.head_sha ?? '';
      const days = DAYS[query.period ?? TREND_PERIODS[0]];
      const since = days === null ? null : new Date(Date.now() - days * 86_400_000);
      const newest = await listTrend(kysely, { repositoryId: repository.id, branch: name, head }, since, MOST_COMMITS);
      const commits = newest.toReversed();
      const shown = thinOut(commits, MOST_POINTS, valueOf);
      const changes = await listFlagChanges(
        kysely,
        shown.filter(isWhole).map(({ id }) => id),
        MOST_FLAGS,
      );
      return answer<TrendAnswer>({ branch: name, commits: commits.length, points: presentPoints(shown, changes) });
    },
  ),
];

function valueOf({ hits, lines, sessions }: TrendCommit): number | null {
  return hits === null || lines === null || lines === 0 || sessions === 0 ? null : hits / lines;
}

/** Of a commit that still waits for uploads, flags would seem to have gone. */
function isWhole({ state, sessions }: TrendCommit): boolean {
  return state === 'complete' && sessions !== null && sessions > 0;
}

function presentPoints(commits: readonly TrendCommit[], changes: readonly FlagSetChange[]): TrendPoint[] {
  const flagsOf = new Map(changes.map(({ commit_id, ...change }): [number, FlagChange] => [commit_id, change]));
  let before: ReportCoverage | null = null;
  return commits.map((commit) => {
    const coverage = commit.sessions === 0 ? null : presentReportCoverage(commit);
    const change = before === null || coverage === null ? null : showChange(before, coverage);
    before = coverage ?? before;
    const { id, sha, message, at } = commit;
    return { sha, title: titleOf(message), at: isoTime(at), coverage, change, flags: flagsOf.get(id) ?? null };
  });
}
