/*
 * The sentences of the interface, a file for each page. Functions of values, never pieces to be joined; plural through
 * `Intl.PluralRules`, numbers and dates through `Intl` (web-ui §5).
 */

/** Of dates, times and numbers: the words are British, so the day stands before the month. */
export const LOCALE = 'en-GB';

const plurals = new Intl.PluralRules(LOCALE);
const integers = new Intl.NumberFormat(LOCALE);

/** `1,204 files`: a count with its noun. */
export function counted(count: number, one: string, other: string): string {
  return `${whole(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

/** `81,204`. */
export function whole(count: number): string {
  return integers.format(count);
}

export const SHARED = {
  product: 'Thatch',
  noLines: 'no tracked lines',
  noReport: 'no report',
  ratio: (hits: number, lines: number) => `${whole(hits)} / ${whole(lines)}`,
  ratioLines: (hits: number, lines: number) => `${whole(hits)} / ${counted(lines, 'line', 'lines')}`,
  percent: (text: string) => `${text} %`,
  points: (text: string) => `${text} pp`,
  bar: (hits: number, partials: number, misses: number) =>
    `${whole(hits)} covered, ${whole(partials)} partial, ${whole(misses)} missed`,
  covered: 'covered',
  partial: 'partial',
  missed: 'missed',
  excluded: 'excluded',
  copy: (what: string) => `Copy ${what}`,
  copied: 'Copied',
  close: 'Close',
  showPassword: 'Show password',
  retry: 'Retry',
  cancel: 'Cancel',
  loading: 'Loading',
  sectionFailed: 'This part could not be loaded.',
  requestId: (id: string) => `Request ${id}`,
  requestIdName: 'request id',
  noneFits: (text: string) => `Nothing here holds “${text}”.`,
  moreFit: (shown: number, all: number) => `The first ${whole(shown)} of ${whole(all)}. Type a part of the name.`,
  clearFilter: 'Choose none',
  skipToContent: 'Skip to content',
  justNow: 'just now',
  stale: (days: number) => `stale ${days} d`,
  private: 'private',
} as const;
