/** The ASCII characters that JSON is made of. */
export const TAB = 9;
export const LINE_FEED = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const ZERO = 48;
export const COLON = 58;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const LOWER_E = 101;
export const LOWER_F = 102;
export const LOWER_N = 110;
export const LOWER_T = 116;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

/** Whether a byte is white space between tokens. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;
}

/** Where the white space that begins at `at` ends. */
export function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] <= SPACE && isBlank(bytes[at])) at++;
  return at;
}
