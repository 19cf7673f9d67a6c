import { ByteWriter } from '../bytes/writer.ts';
import { ByteReader, DamagedData } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import { blockOf, branchId, branchOf, sortedBranchIds } from '../model/branch-id.ts';
import {
  BRANCH,
  LARGEST_LINE,
  STATEMENT,
  type BranchId,
  type Complexity,
  type LineTable,
  type LineType,
  type MissingBranches,
  type PartialRange,
} from '../model/line-table.ts';
import { countClass, countComplexity, countType, emptyTotals, type Totals } from '../model/totals.ts';
import {
  ABSENT,
  PARTIAL,
  SKIPPED,
  UNKNOWN,
  fraction,
  isFraction,
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
 *   types           runs: step from the expected type + 3 · (length − 1); only where some type is not the expected one
 *   missing         dictionary of ids; count; per line: lines since the last one, number of ids, ids
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
/** Statement, branch, method. */
const TYPES = 3;

const WORD_SKIPPED = 1;
const WORD_UNKNOWN = 2;
const WORD_PARTIAL = 3;
const WORD_FRACTION = 4;
const WORD_WHOLE = 5;
/** A count too large to be a word itself follows. */
const WORD_LARGE = 6;
/** The word of count k ≥ 1 is k + WORD_COUNT. */
const WORD_COUNT = 6;
/** A word is doubled when written, which must stay exact. */
const LARGEST_WORD = 2 ** 40;

/** Writes the columns of a table and counts them on the way: the totals of the file. */
export function encodeColumns(table: LineTable, writer: ByteWriter, codec: Codec): Totals {
  const totals = emptyTotals();
  const far = table.far.size > 0 ? [...table.far.keys()].sort((left, right) => left - right) : [];
  const flagsAt = writer.length;
  writer.varint(0);
  const hasTypes = writeLineRuns(table, far, writer, totals);
  writeValueRuns(table, far, writer);
  if (hasTypes) writeTypeRuns(table, far, writer);
  if (table.missing.size > 0) writeMissing(table.missing, writer, codec);
  if (table.partials.size > 0) writePartials(table.partials, writer);
  if (table.complexity.size > 0) writeComplexity(table.complexity, writer);
  writer.bytes[flagsAt] =
    (hasTypes ? HAS_TYPES : 0) |
    (table.missing.size > 0 ? HAS_MISSING : 0) |
    (table.partials.size > 0 ? HAS_PARTIALS : 0) |
    (table.complexity.size > 0 ? HAS_COMPLEXITY : 0);
  for (const complexity of table.complexity.values()) countComplexity(totals, complexity);
  return totals;
}

/** The type that a value has unless the types column says otherwise: nearly every fraction is a branch. */
export function expectedType(value: number): LineType {
  return isFraction(value) ? BRANCH : STATEMENT;
}

/** Writes the runs of lines and counts; tells whether some line has another type than its value lets expect. */
function writeLineRuns(table: LineTable, far: readonly number[], writer: ByteWriter, totals: Totals): boolean {
  const { values, types, highest } = table;
  let hits = 0;
  let misses = 0;
  let hasTypes = false;
  let after = 1;
  let line = table.lowest;
  while (line <= highest) {
    if (values[line] === ABSENT) {
      line++;
      continue;
    }
    const start = line;
    for (; line <= highest; line++) {
      const value = values[line];
      if (value > 0) hits++;
      else if (value === 0) misses++;
      else if (value === ABSENT) break;
      else countClass(totals, value);
      const type = types[line];
      if (value >= 0 && type === STATEMENT) continue;
      countType(totals, type as LineType);
      if (type !== expectedType(value)) hasTypes = true;
    }
    writer.varint(start - after);
    writer.varint(line - start);
    after = line;
  }
  totals.hits += hits;
  totals.misses += misses;
  for (const each of far) {
    const { value, type } = table.far.get(each)!;
    countClass(totals, value);
    countType(totals, type);
    if (type !== expectedType(value)) hasTypes = true;
    writer.varint(each - after);
    writer.varint(1);
    after = each + 1;
  }
  totals.lines = totals.hits + totals.misses + totals.partials;
  writer.varint(0);
  writer.varint(0);
  return hasTypes;
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
  else if (word === WORD_LARGE) writer.varint(value);
  if (length > 1) writer.varint(length - 2);
}

function wordOf(value: number): number {
  if (value > 0) return value < LARGEST_WORD ? value + WORD_COUNT : WORD_LARGE;
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

/** How far a type is from the expected one, in runs. */
function writeTypeRuns(table: LineTable, far: readonly number[], writer: ByteWriter): void {
  const { values, types, highest } = table;
  let current = -1;
  let length = 0;
  const take = (value: number, type: number): void => {
    const step = (type - expectedType(value) + TYPES) % TYPES;
    if (step !== current) {
      if (length > 0) writer.varint(current + TYPES * (length - 1));
      current = step;
      length = 0;
    }
    length++;
  };
  for (let line = table.lowest; line <= highest; line++) if (values[line] !== ABSENT) take(values[line], types[line]);
  for (const line of far) take(table.valueOf(line), table.typeOf(line));
  writer.varint(current + TYPES * (length - 1));
}

/**
 * Ids that are text come from a dictionary; `block:branch` pairs, by far the most, are written as the step from the last block and
 * the branch. The lowest bit tells which.
 */
function writeMissing(missing: ReadonlyMap<number, MissingBranches>, writer: ByteWriter, codec: Codec): void {
  const sorted = sortedEntries(missing);
  const dictionary = new Map<string, number>();
  for (const [, ids] of sorted) {
    for (const id of ids) if (typeof id === 'string' && !dictionary.has(id)) dictionary.set(id, 0);
  }
  [...dictionary.keys()].sort().forEach((id, index) => dictionary.set(id, index));
  writer.varint(dictionary.size);
  for (const id of [...dictionary.keys()].sort()) writer.block(codec.bytes(id));
  writer.varint(missing.size);
  let before = 0;
  let block = 0;
  for (const [line, ids] of sorted) {
    writer.varint(line - before);
    before = line;
    writer.varint(ids.length);
    for (const id of sortedBranchIds(ids)) {
      if (typeof id === 'string') {
        writer.varint(dictionary.get(id)! * 2 + 1);
        continue;
      }
      const step = blockOf(id) - block;
      block = blockOf(id);
      writer.varint((step < 0 ? -step * 2 - 1 : step * 2) * 2);
      writer.varint(branchOf(id));
    }
  }
}

function writePartials(partials: ReadonlyMap<number, readonly PartialRange[]>, writer: ByteWriter): void {
  writer.varint(partials.size);
  let before = 0;
  for (const [line, ranges] of sortedEntries(partials)) {
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
  writer.varint(complexity.size);
  let before = 0;
  for (const [line, value] of sortedEntries(complexity)) {
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

function sortedEntries<Value>(map: ReadonlyMap<number, Value>): Iterable<[number, Value]> {
  let before = 0;
  for (const line of map.keys()) {
    if (line < before) return [...map].sort((left, right) => left[0] - right[0]);
    before = line;
  }
  return map;
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
    case WORD_WHOLE:
      return wholeFraction(reader.varint());
    default:
      return reader.varint();
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
      const type = expectedType(run.value);
      if (isDense) {
        table.values.fill(run.value, line, stop);
        if (type !== STATEMENT) table.types.fill(type, line, stop);
      } else {
        for (let each = line; each < stop; each++) table.append(each, run.value, type);
      }
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
  let step = 0;
  let length = 0;
  for (let index = 0; index < runs.length; index += 2) {
    for (let line = runs[index]; line < runs[index + 1]; line++) {
      if (length === 0) {
        const word = reader.varint();
        step = word % TYPES;
        length = (word - step) / TYPES + 1;
      }
      length--;
      if (step === 0) continue;
      const type = ((expectedType(table.valueOf(line)) + step) % TYPES) as LineType;
      if (line < table.types.length) table.types[line] = type;
      else table.far.get(line)!.type = type;
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
  let block = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const ids: BranchId[] = [];
    for (let more = reader.varint(); more > 0; more--) {
      const head = reader.varint();
      if (head % 2 === 1) {
        ids.push(dictionary[(head - 1) / 2]);
        continue;
      }
      const step = head / 2;
      block += step % 2 === 1 ? -(step + 1) / 2 : step / 2;
      ids.push(branchId(block, reader.varint()));
    }
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
