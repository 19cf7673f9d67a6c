import { ByteReader, DamagedData } from '../bytes/reader.ts';
import type { Codec } from '../codec.ts';
import { branchId } from '../model/branch-id.ts';
import {
  LARGEST_LINE,
  STATEMENT,
  type BranchId,
  type Complexity,
  type LineTable,
  type LineType,
  type PartialRange,
} from '../model/line-table.ts';
import { PARTIAL, SKIPPED, UNKNOWN, fraction, wholeFraction } from '../model/value.ts';
import {
  SMALL_FRACTIONS,
  HAS_COMPLEXITY,
  HAS_MISSING,
  HAS_PARTIALS,
  HAS_TYPES,
  KNOWN_FLAGS,
  TYPES,
  WORD_COUNT,
  WORD_FRACTION,
  WORD_LARGE,
  WORD_PARTIAL,
  WORD_SKIPPED,
  WORD_SMALL_FRACTION,
  WORD_UNKNOWN,
  WORD_WHOLE,
  expectedMissing,
  expectedType,
} from './columns.ts';

/**
 * Reads columns into an empty table, the inverse of `encodeColumns`. Throws {@link DamagedData} when the bytes are not what it
 * wrote.
 */
export function decodeColumns(bytes: Uint8Array, table: LineTable, codec: Codec): void {
  const reader = new ByteReader(bytes);
  const flags = readFlags(reader);
  const runs = readLineRuns(reader);
  if (flags & HAS_COMPLEXITY) readComplexity(reader, (line, complexity) => table.complexity.set(line, complexity));
  readValues(reader, runs, (start, end, value) => setRun(table, start, end, value));
  if (flags & HAS_TYPES) readTypes(reader, runs, (line, step) => setType(table, line, step));
  if (flags & HAS_MISSING) readMissing(reader, codec, new MissingLists(table));
  if (flags & HAS_PARTIALS) readPartials(reader, table);
}

/** Which columns there are. */
export function readFlags(reader: ByteReader): number {
  const flags = reader.varint();
  if (flags > KNOWN_FLAGS) throw new DamagedData('unknown columns');
  return flags;
}

/** Runs of lines: start and end (exclusive) of each, flat. */
export interface LineRuns {
  readonly edges: Int32Array;
  readonly length: number;
}

let edges: Int32Array = new Int32Array(1 << 8);

/** Reads the line runs. They are valid until the next call: there are many in every file of every upload. */
export function readLineRuns(reader: ByteReader): LineRuns {
  let length = 0;
  let line = 1;
  for (;;) {
    line += reader.varint();
    const lines = reader.varint();
    if (lines === 0) return { edges, length };
    if (line + lines > LARGEST_LINE + 1) throw new DamagedData('a line number is out of range');
    if (length === edges.length) edges = enlarged(edges);
    edges[length++] = line;
    line += lines;
    edges[length++] = line;
  }
}

function enlarged(array: Int32Array): Int32Array {
  const result = new Int32Array(array.length * 2);
  result.set(array);
  return result;
}

/** Reads the values' column: calls `take` with each stretch of neighbouring lines of one value, ascending. */
export function readValues(
  reader: ByteReader,
  runs: LineRuns,
  take: (start: number, end: number, value: number) => void,
): void {
  let value = 0;
  let left = 0;
  for (let index = 0; index < runs.length; index += 2) {
    let line = runs.edges[index];
    const end = runs.edges[index + 1];
    while (line < end) {
      if (left === 0) {
        const head = reader.varint();
        const word = head < 0x7fffffff ? head >>> 1 : Math.floor(head / 2);
        value = word > WORD_COUNT ? word - WORD_COUNT : valueOfWord(word, reader);
        left = head % 2 === 1 ? reader.varint() + 2 : 1;
      }
      const stop = left < end - line ? line + left : end;
      left -= stop - line;
      take(line, stop, value);
      line = stop;
    }
  }
  if (left !== 0) throw new DamagedData('more values than lines');
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
    case WORD_LARGE:
      return reader.varint();
    default:
      return SMALL_FRACTIONS[word - WORD_SMALL_FRACTION];
  }
}

function setRun(table: LineTable, start: number, end: number, value: number): void {
  const type = expectedType(value);
  if (!table.reserve(end - 1)) {
    for (let line = start; line < end; line++) table.append(line, value, type);
    return;
  }
  const { values, types } = table;
  for (let line = start; line < end; line++) values[line] = value;
  if (type !== STATEMENT) for (let line = start; line < end; line++) types[line] = type;
  table.touch(start);
  table.touch(end - 1);
}

/** Reads the types' column: calls `take` with each line whose type is not the expected one, and how far it is from it. */
export function readTypes(reader: ByteReader, runs: LineRuns, take: (line: number, step: number) => void): void {
  let step = 0;
  let left = 0;
  for (let index = 0; index < runs.length; index += 2) {
    for (let line = runs.edges[index]; line < runs.edges[index + 1]; line++) {
      if (left === 0) {
        const word = reader.varint();
        step = word % TYPES;
        left = (word - step) / TYPES + 1;
      }
      left--;
      if (step !== 0) take(line, step);
    }
  }
}

function setType(table: LineTable, line: number, step: number): void {
  const type = ((expectedType(table.valueOf(line)) + step) % TYPES) as LineType;
  if (line < table.types.length) table.types[line] = type;
  else table.far.get(line)!.type = type;
}

/** Takes the missing branches of line after line. */
export interface MissingSink {
  /** A list begins; gives the value that the same columns have for the line. */
  begin(line: number): number;
  pair(id: number): void;
  text(id: string): void;
}

class MissingLists implements MissingSink {
  private readonly table: LineTable;
  private ids: BranchId[] = [];

  constructor(table: LineTable) {
    this.table = table;
  }

  begin(line: number): number {
    this.ids = [];
    this.table.missing.set(line, this.ids);
    return this.table.valueOf(line);
  }

  pair(id: number): void {
    this.ids.push(id);
  }

  text(id: string): void {
    this.ids.push(id);
  }
}

/** Reads the column of missing branches. */
export function readMissing(reader: ByteReader, codec: Codec, sink: MissingSink): void {
  const dictionary = readDictionary(reader, codec);
  let line = 0;
  let block = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const expected = expectedMissing(sink.begin(line));
    for (let more = expected - unzigzag(reader.varint()); more > 0; more--) {
      const head = reader.varint();
      if (head % 2 === 1) {
        sink.text(dictionary[(head - 1) / 2] ?? '');
        continue;
      }
      block += unzigzag(head / 2);
      sink.pair(branchId(block, reader.varint()));
    }
  }
}

function readDictionary(reader: ByteReader, codec: Codec): string[] {
  const dictionary: string[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const text = reader.block();
    dictionary.push(codec.text(text, 0, text.length));
  }
  return dictionary;
}

function readPartials(reader: ByteReader, table: LineTable): void {
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const ranges: PartialRange[] = [];
    for (let more = reader.varint(); more > 0; more--) {
      const start = reader.varint();
      const end = reader.varint();
      const word = Math.floor(reader.varint() / 2);
      const value = word > WORD_COUNT ? word - WORD_COUNT : valueOfWord(word, reader);
      ranges.push({ start, end: end === 0 ? null : end - 1, value });
    }
    table.partials.set(line, ranges);
  }
}

/** Reads the column of complexity. */
export function readComplexity(reader: ByteReader, take: (line: number, complexity: Complexity) => void): void {
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    const head = reader.varint();
    take(line, head % 2 === 0 ? head / 2 : [(head - 1) / 2, reader.varint()]);
  }
}

function unzigzag(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
}
