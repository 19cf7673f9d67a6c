import { COMMITS } from '../../messages/en/commits.ts';
import { LOCALE } from '../../messages/en/shared.ts';

/** One line of the list: the day, or a commit of it. */
export type ListRow<Commit> =
  | { readonly kind: 'day'; readonly key: string; readonly name: string; readonly count: number }
  | { readonly kind: 'commit'; readonly key: string; readonly commit: Commit; readonly index: number };

/** Commits in their order under the days of this browser's time zone; `count` is how many of a day follow it. */
export function groupByDay<Commit extends { readonly sha: string; readonly at: string }>(
  commits: readonly Commit[],
  now: Date,
): ListRow<Commit>[] {
  const rows: ListRow<Commit>[] = [];
  for (let start = 0; start < commits.length;) {
    const at = new Date(commits[start].at);
    const day = dayOf(at);
    let end = start;
    while (end < commits.length && dayOf(new Date(commits[end].at)) === day) end++;
    rows.push({ kind: 'day', key: `${day} ${start}`, name: nameOf(at, now), count: end - start });
    for (let index = start; index < end; index++) {
      rows.push({ kind: 'commit', key: commits[index].sha, commit: commits[index], index });
    }
    start = end;
  }
  return rows;
}

function dayOf(time: Date): string {
  return `${time.getFullYear()}-${time.getMonth() + 1}-${time.getDate()}`;
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const days = new Intl.DateTimeFormat(LOCALE, DAY);
const daysOfOtherYears = new Intl.DateTimeFormat(LOCALE, { ...DAY, year: 'numeric' });
const DAY_MS = 86_400_000;

/** Clocks that run ahead are of today. */
function nameOf(at: Date, now: Date): string {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (at.getTime() >= midnight) return COMMITS.today;
  if (at.getTime() >= midnight - DAY_MS) return COMMITS.yesterday;
  return (at.getFullYear() === now.getFullYear() ? days : daysOfOtherYears).format(at);
}
