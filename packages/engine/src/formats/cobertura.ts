import { BRANCH, METHOD, STATEMENT, type LineTable, type LineType } from '../model/line-table.ts';
import type { Problem } from '../model/problem.ts';
import { ABSENT, fraction, takenOf, totalOf, type ValueCode } from '../model/value.ts';
import { NameTable } from '../xml/names.ts';
import { END, STOP, XmlScanner } from '../xml/scanner.ts';
import type { BlockReader, ReportContext, Sample, StreamFormat } from './format.ts';
import { readReportTime } from './report-age.ts';
import { hitCount, lineNumber } from './xml-numbers.ts';

/**
 * Cobertura XML (coverage.py, gcovr, coverlet, dotnet-coverage, Jest, PHPUnit, slather, tarpaulin …) and scoverage's report of
 * statements; report-formats §3.1. The last of the XML formats: it takes every root `coverage` that no other has recognised.
 */
export const cobertura: StreamFormat = {
  name: 'cobertura',
  compatName: 'xml/cobertura',
  kind: 'xml',
  version: 1,
  detect: isCobertura,
  open: (report) => new CoberturaReader(report),
};

function isCobertura(sample: Sample): boolean {
  return sample.root?.name === 'coverage' || sample.root?.name === 'scoverage';
}

const ELEMENTS = new NameTable(['line', 'condition', 'class', 'source', 'statement', 'coverage', 'scoverage']);
const LINE = ELEMENTS.id('line');
const CONDITION = ELEMENTS.id('condition');
const CLASS = ELEMENTS.id('class');
const SOURCE = ELEMENTS.id('source');
const COVERAGE_ELEMENT = ELEMENTS.id('coverage');
const SCOVERAGE = ELEMENTS.id('scoverage');
const STATEMENT_ELEMENT = ELEMENTS.id('statement');

const ATTRIBUTES = new NameTable([
  'number',
  'hits',
  'branch',
  'condition-coverage',
  'missing-branches',
  'type',
  'coverage',
  'filename',
  'timestamp',
  'line',
  'invocation-count',
  'method',
  'ignored',
]);
const NUMBER = ATTRIBUTES.id('number');
const HITS = ATTRIBUTES.id('hits');
const BRANCH_ATTRIBUTE = ATTRIBUTES.id('branch');
const CONDITION_COVERAGE = ATTRIBUTES.id('condition-coverage');
const MISSING_BRANCHES = ATTRIBUTES.id('missing-branches');
const TYPE = ATTRIBUTES.id('type');
const COVERAGE = ATTRIBUTES.id('coverage');
const FILENAME = ATTRIBUTES.id('filename');
const TIMESTAMP = ATTRIBUTES.id('timestamp');
const STATEMENT_LINE = ATTRIBUTES.id('line');
const INVOCATION_COUNT = ATTRIBUTES.id('invocation-count');
const METHOD_ATTRIBUTE = ATTRIBUTES.id('method');
const IGNORED = ATTRIBUTES.id('ignored');

/** More branches on one line are not listed one by one. */
const MOST_IDS = 1000;
/** Ids that are made up in one report: a few bytes (`0/1000`) ask for many of them. */
const MOST_MADE_UP_IDS = 1_000_000;

const ZERO = 48;
const OPENING = 40;
const CLOSING = 41;
const SLASH = 47;
const NO_IDS: readonly string[] = [];

/** A line whose conditions are still to come. */
interface PendingLine {
  readonly line: number;
  readonly value: ValueCode;
  readonly type: LineType;
  /** Ids that the `missing-branches` attribute lists; null without it. */
  readonly listed: readonly string[] | null;
  /** Ids of the conditions that are not fully covered. */
  readonly conditions: string[];
}

class CoberturaReader implements BlockReader {
  private readonly report: ReportContext;
  private readonly xml: XmlScanner;
  private readonly partialsAsHits: boolean;
  private readonly handleMissingConditions: boolean;
  /** Table of the open class. */
  private table: LineTable | null = null;
  /** The class that was open last, so that the classes of one file fill one table. */
  private latest: { readonly path: string; readonly table: LineTable } | null = null;
  private pending: PendingLine | null = null;
  private madeUpIds = 0;
  private hasRoot = false;
  private hasLines = false;

  constructor(report: ReportContext) {
    this.report = report;
    this.xml = new XmlScanner(report, { elements: ELEMENTS, attributes: ATTRIBUTES, texts: ['source'] });
    this.partialsAsHits = report.settings.parsers.cobertura.partialsAsHits;
    this.handleMissingConditions = report.settings.parsers.cobertura.handleMissingConditions;
  }

  block(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { xml } = this;
    xml.begin(bytes, start, end, isLast);
    for (let event = xml.next(); event !== STOP; event = xml.next()) {
      if (event === END) this.endElement();
      else if (xml.element === LINE) this.startLine();
      else this.startElement();
    }
    return xml.at;
  }

  end(isComplete: boolean): void {
    this.xml.finish(this, isComplete);
    if (!this.hasLines && !this.xml.isAbandoned) this.report.problem(NO_LINES);
  }

  private startElement(): void {
    const { xml, table } = this;
    switch (xml.element) {
      case CLASS:
        this.startClass();
        break;
      case CONDITION:
        this.readCondition();
        break;
      case STATEMENT_ELEMENT:
        if (table !== null) this.readStatement(table);
        break;
      case COVERAGE_ELEMENT:
      case SCOVERAGE:
        if (!this.hasRoot) this.startRoot();
        break;
    }
  }

  private endElement(): void {
    const { element } = this.xml;
    if (element === LINE) {
      if (this.pending !== null) this.endLine(this.pending);
    } else if (element === CLASS) this.table = null;
    else if (element === SOURCE) this.endSource();
  }

  private startRoot(): void {
    this.hasRoot = true;
    const madeAt = readReportTime(this.xml.tag.text(TIMESTAMP));
    if (madeAt !== null && this.report.isExpired(madeAt)) this.xml.abandon();
  }

  /** Only absolute ones are bases to try; report-formats §3.1 "Paths". */
  private endSource(): void {
    const folder = this.xml.content.trim();
    if (folder.startsWith('/')) this.report.addRoot(folder);
  }

  private startClass(): void {
    const { xml, report } = this;
    const path = xml.tag.text(FILENAME);
    this.table = null;
    if (path === '') {
      if (!xml.tag.has(FILENAME)) report.problem({ ...NO_FILENAME, byte: xml.byte });
      return;
    }
    if (this.latest?.path !== path) this.latest = { path, table: report.source(path) };
    this.table = this.latest.table;
  }

  /** Plain lines are nearly all of a report: recorded at once, without any further call. */
  private startLine(): void {
    const { xml, table, report } = this;
    if (table === null) return;
    const line = lineNumber(xml, NUMBER, report);
    if (line === 0) return;
    if (!xml.tag.isEmpty || xml.tag.has(CONDITION_COVERAGE) || xml.tag.has(MISSING_BRANCHES)) {
      this.startBranchLine(line, table);
      return;
    }
    const value = hitCount(xml, HITS, report);
    if (value === null) return;
    this.hasLines = true;
    if (line < table.values.length && table.values[line] === ABSENT) {
      table.values[line] = value;
      table.touch(line);
    } else {
      table.append(line, value);
    }
  }

  private startBranchLine(line: number, table: LineTable): void {
    const { xml } = this;
    const branches = xml.tag.is(BRANCH_ATTRIBUTE, 'true') ? this.readConditionCoverage() : ABSENT;
    const value = branches === ABSENT ? hitCount(xml, HITS, this.report) : branches;
    if (value === null) return;
    const type = branches === ABSENT ? STATEMENT : BRANCH;
    const listed = xml.tag.has(MISSING_BRANCHES) ? listMissing(xml.tag.text(MISSING_BRANCHES)) : null;
    if (xml.tag.isEmpty) this.record(table, line, value, type, listed ?? NO_IDS, listed !== null);
    else this.pending = { line, value, type, listed, conditions: [] };
  }

  /** The `(1/2)` of `50% (1/2)`; `ABSENT` when there is none. */
  private readConditionCoverage(): ValueCode {
    const { xml } = this;
    if (!xml.tag.has(CONDITION_COVERAGE)) return ABSENT;
    const { bytes } = xml.tag;
    const end = xml.tag.endOf(CONDITION_COVERAGE);
    for (let at = xml.tag.startOf(CONDITION_COVERAGE); at < end; at++) {
      if (bytes[at] !== OPENING) continue;
      let taken = 0;
      let next = at + 1;
      for (; isDigit(bytes[next]); next++) taken = taken * 10 + bytes[next] - ZERO;
      if (bytes[next] !== SLASH || next === at + 1) continue;
      const afterSlash = ++next;
      let total = 0;
      for (; isDigit(bytes[next]); next++) total = total * 10 + bytes[next] - ZERO;
      if (bytes[next] === CLOSING && next > afterSlash) return fraction(taken, total);
    }
    return ABSENT;
  }

  private readCondition(): void {
    const { xml, pending } = this;
    if (pending === null || pending.conditions.length >= MOST_IDS || xml.tag.text(COVERAGE).trim() === '100%') return;
    pending.conditions.push(`${xml.tag.text(NUMBER)}:${xml.tag.text(TYPE)}`);
  }

  private endLine(pending: PendingLine): void {
    this.pending = null;
    if (this.table === null) return;
    const { line, value, type, listed, conditions } = pending;
    this.record(this.table, line, value, type, listed ?? conditions, listed !== null);
  }

  private record(
    table: LineTable,
    line: number,
    value: ValueCode,
    type: LineType,
    ids: readonly string[],
    isListed: boolean,
  ): void {
    this.hasLines = true;
    if (this.partialsAsHits && type === BRANCH && takenOf(value) > 0) {
      table.append(line, 1);
      return;
    }
    const missing = isListed || type !== BRANCH ? ids : this.padIds(value, ids);
    table.append(line, value, type, missing.length > 0 ? missing : null);
  }

  /** Gives ids to the branches that are not taken and that no condition names; report-formats §3.1. */
  private padIds(value: ValueCode, ids: readonly string[]): readonly string[] {
    const taken = takenOf(value);
    if (!this.handleMissingConditions && taken > 0) return ids;
    const wanted = Math.min(totalOf(value) - (this.handleMissingConditions ? taken : 0), MOST_IDS);
    if (ids.length >= wanted) return ids;
    this.madeUpIds += wanted - ids.length;
    if (this.madeUpIds > MOST_MADE_UP_IDS) {
      this.report.problem({ ...TOO_MANY_IDS, byte: this.xml.byte });
      return ids;
    }
    const padded = [...ids];
    while (padded.length < wanted) padded.push(String(padded.length));
    return padded;
  }

  /** scoverage: a line is a method wherever the statement names one, which is nearly everywhere [compat]. */
  private readStatement(table: LineTable): void {
    const { xml, report } = this;
    if (xml.tag.is(IGNORED, 'true')) return;
    const line = lineNumber(xml, STATEMENT_LINE, report);
    if (line === 0) return;
    const value = hitCount(xml, INVOCATION_COUNT, report);
    if (value === null) return;
    this.hasLines = true;
    const plainType = xml.tag.text(METHOD_ATTRIBUTE) === '' ? STATEMENT : METHOD;
    table.append(line, value, xml.tag.is(BRANCH_ATTRIBUTE, 'true') ? BRANCH : plainType);
  }
}

/** Ids of coverage.py's `missing-branches`: target lines, or `exit`; several exits only are the exits of a loop. */
function listMissing(text: string): readonly string[] | null {
  if (text === '') return null;
  const ids = text.split(',', MOST_IDS);
  return ids.length > 1 && ids.every((id) => id === 'exit') ? ['loop', 'exit'] : ids;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

const NO_LINES: Omit<Problem, 'file'> = {
  code: 'not_a_coverage_report',
  severity: 'warning',
  message: 'The root element is that of Cobertura, but no class in it holds a line.',
  hint: 'Check that the tests ran with coverage, and that the tool was told to write Cobertura and not another XML format.',
};

const NO_FILENAME: Omit<Problem, 'file'> = {
  code: 'record_unreadable',
  severity: 'warning',
  message: 'A class without a file name was left out.',
  hint: 'The rest of the report counts; look at the named byte of the report.',
};

const TOO_MANY_IDS: Omit<Problem, 'file'> = {
  code: 'limit_exceeded',
  severity: 'warning',
  message: `More than ${MOST_MADE_UP_IDS} branches of this report have no name; those of the remaining lines are only counted.`,
  hint: 'Look for lines with an unlikely number of conditions in the report.',
};
