import { LOCALE } from '../../messages/en/shared.ts';

const years = new Intl.DateTimeFormat(LOCALE, { month: 'short', year: 'numeric' });
const days = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const hours = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const minutes = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false });

const DAY = 86_400_000;
/** Ticks further apart than this may be of several years. */
const MONTHS = 60 * DAY;

/**
 * What stands below the axis at moments of equal distance, in ms since 1970: months, days, or times where all of it is of a day or two. A
 * text that would repeat the one before it is empty.
 */
export function tickTexts(moments: readonly number[]): readonly string[] {
  const texts = moments.map((at) => formatOf(moments).format(at));
  return texts.map((text, index) => (text === texts[index - 1] ? '' : text));
}

function formatOf(moments: readonly number[]): Intl.DateTimeFormat {
  const [first = 0, second = first + DAY] = moments;
  const step = second - first;
  if (step >= MONTHS) return years;
  if (step >= DAY) return days;
  return days.format(first) === days.format(moments.at(-1) ?? first) ? minutes : hours;
}
