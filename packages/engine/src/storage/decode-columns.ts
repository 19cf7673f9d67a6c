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
import { PARTIAL, SKIPPED, UNKNOWN, fraction, isFraction, wholeFraction } from '../model/value.ts';
import {
  SMALL_FRACTIONS,
  HAS_COMPLEXITY,
  HAS_MISSING,
  HAS_PARTIALS,
  HAS_TYPES,
  KNOWN_FLAGS,
  LIST_AS_EXPECTED,
  NO_LIST,
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
  const fractions = readValues(reader, runs, new RunsOfTable(table));
  if (flags & HAS_TYPES) readTypes(reader, runs, (line, step) => setType(table, line, step));
  if (flags & HAS_MISSING) readMissing(reader, fractions, codec, new ListsOfTable(table));
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

/** Takes stretches of neighbouring lines of one value, ascending. */
export interface RunSink {
  run(start: number, end: number, value: number): void;
}

/** Lines whose value is a fraction, ascending: the columns after the values are told from them. */
export interface Fractions {
  lines: Int32Array;
  /** How many branches each lets expect to be missing. */
  expected: Int32Array;
  length: number;
}

const fractions: Fractions = { lines: new Int32Array(1 << 8), expected: new Int32Array(1 << 8), length: 0 };

/** Reads the values' column. The fractions are valid until the next call. */
export function readValues(reader: ByteReader, runs: LineRuns, sink: RunSink): Fractions {
  const { bytes } = reader;
  let value = 0;
  let expected = NO_FRACTION;
  let left = 0;
  fractions.length = 0;
  for (let index = 0; index < runs.length; index += 2) {
    let line = runs.edges[index];
    const end = runs.edges[index + 1];
    while (line < end) {
      if (left === 0) {
        // Nearly every run begins with one byte: read it here, without a call.
        let head = bytes[reader.position];
        if (head < 128) reader.position++;
        else head = reader.varint();
        const word = halfOf(head);
        if (word > WORD_COUNT || word === 0) {
          value = word === 0 ? 0 : word - WORD_COUNT;
          expected = NO_FRACTION;
        } else {
          value = valueOfWord(word, reader);
          expected = isFraction(value) ? expectedMissing(value) : NO_FRACTION;
        }
        left = head === word * 2 ? 1 : reader.varint() + 2;
      }
      const stop = left < end - line ? line + left : end;
      left -= stop - line;
      sink.run(line, stop, value);
      if (expected !== NO_FRACTION) addFractions(line, stop, expected);
      line = stop;
    }
  }
  if (left !== 0) throw new DamagedData('more values than lines');
  return fractions;
}

const NO_FRACTION = -1;

function addFractions(start: number, end: number, expected: number): void {
  let { length } = fractions;
  for (let line = start; line < end; line++, length++) {
    if (length === fractions.lines.length) {
      fractions.lines = enlarged(fractions.lines);
      fractions.expected = enlarged(fractions.expected);
    }
    fractions.lines[length] = line;
    fractions.expected[length] = expected;
  }
  fractions.length = length;
}

/** Half of an unsigned number, without its rest; by a shift where it is small, as nearly all are. */
function halfOf(number: number): number {
  return number <= 0x7fffffff ? number >>> 1 : Math.floor(number / 2);
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

class RunsOfTable implements RunSink {
  private readonly table: LineTable;

  constructor(table: LineTable) {
    this.table = table;
  }

  run(start: number, end: number, value: number): void {
    const { table } = this;
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
  /** The list of a line begins. */
  begin(line: number): void;
  pair(id: number): void;
  text(id: string): void;
}

class ListsOfTable implements MissingSink {
  private readonly table: LineTable;
  private ids: BranchId[] = [];

  constructor(table: LineTable) {
    this.table = table;
  }

  begin(line: number): void {
    this.ids = [];
    this.table.missing.set(line, this.ids);
  }

  pair(id: number): void {
    this.ids.push(id);
  }

  text(id: string): void {
    this.ids.push(id);
  }
}

/** Reads the column of missing branches; `fractions` are those of the same columns. */
export function readMissing(
  reader: ByteReader,
  { lines, expected, length }: Fractions,
  codec: Codec,
  sink: MissingSink,
): void {
  const lists = new ListReader(reader, readDictionary(reader, codec), sink);
  for (let index = 0; index < length; index++) {
    const count = expected[index];
    if (count === 0) continue;
    const head = reader.varint();
    if (head === LIST_AS_EXPECTED) lists.read(lines[index], count);
    else if (head !== NO_LIST) lists.read(lines[index], count + unzigzag(head - NO_LIST));
  }
  let line = 0;
  for (let left = reader.varint(); left > 0; left--) {
    line += reader.varint();
    lists.read(line, reader.varint());
  }
}

class ListReader {
  private readonly reader: ByteReader;
  private readonly dictionary: readonly string[];
  private readonly sink: MissingSink;
  private block = 0;

  constructor(reader: ByteReader, dictionary: readonly string[], sink: MissingSink) {
    this.reader = reader;
    this.dictionary = dictionary;
    this.sink = sink;
  }

  read(line: number, count: number): void {
    const { reader, sink } = this;
    sink.begin(line);
    for (let left = count; left > 0; left--) {
      const head = reader.varint();
      const half = halfOf(head);
      if (head !== half * 2) {
        sink.text(this.dictionary[half] ?? '');
        continue;
      }
      this.block += unzigzag(half);
      sink.pair(branchId(this.block, reader.varint()));
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
      const word = halfOf(reader.varint());
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
  const half = halfOf(number);
  return number === half * 2 ? half : -half - 1;
}
