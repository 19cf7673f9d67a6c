import { ByteWriter } from '../bytes/writer.ts';
import { ByteReader, DamagedData } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import {
  LARGEST_LINE,
  type Complexity,
  type LineTable,
  type LineType,
  type MissingBranches,
  type PartialRange,
} from '../model/line-table.ts';
import {
  ABSENT,
  PARTIAL,
  SKIPPED,
  UNKNOWN,
  fraction,
  isWholeFraction,
  takenOf,
  totalOf,
  wholeFraction,
} from '../model/value.ts';

/*
 * The columns of one source file, all of one file together (report-model §10 "Storage"):
 *
 *   flags           which optional columns follow
 *   lines           runs: (lines skipped before the run, lines in the run), until a run of length 0
 *   values          runs: value word · 2 + (1 when a length follows), length − 2
 *   types           runs: type + 3 · (length − 1)
 *   missing         count; per line: lines since the last one, number of ids, ids (index into the file's dictionary)
 *   partials        count; per line: lines since the last one, number of ranges, (start, end + 1 or 0, value word)
 *   complexity      count; per line: lines since the last one, tag, numbers
 *
 * A value word is 0 for a miss, count + WORD_COUNT for a hit, and small numbers for the rest; a fraction's word is followed by
 * its two numbers. The encoding is canonical: equal tables give equal bytes, which the digest of a report relies on.
 */
/** Bits of the first number of a file's columns. */
export const HAS_TYPES = 1;
export const HAS_MISSING = 2;
export const HAS_PARTIALS = 4;
export const HAS_COMPLEXITY = 8;
const KNOWN_FLAGS = 15;

const WORD_SKIPPED = 1;
const WORD_UNKNOWN = 2;
const WORD_PARTIAL = 3;
const WORD_FRACTION = 4;
const WORD_WHOLE = 5;
/** The word of count k ≥ 1 is k + WORD_COUNT. */
const WORD_COUNT = 5;

/** Writes the columns of a table. */
export function encodeColumns(table: LineTable, writer: ByteWriter, codec: Codec): void {
  const lines = table.far.size > 0 ? [...table.far.keys()].sort((left, right) => left - right) : [];
  const hasTypes = writeFlags(table, lines, writer);
  writeLineRuns(table, lines, writer);
  writeValueRuns(table, lines, writer);
  if (hasTypes) writeTypeRuns(table, lines, writer);
  if (table.missing.size > 0) writeMissing(table.missing, writer, codec);
  if (table.partials.size > 0) writePartials(table.partials, writer);
  if (table.complexity.size > 0) writeComplexity(table.complexity, writer);
}

function writeFlags(table: LineTable, far: readonly number[], writer: ByteWriter): boolean {
  const { types, highest } = table;
  let hasTypes = far.some((line) => table.typeOf(line) !== 0);
  for (let line = table.lowest; !hasTypes && line <= highest; line++) hasTypes = types[line] !== 0;
  writer.varint(
    (hasTypes ? HAS_TYPES : 0) |
      (table.missing.size > 0 ? HAS_MISSING : 0) |
      (table.partials.size > 0 ? HAS_PARTIALS : 0) |
      (table.complexity.size > 0 ? HAS_COMPLEXITY : 0),
  );
  return hasTypes;
}

function writeLineRuns(table: LineTable, far: readonly number[], writer: ByteWriter): void {
  const { values, highest } = table;
  let after = 1;
  let line = table.lowest;
  while (line <= highest) {
    while (line <= highest && values[line] === ABSENT) line++;
    if (line > highest) break;
    const start = line;
    while (line <= highest && values[line] !== ABSENT) line++;
    writer.varint(start - after);
    writer.varint(line - start);
    after = line;
  }
  for (const each of far) {
    writer.varint(each - after);
    writer.varint(1);
    after = each + 1;
  }
  writer.varint(0);
  writer.varint(0);
}

function writeValueRuns(table: LineTable, far: readonly number[], writer: ByteWriter): void {
  const { values, highest } = table;
  let current = ABSENT;
  let length = 0;
  for (let line = table.lowest; line <= highest; line++) {
    const value = values[line];
    if (value === ABSENT) continue;
    if (value === current) {
      length++;
      continue;
    }
    if (length > 0) writeValueRun(current, length, writer);
    current = value;
    length = 1;
  }
  for (const line of far) {
    const value = table.valueOf(line);
    if (value === current) {
      length++;
      continue;
    }
    if (length > 0) writeValueRun(current, length, writer);
    current = value;
    length = 1;
  }
  if (length > 0) writeValueRun(current, length, writer);
}

function writeValueRun(value: number, length: number, writer: ByteWriter): void {
  const word = wordOf(value);
  writer.varint(word * 2 + (length > 1 ? 1 : 0));
  if (word === WORD_FRACTION) writeFraction(value, writer);
  else if (word === WORD_WHOLE) writer.varint(takenOf(value));
  if (length > 1) writer.varint(length - 2);
}

function wordOf(value: number): number {
  if (value > 0) return value + WORD_COUNT;
  if (value === 0) return 0;
  if (value === SKIPPED) return WORD_SKIPPED;
  if (value === UNKNOWN) return WORD_UNKNOWN;
  if (value === PARTIAL) return WORD_PARTIAL;
  return isWholeFraction(value) ? WORD_WHOLE : WORD_FRACTION;
}

function writeFraction(value: number, writer: ByteWriter): void {
  writer.varint(takenOf(value));
  writer.varint(totalOf(value));
}

function writeTypeRuns(table: LineTable, far: readonly number[], writer: ByteWriter): void {
  const { values, types, highest } = table;
  let current = -1;
  let length = 0;
  const flush = (): void => {
    if (length > 0) writer.varint(current + 3 * (length - 1));
  };
  const take = (type: number): void => {
    if (type !== current) {
      flush();
      current = type;
      length = 0;
    }
    length++;
  };
  for (let line = table.lowest; line <= highest; line++) if (values[line] !== ABSENT) take(types[line]);
  for (const line of far) take(table.typeOf(line));
  flush();
}

function writeMissing(missing: ReadonlyMap<number, MissingBranches>, writer: ByteWriter, codec: Codec): void {
  const sorted = sortedEntries(missing).map(([line, ids]) => [line, sortedIds(ids)] as const);
  const dictionary = new Map<string, number>();
  for (const [, ids] of sorted) for (const id of ids) if (!dictionary.has(id)) dictionary.set(id, dictionary.size);
  writer.varint(dictionary.size);
  for (const id of dictionary.keys()) writer.block(codec.bytes(id));
  writer.varint(sorted.length);
  let before = 0;
  for (const [line, ids] of sorted) {
    writer.varint(line - before);
    before = line;
    writer.varint(ids.length);
    for (const id of ids) writer.varint(dictionary.get(id)!);
  }
}

/** Ids in order, so that the same set is always the same bytes. */
function sortedIds(ids: MissingBranches): MissingBranches {
  for (let index = 1; index < ids.length; index++) if (ids[index - 1] > ids[index]) return [...ids].sort();
  return ids;
}

function writePartials(partials: ReadonlyMap<number, readonly PartialRange[]>, writer: ByteWriter): void {
  const sorted = sortedEntries(partials);
  writer.varint(sorted.length);
  let before = 0;
  for (const [line, ranges] of sorted) {
    writer.varint(line - before);
    before = line;
    writer.varint(ranges.length);
    for (const range of ranges) {
      writer.varint(range.start);
      writer.varint(range.end === null ? 0 : range.end + 1);
      writeValueRun(range.value, 1, writer);
    }
  }
}

function writeComplexity(complexity: ReadonlyMap<number, Complexity>, writer: ByteWriter): void {
  const sorted = sortedEntries(complexity);
  writer.varint(sorted.length);
  let before = 0;
  for (const [line, value] of sorted) {
    writer.varint(line - before);
    before = line;
    if (typeof value === 'number') {
      writer.varint(value * 2);
    } else {
      writer.varint(value[0] * 2 + 1);
      writer.varint(value[1]);
    }
  }
}

function sortedEntries<Value>(map: ReadonlyMap<number, Value>): [number, Value][] {
  return [...map.entries()].sort((left, right) => left[0] - right[0]);
}

/**
 * Reads columns into an empty table, the inverse of {@link encodeColumns}. Throws {@link DamagedData} when the bytes are not
 * what it wrote.
 */
export function decodeColumns(bytes: Uint8Array, table: LineTable, codec: Codec): void {
  const reader = new ByteReader(bytes);
  const flags = reader.varint();
  if (flags > KNOWN_FLAGS) throw new DamagedData('unknown columns');
  const runs = readLineRuns(reader);
  readValues(reader, runs, table);
  if (flags & HAS_TYPES) readTypes(reader, runs, table);
  if (flags & HAS_MISSING) readMissing(reader, table, codec);
  if (flags & HAS_PARTIALS) readPartials(reader, table);
  if (flags & HAS_COMPLEXITY) readComplexity(reader, table);
}

/** Reads the line runs: start and end (exclusive) of each, flat. */
export function readLineRuns(reader: ByteReader): number[] {
  const runs: number[] = [];
  let line = 1;
  for (;;) {
    line += reader.varint();
    const length = reader.varint();
    if (length === 0) return runs;
    if (line + length > LARGEST_LINE + 1) throw new DamagedData('a line number is out of range');
    runs.push(line, line + length);
    line += length;
  }
}

/** One run of equal values: reads the value, and the length into {@link ValueRun.length}. */
export class ValueRun {
  value = ABSENT;
  length = 0;

  read(reader: ByteReader): void {
    const head = reader.varint();
    const word = Math.floor(head / 2);
    this.value = word > WORD_COUNT ? word - WORD_COUNT : valueOfWord(word, reader);
    this.length = head % 2 === 1 ? reader.varint() + 2 : 1;
  }
}

function valueOfWord(word: number, reader: ByteReader): number {
  switch (word) {
    case 0:
      return 0;
    case WORD_SKIPPED:
      return SKIPPED;
    case WORD_UNKNOWN:
      return UNKNOWN;
    case WORD_PARTIAL:
      return PARTIAL;
    case WORD_FRACTION: {
      const taken = reader.varint();
      return fraction(taken, reader.varint());
    }
    default:
      return wholeFraction(reader.varint());
  }
}

function readValues(reader: ByteReader, runs: readonly number[], table: LineTable): void {
  const run = new ValueRun();
  for (let index = 0; index < runs.length; index += 2) {
    const start = runs[index];
    const end = runs[index + 1];
    let line = start;
    const isDense = table.reserve(end - 1);
    while (line < end) {
      if (run.length === 0) run.read(reader);
      const stop = Math.min(end, line + run.length);
      run.length -= stop - line;
      if (isDense) table.values.fill(run.value, line, stop);
      else for (let each = line; each < stop; each++) table.append(each, run.value);
      line = stop;
    }
    if (isDense) {
      table.touch(start);
      table.touch(end - 1);
    }
  }
  if (run.length !== 0) throw new DamagedData('more values than lines');
}

function readTypes(reader: ByteReader, runs: readonly number[], table: LineTable): void {
  let type = 0;
  let length = 0;
  for (let index = 0; index < runs.length; index += 2) {
    for (let line = runs[index]; line < runs[index + 1]; line++) {
      if (length === 0) {
        const word = reader.varint();
        type = word % 3;
        length = (word - type) / 3 + 1;
      }
      length--;
      if (type === 0) continue;
      if (line < table.types.length) table.types[line] = type;
      else table.far.get(line)!.type = type as LineType;
    }
  }
}

function readMissing(reader: ByteReader, table: LineTable, codec: Codec): void {
  const dictionary: string[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const text = reader.block();
    dictionary.push(codec.text(text, 0, text.length));
  }
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const ids: string[] = [];
    for (let more = reader.varint(); more > 0; more--) ids.push(dictionary[reader.varint()]);
    table.missing.set(line, ids);
  }
}

function readPartials(reader: ByteReader, table: LineTable): void {
  const run = new ValueRun();
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const ranges: PartialRange[] = [];
    for (let more = reader.varint(); more > 0; more--) {
      const start = reader.varint();
      const end = reader.varint();
      run.read(reader);
      ranges.push({ start, end: end === 0 ? null : end - 1, value: run.value });
    }
    table.partials.set(line, ranges);
  }
}

function readComplexity(reader: ByteReader, table: LineTable): void {
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const head = reader.varint();
    table.complexity.set(line, head % 2 === 0 ? head / 2 : [(head - 1) / 2, reader.varint()]);
  }
}
