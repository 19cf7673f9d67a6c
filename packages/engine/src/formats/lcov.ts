import { BRANCH, LARGEST_LINE, METHOD, type LineTable, type MissingBranches } from '../model/line-table.ts';
import { ABSENT, LARGEST_COUNT, classOf, fraction } from '../model/value.ts';
import type { BlockReader, ReportContext, Sample, StreamFormat } from './format.ts';
import { LcovBranches } from './lcov-branches.ts';

/** lcov tracefiles (`geninfo`, coverage.py, Istanbul, Node's test runner, grcov, llvm-cov …); report-formats §5.1. */
export const lcov: StreamFormat = {
  name: 'lcov',
  compatName: 'txt/lcov',
  kind: 'text',
  version: 1,
  detect: isLcov,
  open: (report) => new LcovReader(report),
};

function isLcov(sample: Sample): boolean {
  if (sample.text.includes('\nend_of_record')) return true;
  // A first record longer than the sample: decide by how tracefiles begin.
  return !sample.isWhole && /^(?:TN:[^\n]*\n)?SF:/.test(sample.text);
}

const LINE_FEED = 10;
const COLON = 58;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const DASH = 45;
const LETTER_A = 65;
const LETTER_D = 68;

/** The two letters of a record's name as one number; every record that counts differs in them. */
const code = (name: string): number => (name.charCodeAt(0) << 8) | name.charCodeAt(1);
const SF = code('SF');
const DA = code('DA');
const FN = code('FN');
const BR = code('BR');
const END = code('en');

/** A number that has only this spelling, so that it may be kept as one. */
const PLAIN_NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/** Records that may stand before `SF` without ending the record. */
const HARMLESS = /^(?:TN|LF|LH|FNF|FNH|BRF|BRH|FNDA):/;

/** Digits of a number that a plain `BRDA` line may have; more are read with care. */
const MOST_DIGITS = 9;

/** Line, block and branch of a `BRDA` line: three results without an object. */
const numbers = new Int32Array(3);

class LcovReader implements BlockReader {
  private readonly report: ReportContext;
  private readonly partialsAsHits: boolean;
  private table: LineTable | null = null;
  /** Set when something came before `SF`: the rest of the record is skipped [compat]. */
  private isSpoiled = false;
  private ending: Ending = NO_ENDING;
  private readonly branches = new LcovBranches();
  private readonly functionLines = new Set<number>();
  private readonly excludedLines = new Set<number>();
  private lineNumber = 0;

  constructor(report: ReportContext) {
    this.report = report;
    this.partialsAsHits = report.settings.parsers.lcov.partialsAsHits;
  }

  block(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let { table, lineNumber } = this;
    while (at < end) {
      lineNumber++;
      const name = (bytes[at] << 8) | bytes[at + 1];
      // DA is nearly every line: read it here, without a call.
      if (name === DA && bytes[at + 2] === COLON && table !== null) {
        let next = at + 3;
        let line = 0;
        let digit = bytes[next] - ZERO;
        while (digit >= 0 && digit <= 9) {
          line = line * 10 + digit;
          digit = bytes[++next] - ZERO;
        }
        if (bytes[next] === COMMA && line < table.values.length && bytes[at + 3] !== ZERO) {
          next++;
          const first = next;
          let count = 0;
          digit = bytes[next] - ZERO;
          while (digit >= 0 && digit <= 9) {
            count = count * 10 + digit;
            digit = bytes[++next] - ZERO;
          }
          if (
            bytes[next] === LINE_FEED &&
            next < end &&
            next > first &&
            count <= LARGEST_COUNT &&
            table.values[line] === ABSENT
          ) {
            table.values[line] = count;
            if (line > table.highest) table.highest = line;
            if (line < table.lowest) table.lowest = line;
            at = next + 1;
            continue;
          }
        }
      }
      if (name === BR && table !== null && this.ending !== 'js') {
        const next = this.branchAt(bytes, at, end);
        if (next > 0) {
          at = next;
          continue;
        }
      }
      let stop = at;
      while (stop < end && bytes[stop] !== LINE_FEED) stop++;
      this.lineNumber = lineNumber;
      this.line(bytes, at, stop, name);
      table = this.table;
      at = stop + 1;
    }
    this.lineNumber = lineNumber;
    return end;
  }

  /** Reads a plain `BRDA:1,2,3,4` line and returns where the next begins, or 0 to have it read with care. */
  private branchAt(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start + 2] !== LETTER_D || bytes[start + 3] !== LETTER_A || bytes[start + 4] !== COLON) return 0;
    let at = start + 4;
    for (let field = 0; field < 3; field++) {
      const first = ++at;
      let value = 0;
      let digit = bytes[at] - ZERO;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digit = bytes[++at] - ZERO;
      }
      if (bytes[at] !== COMMA || at === first || at - first > MOST_DIGITS) return 0;
      numbers[field] = value;
    }
    const line = numbers[0];
    const block = numbers[1];
    const branch = numbers[2];
    if (line === 0 || line > LARGEST_LINE) return 0;
    const first = bytes[++at];
    while (bytes[at] >= ZERO && bytes[at] <= NINE) at++;
    if (first === DASH) at++;
    if (at >= end || bytes[at] !== LINE_FEED) return 0;
    const isNotTaken = first === DASH || (first === ZERO && bytes[at - 2] === COMMA);
    if (line > 1 || this.ending !== 'ts') this.branches.add(line, block, branch, !isNotTaken);
    return at + 1;
  }

  end(isComplete: boolean): void {
    if (this.table !== null && !isComplete) {
      this.report.problem({
        code: 'file_truncated',
        severity: 'warning',
        line: this.lineNumber,
        message: 'The tracefile ends inside a record; what was read before is kept.',
        hint: 'Look for a full disk or a killed process where the report was made.',
      });
    }
    this.endRecord();
  }

  private line(bytes: Uint8Array, start: number, stop: number, name: number): void {
    if (name === END && startsWith(bytes, start, stop, END_OF_RECORD)) {
      this.endRecord();
      this.isSpoiled = false;
      return;
    }
    let colon = start;
    while (colon < stop && bytes[colon] !== COLON) colon++;
    if (colon === stop || this.isSpoiled) return;
    if (name === SF && colon === start + 2) {
      this.startSource(this.text(bytes, colon + 1, stop).trim());
      return;
    }
    if (this.table === null) {
      this.isSpoiled = !HARMLESS.test(this.text(bytes, start, stop));
      return;
    }
    if (name === DA && colon === start + 2) this.readLine(this.text(bytes, colon + 1, stop));
    else if (name === BR && this.text(bytes, start, colon) === 'BRDA')
      this.readBranch(this.text(bytes, colon + 1, stop));
    else if (name === FN && colon === start + 2) this.readFunction(this.text(bytes, colon + 1, stop));
  }

  private startSource(path: string): void {
    this.endRecord();
    this.table = this.report.source(path);
    this.ending = endingOf(path);
  }

  /** `DA:line,count[,checksum]` in all its odd spellings. */
  private readLine(content: string): void {
    const [lineText, countText = ''] = content.split(',');
    if (lineText === '' || /^(?:undefined|0|n)/.test(lineText)) return;
    if (countText === '' || /^(?:undefined|=|s)/.test(countText)) return;
    const line = Number(lineText);
    const count = Number(countText);
    if (!Number.isInteger(line) || Number.isNaN(count)) {
      this.unreadable('DA');
      return;
    }
    // A negative line number fails the whole upload there (report-model §12 row 4).
    if (line < 1) return;
    this.table!.append(this.clampLine(line), Math.min(Math.max(0, Math.trunc(count)), LARGEST_COUNT));
  }

  private readFunction(content: string): void {
    if (this.ending === 'js') return;
    const [lineText, ...names] = content.split(',');
    const line = Number(lineText);
    if (!Number.isInteger(line) || line < 1) return;
    // `FN:line,end,name` is lcov 2's form; the name is the last part in both.
    const name = names.at(-1) ?? '';
    if (this.ending === 'cpp' && /^_[ZG]/.test(name)) this.excludedLines.add(line);
    else this.functionLines.add(line);
  }

  /** `BRDA:line,block,branch,taken`; the last word on a branch wins. */
  private readBranch(content: string): void {
    if (this.ending === 'js') return;
    const [lineText, block = '', branch = '', taken = ''] = content.split(',');
    if (lineText === '' || lineText === '0') return;
    const line = Number(lineText);
    if (!Number.isInteger(line) || line < 1) {
      this.unreadable('BRDA');
      return;
    }
    if (line === 1 && this.ending === 'ts') return;
    const kept = this.clampLine(line);
    const isTaken = taken !== '-' && taken !== '0';
    if (PLAIN_NUMBER.test(block) && PLAIN_NUMBER.test(branch))
      this.branches.add(kept, Number(block), Number(branch), isTaken);
    else this.branches.addNamed(kept, `${block}:${branch}`, isTaken);
  }

  private endRecord(): void {
    const table = this.table;
    if (table !== null && !this.branches.isEmpty)
      this.branches.drain((line, total, missing) => this.replaceByBranches(table, line, total, missing));
    this.table = null;
    if (this.functionLines.size > 0) this.functionLines.clear();
    if (this.excludedLines.size > 0) this.excludedLines.clear();
  }

  private replaceByBranches(table: LineTable, line: number, total: number, missing: MissingBranches): void {
    if (this.excludedLines.has(line)) return;
    const value = fraction(total - missing.length, total);
    const type = this.functionLines.has(line) ? METHOD : BRANCH;
    if (this.partialsAsHits && classOf(value) === 'partial') table.replace(line, 1, type);
    else table.replace(line, value, type, missing.length > 0 ? missing : null);
  }

  private clampLine(line: number): number {
    if (line <= LARGEST_LINE) return line;
    this.report.problem({
      code: 'number_clamped',
      severity: 'warning',
      line: this.lineNumber,
      message: `Line numbers above ${LARGEST_LINE} are counted as line ${LARGEST_LINE}.`,
      hint: 'The tool that wrote this report lost track of its source; look at its version.',
    });
    return LARGEST_LINE;
  }

  private unreadable(record: string): void {
    this.report.problem({
      code: 'record_unreadable',
      severity: 'warning',
      line: this.lineNumber,
      message: `A ${record} record has no readable numbers and was left out.`,
      hint: 'The rest of the report counts; look at the named line of the report.',
    });
  }

  private text(bytes: Uint8Array, start: number, stop: number): string {
    const end = stop > start && bytes[stop - 1] === 13 ? stop - 1 : stop;
    return this.report.codec.text(bytes, start, end);
  }
}

const END_OF_RECORD = Uint8Array.from('end_of_record', (character) => character.charCodeAt(0));

function startsWith(bytes: Uint8Array, start: number, stop: number, text: Uint8Array): boolean {
  if (stop - start < text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
}

/** Endings with rules of their own: exactly these, so `.jsx`, `.mjs`, `.tsx` have none. */
type Ending = 'js' | 'ts' | 'cpp' | '';
const NO_ENDING: Ending = '';

function endingOf(path: string): Ending {
  if (path.endsWith('.js')) return 'js';
  if (path.endsWith('.ts')) return 'ts';
  return path.endsWith('.cpp') ? 'cpp' : NO_ENDING;
}
