import type { TrendPoint } from '@thatch/server/http/ui/contract/trend.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { LOCALE, SHARED } from '../../messages/en/shared.ts';
import type { ChartPoint } from '../../parts/line-chart/LineChart.tsx';

const SHOWN_DIGITS = 7;
const moments = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });

/** The points of a trend as a chart shows them, each with its change to the report before. */
export function chartPoints(points: readonly TrendPoint[]): ChartPoint[] {
  return points.map(({ at, sha, title, coverage, change, flags }) => ({
    at: Date.parse(at),
    value: coverage === null || coverage.lines === 0 ? null : (100 * coverage.hits) / coverage.lines,
    when: moments.format(new Date(at)),
    what: `${sha.slice(0, SHOWN_DIGITS)} ${title ?? ''}`.trim(),
    text: coverage?.coverage == null ? OVERVIEW.gap : SHARED.percent(coverage.coverage),
    mark: flags === null ? '' : OVERVIEW.flagChange(flags),
    delta: change === null ? '' : change.direction === 'equal' ? change.text : SHARED.points(change.text),
  }));
}
