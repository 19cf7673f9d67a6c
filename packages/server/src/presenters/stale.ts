/** Without a report for longer than this, or through more commits, a branch is stale: its numbers are of another time. */
const STALE_DAYS = 14;
const STALE_COMMITS = 20;

const DAY_MS = 86_400_000;

/** Whole days since the last report when it is stale, else null. `newer` = commits since then that have none. */
export function staleDays(lastReport: Date, newer: number, now: Date): number | null {
  const age = now.getTime() - lastReport.getTime();
  return age > STALE_DAYS * DAY_MS || newer > STALE_COMMITS ? Math.max(0, Math.floor(age / DAY_MS)) : null;
}
