const SPAN = /^(\d{1,5})(h|d|w|y)$/;
const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
};
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * When a token is to end: a span from now (`12h`, `90d`, `4w`, `1y`), a day or moment (`2027-01-31`, at its beginning in UTC;
 * `2027-01-31T12:00:00+01:00`), or `never`.
 *
 * @returns null for never, undefined when the text is none of these.
 */
export function parseExpiry(text: string, now: Date): Date | null | undefined {
  if (text === 'never') return null;
  const [, count, unit] = SPAN.exec(text) ?? [];
  if (unit !== undefined) return new Date(now.getTime() + Number(count) * UNITS_MS[unit]);
  if (!DATE.test(text)) return undefined;
  const date = new Date(text);
  const isReal = !Number.isNaN(date.getTime()) && (text.length > 10 || date.toISOString().startsWith(text));
  return isReal ? date : undefined;
}
