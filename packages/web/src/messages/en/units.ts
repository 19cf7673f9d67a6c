import { LOCALE } from './shared.ts';

const one = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

const SIZES = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `840 bytes`, `12.3 KiB`, `4.1 MiB` (web-ui §4.7). */
export function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    unit++;
  }
  return bytes === 1 ? '1 byte' : `${one.format(value)} ${SIZES[unit]}`;
}

/** `840 ms`, `3.2 s`, `4 min 10 s` (web-ui §4.7). */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${one.format(Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${one.format(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}
