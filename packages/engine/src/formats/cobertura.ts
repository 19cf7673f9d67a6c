import { BRANCH, METHOD, STATEMENT, type LineTable, type LineType } from '../model/line-table.ts';
import type { Problem } from '../model/problem.ts';
import { ABSENT, fraction, isFraction, takenOf, totalOf, type ValueCode } from '../model/value.ts';
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

/** `50% (1/2)` */
const CONDITIONS = /\((\d{1,15})\/(\d{1,15})\)/;
/** More branches on one line are not listed one by one. */
const MOST_IDS = 10_000;

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
  /** Table of the open class. */
  private table: LineTable | null = null;
  /** The class that was open last, so that the classes of one file fill one table. */
  private latest: { readonly path: string; readonly table: LineTable } | null = null;
  private pending: PendingLine | null = null;
  private hasRoot = false;
  private hasLines = false;

  constructor(report: ReportContext) {
    this.report = report;
    this.xml = new XmlScanner(report, { elements: ELEMENTS, attributes: ATTRIBUTES, texts: ['source'] });
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
    this.xml.finish(isComplete);
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
    const madeAt = readReportTime(this.xml.text(TIMESTAMP));
    if (madeAt !== null && this.report.isExpired(madeAt)) this.xml.abandon();
  }

  /** Only absolute ones are bases to try; report-formats §3.1 "Paths". */
  private endSource(): void {
    const folder = this.xml.content.trim();
    if (folder.startsWith('/')) this.report.addRoot(folder);
  }

  private startClass(): void {
    const { xml, report } = this;
    const path = xml.text(FILENAME);
    this.table = null;
    if (path === '') {
      if (!xml.has(FILENAME)) report.problem({ ...NO_FILENAME, byte: xml.byte });
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
    if (!xml.isEmpty || xml.has(CONDITION_COVERAGE) || xml.has(MISSING_BRANCHES)) {
      this.pending = this.startBranchLine(line);
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

  private startBranchLine(line: number): PendingLine | null {
    const { xml } = this;
    const listed = listMissing(xml.text(MISSING_BRANCHES));
    const taken = xml.is(BRANCH_ATTRIBUTE, 'true') ? CONDITIONS.exec(xml.text(CONDITION_COVERAGE)) : null;
    if (taken !== null) {
      return { line, value: fraction(Number(taken[1]), Number(taken[2])), type: BRANCH, listed, conditions: [] };
    }
    const value = hitCount(xml, HITS, this.report);
    return value === null ? null : { line, value, type: STATEMENT, listed, conditions: [] };
  }

  private readCondition(): void {
    const { xml, pending } = this;
    if (pending === null || pending.conditions.length >= MOST_IDS || xml.text(COVERAGE).trim() === '100%') return;
    pending.conditions.push(`${xml.text(NUMBER)}:${xml.text(TYPE)}`);
  }

  private endLine(pending: PendingLine): void {
    const { table } = this;
    this.pending = null;
    if (table === null) return;
    this.hasLines = true;
    const { line, value, type } = pending;
    const { partialsAsHits, handleMissingConditions } = this.report.settings.parsers.cobertura;
    if (partialsAsHits && type === BRANCH && takenOf(value) > 0) {
      table.append(line, 1);
      return;
    }
    const missing = pending.listed ?? padConditions(value, pending.conditions, handleMissingConditions);
    table.append(line, value, type, missing.length > 0 ? missing : null);
  }

  /** scoverage: a line is a method wherever the statement names one, which is nearly everywhere [compat]. */
  private readStatement(table: LineTable): void {
    const { xml, report } = this;
    if (xml.is(IGNORED, 'true')) return;
    const line = lineNumber(xml, STATEMENT_LINE, report);
    if (line === 0) return;
    const value = hitCount(xml, INVOCATION_COUNT, report);
    if (value === null) return;
    this.hasLines = true;
    const plainType = xml.text(METHOD_ATTRIBUTE) === '' ? STATEMENT : METHOD;
    table.append(line, value, xml.is(BRANCH_ATTRIBUTE, 'true') ? BRANCH : plainType);
  }
}

/** Ids of coverage.py's `missing-branches`: target lines, or `exit`; several exits only are the exits of a loop. */
function listMissing(text: string): readonly string[] | null {
  if (text === '') return null;
  const ids = text.split(',', MOST_IDS);
  return ids.length > 1 && ids.every((id) => id === 'exit') ? ['loop', 'exit'] : ids;
}

/** Gives ids to the branches that are not taken and that no condition names; report-formats §3.1. */
function padConditions(value: ValueCode, conditions: readonly string[], handleMissing: boolean): readonly string[] {
  if (!isFraction(value)) return conditions;
  const taken = takenOf(value);
  const total = totalOf(value);
  if (!handleMissing && taken > 0) return conditions;
  const wanted = Math.min(handleMissing ? total - taken : total, MOST_IDS);
  const padded = [...conditions];
  while (padded.length < wanted) padded.push(String(padded.length));
  return padded;
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
