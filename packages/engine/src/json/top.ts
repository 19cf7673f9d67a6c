import type { Codec } from '../codec.ts';
import type { JsonEntry, JsonTop } from '../formats/format.ts';
import { JsonScanner } from './scanner.ts';

/** How much of the top is kept: enough to tell formats apart, small enough for hostile input. */
const MOST_ENTRIES = 64;
const MOST_KEYS = 64;
const LONGEST_VALUE = 256;

/**
 * What the top level of a JSON document holds. `bytes` may be the start of the document only (`isWhole` false): then as far as it
 * goes.
 *
 * Null when it is no JSON: another first byte than `{` or `[`, no first entry that is well-formed, or anything but white space
 * behind the end (a file of several JSON texts is text, report-formats §2.3 GAP). A document that is damaged further on stays
 * JSON, and `damage` says so: what was written before counts.
 */
export function scanJsonTop(bytes: Uint8Array, isWhole: boolean, codec: Codec): JsonTop | null {
  const json = new JsonScanner(bytes, codec);
  const type = json.kind();
  if (type !== 'object' && type !== 'array') return null;
  const entries = type === 'object' ? readObject(json) : readArray(json);
  const isOver = json.damage === null;
  json.finish();
  if (isOver && json.damage !== null) return null;
  const damage = isWhole || json.damage?.kind !== 'truncated' ? json.damage : null;
  if (damage !== null && !beginsLikeJson(type, entries)) return null;
  return { type, entries, damage };
}

/** An array of plain values that breaks off may as well be a log line: `[12:30:05] starting`. */
function beginsLikeJson(type: 'object' | 'array', entries: readonly JsonEntry[]): boolean {
  return entries.length > 0 && (type === 'object' || entries[0].type === 'object');
}

function readObject(json: JsonScanner): JsonEntry[] {
  const entries: JsonEntry[] = [];
  json.enterObject();
  while (json.nextKey()) {
    if (entries.length === MOST_ENTRIES) {
      json.leave();
      break;
    }
    readEntry(json, json.key(), entries);
  }
  return entries;
}

function readArray(json: JsonScanner): JsonEntry[] {
  const entries: JsonEntry[] = [];
  json.enterArray();
  while (json.nextItem()) {
    if (entries.length === MOST_ENTRIES) {
      json.leave();
      break;
    }
    readEntry(json, String(entries.length), entries);
  }
  return entries;
}

function readEntry(json: JsonScanner, key: string, entries: JsonEntry[]): void {
  const type = json.kind();
  if (type === 'none') return;
  const keys = type === 'object' ? readKeys(json) : [];
  const text = type === 'string' ? (json.string()?.slice(0, LONGEST_VALUE) ?? null) : null;
  entries.push({ key, type, keys, text });
}

function readKeys(json: JsonScanner): string[] {
  const keys: string[] = [];
  json.enterObject();
  while (json.nextKey()) {
    if (keys.length === MOST_KEYS) {
      json.leave();
      break;
    }
    keys.push(json.key());
  }
  return keys;
}
