import type { Codec } from '../codec.ts';

/** Texts longer than this are no path and no value of a coverage report; they are read as if they were not there. */
export const LONGEST_TEXT = 1 << 16;

/**
 * Text of the JSON string whose inside is `bytes[start, end)`. Bad escapes are kept as written, undecodable bytes become
 * U+FFFD: one odd path must not lose a report. Null when it is longer than {@link LONGEST_TEXT} bytes.
 */
export function textOf(bytes: Uint8Array, start: number, end: number, codec: Codec): string | null {
  if (end - start > LONGEST_TEXT) return null;
  const text = codec.text(bytes, start, end);
  return text.includes('\\') ? unescape(text) : text;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function unescape(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gsu,
    (written, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return SHORT_ESCAPES[letter ?? ''] ?? written;
    },
  );
}
