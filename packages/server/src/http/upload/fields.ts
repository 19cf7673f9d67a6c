import { z } from 'zod';
import { parseSha } from '../../names.ts';

/*
 * Readers of single fields. They word their refusals as the compatible system does (upload-protocol §1.3), so that people find what they
 * search for; bounds are those of the columns behind them.
 */

/** How null is taken where the protocol lists text without null. */
export type NullMeans = 'absent' | 'refused';

const REQUIRED = 'This field is required.';
const NOT_NULL = 'This field may not be null.';
const NOT_BLANK = 'This field may not be blank.';
const NOT_TEXT = 'Not a valid string.';
const NO_NUL = 'Null characters are not allowed.';
const NOT_INTEGER = 'A valid integer is required.';
const NOT_BOOLEAN = 'Must be a valid boolean.';
const NOT_SHA = 'Not the id of a commit: 7 to 64 hexadecimal digits are expected.';
const OTHER_CODE = 'Using a non-default `code` has been deprecated';

const MOST_CHARACTERS = 1000;
const MOST_FLAGS = 1000;
const MOST_FLAG_BYTES = 1024;
const MOST_VARIABLES = 200;

type Read<Value> = { readonly value: Value } | { readonly wrong: string };

/** A field read by a function; undefined comes in when the key is absent. */
function field<Value>(read: (value: unknown) => Read<Value>) {
  return z
    .unknown()
    .optional()
    .transform((value, context): Value => {
      const result = read(value);
      if ('value' in result) return result.value;
      context.addIssue({ code: 'custom', message: result.wrong });
      return z.NEVER;
    });
}

/** Text that must be there. */
export function requiredText({ most = MOST_CHARACTERS } = {}) {
  return field((value) => readRequired(value, most));
}

/** The id of a commit, lower-cased; must be there. */
export function requiredSha() {
  return field((value): Read<string> => {
    const text = readRequired(value, MOST_CHARACTERS);
    return 'wrong' in text ? text : readSha(text.value);
  });
}

/** Text, or null when it is absent or blank. */
export function optionalText({
  most = MOST_CHARACTERS,
  nullMeans = 'absent',
}: { most?: number; nullMeans?: NullMeans } = {}) {
  return field((value): Read<string | null> => {
    if (value === null && nullMeans === 'refused') return { wrong: NOT_NULL };
    const text = readText(value);
    if ('wrong' in text || text.value === null) return text;
    return isLonger(text.value, most) ? { wrong: tooLong(most) } : text;
  });
}

/** Text that is cut where the compatible system refuses it (upload-protocol §5.3). */
export function shortenedText(most: number) {
  return field((value): Read<{ text: string | null; isCut: boolean }> => {
    const read = readText(value);
    if ('wrong' in read) return read;
    const isCut = read.value !== null && isLonger(read.value, most);
    return { value: { text: isCut ? [...read.value!].slice(0, most).join('') : read.value, isCut } };
  });
}

/** The id of a commit, lower-cased, or null. */
export function optionalSha() {
  return field((value): Read<string | null> => {
    const text = readText(value);
    return 'wrong' in text || text.value === null ? text : readSha(text.value);
  });
}

/** A pull's number, as a number or as digits, or null. */
export function optionalInteger() {
  return field((value): Read<number | null> => {
    if (value === null || value === undefined) return { value: null };
    if (typeof value !== 'number' && typeof value !== 'string') return { wrong: NOT_INTEGER };
    const digits = String(value).trim().replace(/\.0*$/, '');
    if (!/^-?\d{1,15}$/.test(digits)) return { wrong: NOT_INTEGER };
    const number = Number(digits);
    if (number < 0) return { wrong: 'Ensure this value is greater than or equal to 0.' };
    return number > 2_147_483_647
      ? { wrong: 'Ensure this value is less than or equal to 2147483647.' }
      : { value: number };
  });
}

/** A pull's number where the address takes any text: what is none counts as absent. */
export function optionalLooseInteger() {
  return field((value): Read<number | null> => {
    const number = typeof value === 'string' || typeof value === 'number' ? Number(String(value).trim() || NaN) : NaN;
    return { value: Number.isInteger(number) && number > 0 && number <= 2_147_483_647 ? number : null };
  });
}

/** A truth value in any usual spelling; absent is false. */
export function optionalBoolean() {
  return field((value): Read<boolean> => {
    if (value === undefined || value === null || value === '') return { value: false };
    const word = String(value).toLowerCase();
    if (['true', '1', 't', 'y', 'yes', 'on'].includes(word)) return { value: true };
    return ['false', '0', 'f', 'n', 'no', 'off'].includes(word) ? { value: false } : { wrong: NOT_BOOLEAN };
  });
}

/** A list of flags, each once. */
export function flags(nullMeans: NullMeans) {
  return field((value): Read<readonly string[]> => {
    if (value === undefined || (value === null && nullMeans === 'absent')) return { value: [] };
    if (value === null) return { wrong: NOT_NULL };
    if (!Array.isArray(value)) return { wrong: `Expected a list of items but got type "${typeof value}".` };
    if (value.length > MOST_FLAGS) return { wrong: `Ensure this field has no more than ${MOST_FLAGS} elements.` };
    const names = new Set<string>();
    for (const item of value) {
      const text = readText(item);
      if ('wrong' in text) return text;
      if (text.value === null) continue;
      if (Buffer.byteLength(text.value) > MOST_FLAG_BYTES) return { wrong: tooLong(MOST_FLAG_BYTES) };
      names.add(text.value);
    }
    return { value: [...names] };
  });
}

/** Name → value or null; anything else that JSON can say is kept as its text, what is no object is dropped. */
export function environment() {
  return field((value): Read<Readonly<Record<string, string | null>> | null> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value: null };
    const entries = Object.entries(value).slice(0, MOST_VARIABLES);
    return {
      value: Object.fromEntries(entries.map(([name, item]) => [storable(name).slice(0, 200), readVariable(item)])),
    };
  });
}

function readVariable(item: unknown): string | null {
  if (item === null || item === undefined) return null;
  return storable(typeof item === 'string' ? item : JSON.stringify(item)).slice(0, MOST_CHARACTERS);
}

/** What a column of text or JSON can hold. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/** B's code: no other than the default one. */
export function defaultCode() {
  return field(readCode);
}

function readCode(value: unknown): Read<null> {
  return value === undefined || value === null || value === 'default' ? { value: null } : { wrong: OTHER_CODE };
}

function readRequired(value: unknown, most: number): Read<string> {
  if (value === undefined) return { wrong: REQUIRED };
  if (value === null) return { wrong: NOT_NULL };
  const text = readText(value);
  if ('wrong' in text) return text;
  if (text.value === null) return { wrong: NOT_BLANK };
  return isLonger(text.value, most) ? { wrong: tooLong(most) } : { value: text.value };
}

/** Text without blanks around it; null when nothing is left. */
function readText(value: unknown): Read<string | null> {
  if (value === undefined || value === null) return { value: null };
  if (typeof value !== 'string' && typeof value !== 'number') return { wrong: NOT_TEXT };
  const text = String(value).trim().toWellFormed();
  if (text.includes('\u0000')) return { wrong: NO_NUL };
  return { value: text === '' ? null : text };
}

function readSha(text: string): Read<string> {
  const sha = parseSha(text);
  return sha === null ? { wrong: NOT_SHA } : { value: sha };
}

function isLonger(text: string, most: number): boolean {
  return text.length > most && [...text].length > most;
}

function tooLong(most: number): string {
  return `Ensure this field has no more than ${most} characters.`;
}
