import { LARGEST_COLUMN, LARGEST_LINE } from '../model/line-table.ts';
import { LARGEST_COUNT } from '../model/value.ts';
import type { BlockReader, ReportContext, Sample, StreamFormat } from './format.ts';
import { BlockStore } from './go/block-store.ts';
import { LineSpreader } from './go/line-spreader.ts';
import { FIELDS, packPosition } from './go/packed-blocks.ts';

/** Go cover profiles (`go test -coverprofile`, `go tool covdata textfmt`); report-formats §5.3. */
export const go: StreamFormat = {
  name: 'go',
  compatName: 'txt/go',
  kind: 'text',
  version: 1,
  detect: isGoProfile,
  open: (report) => new GoReader(report),
};

function isGoProfile(sample: Sample): boolean {
  return sample.text.startsWith('mode: ') || sample.firstLine.includes('.go:');
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ZERO = 48;

/** What stands after the numbers of `path:3.10,5.2 2 1`, except the last. */
const SEPARATORS = new Uint8Array([46, 44, 46, 32, 32]);
const START_LINE = 0;
const START_COLUMN = 1;
const END_LINE = 2;
const END_COLUMN = 3;
const COUNT = 5;

class GoReader implements BlockReader {
  private readonly report: ReportContext;
  private readonly store: BlockStore;
  private readonly numbers = new Float64Array(6);
  private lineNumber = 0;

  constructor(report: ReportContext) {
    this.report = report;
    this.store = new BlockStore(report.codec);
  }

  block(bytes: Uint8Array, start: number, end: number): number {
    const { store, numbers } = this;
    let at = start;
    let lineNumber = this.lineNumber;
    let pathStart = start;
    let pathLength = 0;
    while (at < end) {
      lineNumber++;
      // Nearly every line has the path of the line before: compare bytes, make no text.
      let matching = 0;
      while (matching < pathLength && bytes[at + matching] === bytes[pathStart + matching]) matching++;
      if (matching < pathLength || pathLength === 0 || !isPathEnd(bytes, at + matching)) {
        // What it shares with the path before holds no end; one byte less, as that may be a colon.
        const stop = findPathEnd(bytes, matching > 0 ? at + matching - 1 : at, end);
        if (stop <= at) {
          this.lineNumber = lineNumber;
          at = this.otherLine(bytes, at, end);
          continue;
        }
        pathStart = at;
        pathLength = stop - at;
        store.select(bytes, pathStart, pathLength);
      }
      let next = at + pathLength + 1;
      let field = 0;
      for (;;) {
        const first = next;
        let value = 0;
        let digit = bytes[next] - ZERO;
        while (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          digit = bytes[++next] - ZERO;
        }
        if (next === first) break;
        numbers[field++] = value;
        if (field === 6 || bytes[next] !== SEPARATORS[field - 1]) break;
        next++;
      }
      if (next < end && bytes[next] === CARRIAGE_RETURN) next++;
      if (field < 6 || (next < end && bytes[next] !== LINE_FEED)) {
        this.lineNumber = lineNumber;
        at = this.otherLine(bytes, at, end);
        continue;
      }
      at = next + 1;
      const from = numbers[START_LINE];
      const to = numbers[END_LINE];
      const count = numbers[COUNT];
      if (
        from < 1 ||
        to < from ||
        to > LARGEST_LINE ||
        count > LARGEST_COUNT ||
        numbers[START_COLUMN] > LARGEST_COLUMN ||
        numbers[END_COLUMN] > LARGEST_COLUMN
      ) {
        this.lineNumber = lineNumber;
        this.oddNumbers(numbers);
        continue;
      }
      store.add(packPosition(from, numbers[START_COLUMN]), packPosition(to, numbers[END_COLUMN]), count);
    }
    this.lineNumber = lineNumber;
    return end;
  }

  end(): void {
    const { partialsAsHits } = this.report.settings.parsers.go;
    const spreader = new LineSpreader(partialsAsHits, this.store.blocksRead);
    this.store.forEachFile((path, blocks, length) => {
      const table = this.report.source(path);
      spreader.open(table);
      for (let at = 0; at < length; at += FIELDS) spreader.add(blocks[at], blocks[at + 1], blocks[at + 2]);
      spreader.close();
    });
    if (!spreader.wasLimited) return;
    this.report.problem({
      code: 'limit_exceeded',
      severity: 'warning',
      message:
        'Blocks of this profile span far more lines than a program has; of some only the first and last line count.',
      hint: 'Look at the profile for line numbers that cannot be right.',
    });
  }

  /** Lines that hold no block are as they should be when they are headers, empty or of a function summary. Gives the start of the next. */
  private otherLine(bytes: Uint8Array, start: number, end: number): number {
    let stop = bytes.indexOf(LINE_FEED, start);
    if (stop < 0 || stop > end) stop = end;
    // A line this long is none of Go's, and is not worth a text.
    const text = this.report.codec.text(bytes, start, Math.min(stop, start + LONGEST_LINE)).trim();
    if (text === '' || text.startsWith('mode: ') || text.endsWith('%')) return stop + 1;
    this.report.problem({
      code: 'record_unreadable',
      severity: 'warning',
      line: this.lineNumber,
      message: 'A line of the profile is no block (file:line.column,line.column statements count) and was left out.',
      hint: 'The rest of the profile counts; look for two tools that write to one file at the same time.',
    });
    return stop + 1;
  }

  private oddNumbers(numbers: Float64Array): void {
    const from = numbers[START_LINE];
    const to = numbers[END_LINE];
    if (from < 1 || to < from) {
      this.report.problem({
        code: 'record_unreadable',
        severity: 'warning',
        line: this.lineNumber,
        message: 'A block that ends before it begins was left out.',
        hint: 'The rest of the profile counts; the tool that wrote it lost track of its source.',
      });
      return;
    }
    this.report.problem({
      code: 'number_clamped',
      severity: 'warning',
      line: this.lineNumber,
      message: `Lines above ${LARGEST_LINE}, columns above ${LARGEST_COLUMN} and counts above ${LARGEST_COUNT} count as these.`,
      hint: 'The tool that wrote this profile lost track of its source; look at its version.',
    });
    this.store.add(
      packPosition(Math.min(from, LARGEST_LINE), Math.min(numbers[START_COLUMN], LARGEST_COLUMN)),
      packPosition(Math.min(to, LARGEST_LINE), Math.min(numbers[END_COLUMN], LARGEST_COLUMN)),
      Math.min(numbers[COUNT], LARGEST_COUNT),
    );
  }
}

const COLON = 58;
const LONGEST_LINE = 4096;

/** Where the path of a line ends that is searched from `start` on; −1 when the line names none. */
function findPathEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end && bytes[at] !== LINE_FEED; at++) if (isPathEnd(bytes, at)) return at;
  return -1;
}

/** `C:\…`: the colon that counts has a digit behind it. */
function isPathEnd(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== COLON) return false;
  const digit = bytes[at + 1] - ZERO;
  return digit >= 0 && digit <= 9;
}
