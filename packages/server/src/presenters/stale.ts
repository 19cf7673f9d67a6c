/** Without a report for longer than this, or through more commits, a branch is stale: its numbers are of another time (web-ui §3.4). */
const STALE_DAYS = 14;
const STALE_COMMITS = 20;

const DAY_MS = 86_400_000;

/** Where {@link staleDays} begins: with a last report before this time, or with more commits than so many since then that have none. */
export interface StaleLimits {
  readonly before: Date;
  readonly commits: number;
}

/** The same rule for a query. */
export function staleLimits(now: Date): StaleLimits {
  return { before: new Date(now.getTime() - STALE_DAYS * DAY_MS), commits: STALE_COMMITS };
}

/** Whole days since the last report when it is stale, else null. `newer` = commits since then that have none. */
export function staleDays(lastReport: Date, newer: number, now: Date): number | null {
  const { before, commits } = staleLimits(now);
  if (lastReport >= before && newer <= commits) return null;
  return Math.max(0, Math.floor((now.getTime() - lastReport.getTime()) / DAY_MS));
}
