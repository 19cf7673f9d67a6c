import { ByteWriter } from '../bytes/writer.ts';
import type { Codec } from '../codec.ts';
import { blockOf, branchOf, canonicalBranchId, canonicalBranchIds } from '../model/branch-id.ts';
import type { LineMap } from '../model/line-map.ts';
import {
  BRANCH,
  STATEMENT,
  type Complexity,
  type LineTable,
  type LineType,
  type MissingBranches,
  type PartialRange,
} from '../model/line-table.ts';
import { countComplexity, countRun, countType, emptyTotals, type Totals } from '../model/totals.ts';
import { ABSENT, PARTIAL, SKIPPED, UNKNOWN, isFraction, takenOf, totalOf } from '../model/value.ts';
import {
  HAS_COMPLEXITY,
  HAS_MISSING,
  HAS_MISSING_BESIDE_COUNTS,
  HAS_PARTIALS,
  HAS_TYPES,
  LARGEST_WORD,
  LIST_AS_EXPECTED,
  NO_LIST,
  fractionWord,
  TYPES,
  WORD_COUNT,
  WORD_FRACTION,
  WORD_LARGE,
  WORD_PARTIAL,
  WORD_SKIPPED,
  WORD_UNKNOWN,
  WORD_WHOLE,
  expectedMissing,
  expectedType,
} from './columns.ts';

/** Writes the columns of a table and counts them on the way: the totals of the file. */
export function encodeColumns(table: LineTable, writer: ByteWriter, codec: Codec): Totals {
  const totals = emptyTotals();
  const flagsAt = writer.length;
  writer.varint(0);
  const far = table.far.size > 0 ? [...table.far.keys()].sort((left, right) => left - right) : NONE;
  let flags = writeLines(table, far, writer, totals);
  if (table.complexity.size > 0) flags |= writeComplexity(table.complexity, writer, totals);
  writer.append(valueRuns.view());
  if (flags & HAS_TYPES) writeTypeRuns(table, far, writer, totals);
  if (table.missing.size > 0) flags |= writeMissing(table, far, writer, codec);
  if (table.partials.size > 0) flags |= writePartials(table.partials, writer);
  writer.bytes[flagsAt] = flags;
  return totals;
}

const NONE: readonly number[] = [];

/** The column of values while that of lines is written: both come out of one pass. */
const valueRuns = new ByteWriter(1 << 12);

/** Lines of the table being written, in the dense part, whose value is a fraction: start and end of each stretch. */
let fractions: Int32Array = new Int32Array(1 << 8);
let fractionEdges = 0;

function noteFractions(start: number, end: number): void {
  if (fractionEdges === fractions.length) {
    const grown = new Int32Array(2 * fractionEdges);
    grown.set(fractions);
    fractions = grown;
  }
  fractions[fractionEdges++] = start;
  fractions[fractionEdges++] = end;
}

/** Writes the runs of lines, and those of values into {@link valueRuns}. Tells by its flag whether some type is not the expected one. */
function writeLines(table: LineTable, far: readonly number[], writer: ByteWriter, totals: Totals): number {
  const { values, types, highest } = table;
  valueRuns.clear();
  fractionEdges = 0;
  let flags = 0;
  let current = ABSENT;
  let length = 0;
  let after = 1;
  let start = table.lowest;
  let line = start;
  while (line <= highest) {
    const value = values[line];
    const type = types[line];
    const first = line++;
    while (line <= highest && values[line] === value && types[line] === type) line++;
    if (value === ABSENT) {
      if (first > start) {
        writer.varint(start - after);
        writer.varint(first - start);
        after = first;
      }
      start = line;
      continue;
    }
    if (value === current) {
      length += line - first;
    } else {
      endValueRun(current, length, totals);
      current = value;
      length = line - first;
    }
    const isOfFraction = isFraction(value);
    if (isOfFraction) noteFractions(first, line);
    if (type !== (isOfFraction ? BRANCH : STATEMENT)) flags = HAS_TYPES;
  }
  if (line > start) {
    writer.varint(start - after);
    writer.varint(line - start);
    after = line;
  }
  for (const each of far) {
    const { value, type } = table.far.get(each)!;
    if (value === current) {
      length++;
    } else {
      endValueRun(current, length, totals);
      current = value;
      length = 1;
    }
    if (type !== expectedType(value)) flags = HAS_TYPES;
    writer.varint(each - after);
    writer.varint(1);
    after = each + 1;
  }
  endValueRun(current, length, totals);
  totals.lines = totals.hits + totals.misses + totals.partials;
  writer.varint(0);
  writer.varint(0);
  return flags;
}

function endValueRun(value: number, length: number, totals: Totals): void {
  if (length === 0) return;
  if (value >= 0 && value < SMALL_COUNT) {
    endCountRun(value | 0, length, totals);
    return;
  }
  countRun(totals, value, length);
  if (isFraction(value)) totals.branches += length;
  writeValueRun(value, length, valueRuns);
}

/** Counts below this are kept in whole-number registers, which makes the common run a few instructions. */
const SMALL_COUNT = 2 ** 29;

function endCountRun(count: number, length: number, totals: Totals): void {
  if (count > 0) totals.hits += length;
  else totals.misses += length;
  const word = count > 0 ? count + WORD_COUNT : 0;
  valueRuns.varint(length > 1 ? word * 2 + 1 : word * 2);
  if (length > 1) valueRuns.varint(length - 2);
}

function writeValueRun(value: number, length: number, writer: ByteWriter): void {
  const word = wordOf(value);
  writer.varint(word * 2 + (length > 1 ? 1 : 0));
  if (word === WORD_FRACTION) {
    writer.varint(takenOf(value));
    writer.varint(totalOf(value));
  } else if (word === WORD_WHOLE) writer.varint(takenOf(value));
  else if (word === WORD_LARGE) writer.varint(value);
  if (length > 1) writer.varint(length - 2);
}

function wordOf(value: number): number {
  if (value > 0) return value < LARGEST_WORD ? value + WORD_COUNT : WORD_LARGE;
  if (value === 0) return 0;
  if (value === SKIPPED) return WORD_SKIPPED;
  if (value === UNKNOWN) return WORD_UNKNOWN;
  if (value === PARTIAL) return WORD_PARTIAL;
  return fractionWord(value);
}

/** How far a type is from the expected one, in runs; counts the types. */
function writeTypeRuns(table: LineTable, far: readonly number[], writer: ByteWriter, totals: Totals): void {
  const { values, types, highest } = table;
  let current = -1;
  let length = 0;
  const take = (value: number, type: LineType): void => {
    countType(totals, type);
    const step = (type - expectedType(value) + TYPES) % TYPES;
    if (step !== current) {
      if (length > 0) writer.varint(current + TYPES * (length - 1));
      current = step;
      length = 0;
    }
    length++;
  };
  totals.branches = 0;
  for (let line = table.lowest; line <= highest; line++) {
    if (values[line] !== ABSENT) take(values[line], types[line] as LineType);
  }
  for (const line of far) take(table.valueOf(line), table.typeOf(line));
  writer.varint(current + TYPES * (length - 1));
}

/** Nearly every line that misses branches by its value has a list of just as many: only what differs from that costs bytes. */
function writeMissing(table: LineTable, far: readonly number[], writer: ByteWriter, codec: Codec): number {
  const { missing, values } = table;
  const lists = new ListWriter(writer, writeDictionary(missing, writer, codec));
  let left = missing.size;
  for (let index = 0; index < fractionEdges; index += 2) {
    const value = values[fractions[index]];
    if (expectedMissing(value) === 0) continue;
    for (let line = fractions[index]; line < fractions[index + 1]; line++)
      left -= lists.writeExpected(value, missing.get(line));
  }
  for (const line of far) {
    const value = table.valueOf(line);
    if (expectedMissing(value) > 0) left -= lists.writeExpected(value, missing.get(line));
  }
  writer.varint(left);
  return left === 0 ? HAS_MISSING : HAS_MISSING | writeOtherLists(table, lists);
}

/** Lists of lines that miss no branch by their value; tells by its flag whether one of them is a count. */
function writeOtherLists(table: LineTable, lists: ListWriter): number {
  let flags = 0;
  let before = 0;
  table.missing.forEach((line, ids) => {
    const value = table.valueOf(line);
    if (expectedMissing(value) > 0) return;
    if (value >= 0) flags = HAS_MISSING_BESIDE_COUNTS;
    lists.writeOther(line - before, ids);
    before = line;
  });
  return flags;
}

/**
 * Ids that are text come from a dictionary; `block:branch` pairs, by far the most, are written as the step from the last block and
 * the branch. The lowest bit tells which.
 */
class ListWriter {
  private readonly writer: ByteWriter;
  private readonly dictionary: ReadonlyMap<string, number>;
  private block = 0;

  constructor(writer: ByteWriter, dictionary: ReadonlyMap<string, number>) {
    this.writer = writer;
    this.dictionary = dictionary;
  }

  /** Gives how many lists were written. */
  writeExpected(value: number, ids: MissingBranches | undefined): 0 | 1 {
    if (ids === undefined) {
      this.writer.varint(NO_LIST);
      return 0;
    }
    const step = ids.length - expectedMissing(value);
    this.writer.varint(step === 0 ? LIST_AS_EXPECTED : NO_LIST + zigzag(step));
    this.writeIds(ids);
    return 1;
  }

  writeOther(linesAfter: number, ids: MissingBranches): void {
    this.writer.varint(linesAfter);
    this.writer.varint(ids.length);
    this.writeIds(ids);
  }

  private writeIds(ids: MissingBranches): void {
    const { writer } = this;
    for (const id of canonicalBranchIds(ids)) {
      if (typeof id === 'string') {
        writer.varint(this.dictionary.get(id)! * 2 + 1);
        continue;
      }
      const step = blockOf(id) - this.block;
      this.block += step;
      writer.varint(zigzag(step) * 2);
      writer.varint(branchOf(id));
    }
  }
}

function writeDictionary(
  missing: LineMap<MissingBranches>,
  writer: ByteWriter,
  codec: Codec,
): ReadonlyMap<string, number> {
  const texts = new Set<string>();
  missing.forEach((_, ids) => {
    for (const id of ids) {
      const stored = typeof id === 'string' ? canonicalBranchId(id) : id;
      if (typeof stored === 'string') texts.add(stored);
    }
  });
  writer.varint(texts.size);
  if (texts.size === 0) return NO_TEXTS;
  const sorted = [...texts].sort();
  for (const text of sorted) writer.block(codec.bytes(text));
  return new Map(sorted.map((text, index) => [text, index]));
}

const NO_TEXTS: ReadonlyMap<string, number> = new Map();

function writePartials(partials: LineMap<readonly PartialRange[]>, writer: ByteWriter): number {
  writer.varint(partials.size);
  let before = 0;
  partials.forEach((line, ranges) => {
    writer.varint(line - before);
    before = line;
    writer.varint(ranges.length);
    for (const range of ranges) {
      writer.varint(range.start);
      writer.varint(range.end === null ? 0 : range.end + 1);
      writeValueRun(range.value, 1, writer);
    }
  });
  return HAS_PARTIALS;
}

function writeComplexity(complexity: LineMap<Complexity>, writer: ByteWriter, totals: Totals): number {
  writer.varint(complexity.size);
  let before = 0;
  complexity.forEach((line, value) => {
    countComplexity(totals, value);
    writer.varint(line - before);
    before = line;
    if (typeof value === 'number') {
      writer.varint(value * 2);
    } else {
      writer.varint(value[0] * 2 + 1);
      writer.varint(value[1]);
    }
  });
  return HAS_COMPLEXITY;
}

/** A signed number as an unsigned one, small where it is near 0. */
function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}
