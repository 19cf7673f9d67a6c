import { z } from 'zod';
import { type Visibility, visibilityOf } from '../../auth/repository-access.ts';
import { isOwnerVisible } from '../../database/queries/owner-overview.ts';
import { findOwner } from '../../database/queries/owners.ts';
import {
  countUncovered,
  findNewestCommits,
  findPastReports,
  findTrends,
  listRepositoryOverviews,
  type OverviewOrder,
  type PastReport,
  type RepositoryOverview,
  sumOwner,
} from '../../database/queries/repository-overview.ts';
import type { Owner } from '../../database/tables.ts';
import { parseService, type Service, shortService } from '../../names.ts';
import { showChange } from '../../presenters/shown-numbers.ts';
import { staleDays, staleLimits } from '../../presenters/stale.ts';
import { isoTime } from '../../presenters/time.ts';
import { booleanParameter, integerParameter, textParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import { presentCommitBriefs } from './commit-brief.ts';
import {
  type OwnerAnswer,
  REPOSITORY_DISPLAYS,
  REPOSITORY_ORDERINGS,
  type RepositoriesAnswer,
  type RepositoryOrdering,
  type RepositoryRow,
} from './contract/repositories.ts';
import { presentCoverageOf, presentReportCoverage } from './numbers.ts';
import { openOperation, type UiCall, type UiOperation } from './operation.ts';

const REPOSITORIES_QUERY = z.object({
  from: integerParameter('Place of the first row in the whole list.', { least: 0, most: 10_000_000 }),
  limit: integerParameter('Default 50, at most 200.', { least: 1, most: 200 }),
  search: textParameter('Part of the name, or its letters in order.'),
  ordering: z.enum(REPOSITORY_ORDERINGS).catch('COMMIT_DATE'),
  direction: z.enum(['DESC', 'ASC']).catch('DESC'),
  repoDisplay: z.enum(REPOSITORY_DISPLAYS).catch('All'),
  stale: booleanParameter('Only those without a report for 14 days or 20 commits.'),
});

/** An owner and its repositories (web-ui §3.3). */
export const REPOSITORIES_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/owners/{service}/{owner}' }, async (call) => {
    const found = await findVisibleOwner(call);
    if (found === null) return NOT_THERE;
    const { owner, visibility } = found;
    const { repositories, reporting, ...counts } = await sumOwner(call.app.database.kysely, owner.id, visibility);
    return answer<OwnerAnswer>({
      service: shortService(owner.service as Service),
      name: owner.name,
      repositories,
      reporting,
      coverage: presentCoverageOf(counts),
    });
  }),
  openOperation({ path: '/owners/{service}/{owner}/repositories', query: REPOSITORIES_QUERY }, async (call) => {
    const { query } = call;
    const found = await findVisibleOwner(call);
    if (found === null) return NOT_THERE;
    const search = query.search?.trim().slice(0, LONGEST_SEARCH) ?? '';
    const rows = await listRepositoryOverviews(
      call.app.database.kysely,
      {
        ownerId: found.owner.id,
        visibility: found.visibility,
        search: search === '' ? null : search,
        isActive: query.repoDisplay === 'All' ? null : query.repoDisplay === 'Configured',
        stale: query.stale === true ? staleLimits(new Date()) : null,
      },
      { column: COLUMNS[query.ordering], direction: query.direction === 'ASC' ? 'asc' : 'desc' },
      { limit: query.limit ?? DEFAULT_LIMIT, offset: query.from ?? 0 },
    );
    return answer<RepositoriesAnswer>({ repositories: await presentRows(call, rows), all: rows[0]?.all ?? 0 });
  }),
];

const DEFAULT_LIMIT = 50;
/** Names of forges are shorter. */
const LONGEST_SEARCH = 100;
const CHANGE_DAYS = 30;
const TREND = { days: 3, count: 30 };
/** Steps without a report that are no gap yet: the 14 days of silence. */
const LONGEST_GAP = 5;
const DAY_MS = 86_400_000;

const COLUMNS: Readonly<Record<RepositoryOrdering, OverviewOrder['column']>> = {
  COMMIT_DATE: 'time',
  COVERAGE: 'coverage',
  NAME: 'name',
  LINES: 'lines',
  CHANGE: 'change',
};

/** The owner that an address names; null when there is none that the caller sees anything of. */
async function findVisibleOwner({
  app,
  principal,
  parameter,
}: UiCall): Promise<{ readonly owner: Owner; readonly visibility: Visibility } | null> {
  const { kysely } = app.database;
  const service = parseService(parameter('service'));
  const owner = service === null ? null : await findOwner(kysely, { service, owner: parameter('owner') });
  const visibility = await visibilityOf({ database: kysely, guestAccess: app.config.setup.guestAccess }, principal);
  // Asked for none too: how long the answer takes must not tell of an owner whose repositories are all private.
  const isVisible = await isOwnerVisible(kysely, owner?.id ?? 0, visibility);
  return owner !== null && isVisible ? { owner, visibility } : null;
}

async function presentRows({ app }: UiCall, rows: readonly RepositoryOverview[]): Promise<RepositoryRow[]> {
  const { kysely } = app.database;
  const end = new Date();
  const [past, points, newest, uncovered] = await Promise.all([
    findPastReports(kysely, rows, daysAgo(CHANGE_DAYS)),
    findTrends(kysely, rows, { end, ...TREND }),
    findNewestCommits(kysely, rows),
    countUncovered(kysely, rows, staleLimits(end).commits + 1),
  ]);
  const briefs = await presentCommitBriefs(kysely, [...newest.values()]);
  const states = new Map([...newest.keys()].map((id, index) => [id, briefs[index].state]));
  const pastOf = new Map(past.map((report) => [report.repository_id, report]));
  const pointsOf = Map.groupBy(points, ({ repository_id }) => repository_id);
  return rows.map((row) => ({
    name: row.name,
    is_private: row.is_private,
    default_branch: row.branch,
    coverage: presentReportCoverage(row),
    change: presentChange(row, pastOf.get(row.id)),
    trend: presentTrend(pointsOf.get(row.id) ?? []),
    at: row.at === null ? null : isoTime(row.at),
    state: states.get(row.id) ?? null,
    stale: row.at === null ? null : staleDays(row.at, uncovered.get(row.id) ?? 0, end),
  }));
}

function presentChange({ lines, hits, at }: RepositoryOverview, past: PastReport | undefined): RepositoryRow['change'] {
  // The only report has nothing to be compared with.
  if (past === undefined || lines === null || hits === null || past.at.getTime() === at?.getTime()) return null;
  const change = showChange(past, { lines, hits });
  if (change === null) return null;
  const against = past.at.getTime() <= daysAgo(CHANGE_DAYS).getTime() ? 'month' : 'oldest';
  return { change, against, at: isoTime(past.at) };
}

/** A percentage holds until the next report; where none came for too long there is a gap. */
function presentTrend(points: readonly (PastReport & { readonly bucket: number })[]): (number | null)[] {
  const values = Array.from({ length: TREND.count }, (): number | null => null);
  const inOrder = points.filter(({ lines }) => lines > 0).toSorted((one, other) => one.bucket - other.bucket);
  for (const [index, { bucket, hits, lines }] of inOrder.entries()) {
    const next = inOrder[index + 1]?.bucket ?? bucket + 1;
    const end = next - bucket > LONGEST_GAP ? bucket + 1 : next;
    // A drawing of 20 pixels: two decimals are more than it shows.
    values.fill(Math.round((hits / lines) * 10_000) / 100, bucket, end);
  }
  return values;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}
