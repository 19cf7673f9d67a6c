import { useSyncExternalStore } from 'react';
import { LOCALE, SHARED } from '../messages/en/shared.ts';

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always', style: 'short' });
const dates = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const whole = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' });
const utc = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Older than this is told by its date (web-ui §4.7). */
const RELATIVE_DAYS = 30;

/** A moment: relative for a month, then its date; the whole time, here and in UTC, is its tooltip. */
export function Time({ at }: { readonly at: string }) {
  const now = useSyncExternalStore(clock.subscribe, clock.read);
  const time = new Date(at);
  return (
    <time dateTime={at} title={`${whole.format(time)}\n${utc.format(time)} UTC`}>
      {describeTime(time.getTime(), now)}
    </time>
  );
}

/** `3 min. ago`, `12 Sep 2026`; a clock that runs ahead shows "just now". */
export function describeTime(time: number, now: number): string {
  const age = now - time;
  if (age < MINUTE) return SHARED.justNow;
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), 'minute');
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), 'hour');
  if (age < RELATIVE_DAYS * DAY) return relative.format(-Math.floor(age / DAY), 'day');
  return dates.format(time);
}

/** One clock for all times on a page, ticking every half minute while somebody looks. */
const clock = (() => {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void): (() => void) => {
      if (listeners.size === 0) {
        now = Date.now();
        timer = setInterval(tick, MINUTE / 2);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    read: (): number => now,
  };
})();
