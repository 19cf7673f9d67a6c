import { BRANCH, METHOD, STATEMENT, type Complexity, type LineTable } from '../model/line-table.ts';
import type { Problem } from '../model/problem.ts';
import { ABSENT, LARGEST_COUNT, classOf, fraction, type ValueCode } from '../model/value.ts';
import { NameTable } from '../xml/names.ts';
import { END, STOP, XmlScanner } from '../xml/scanner.ts';
import type { BlockReader, ReportContext, Sample, StreamFormat } from './format.ts';
import { readReportTime } from './report-age.ts';
import { lineNumber } from './xml-numbers.ts';

/** JaCoCo XML (also Kover, Pester, Gradle and Maven aggregates); report-formats §3.3. */
export const jacoco: StreamFormat = {
  name: 'jacoco',
  compatName: 'xml/jacoco',
  kind: 'xml',
  version: 1,
  detect: isJacoco,
  open: (report) => new JacocoReader(report),
};

function isJacoco(sample: Sample): boolean {
  return sample.root?.name === 'report';
}

const ELEMENTS = new NameTable([
  'line',
  'counter',
  'method',
  'class',
  'sourcefile',
  'package',
  'report',
  'sessioninfo',
]);
const LINE = ELEMENTS.id('line');
const COUNTER = ELEMENTS.id('counter');
const METHOD_ELEMENT = ELEMENTS.id('method');
const CLASS = ELEMENTS.id('class');
const SOURCE_FILE = ELEMENTS.id('sourcefile');
const PACKAGE = ELEMENTS.id('package');
const REPORT = ELEMENTS.id('report');
const SESSION = ELEMENTS.id('sessioninfo');

const ATTRIBUTES = new NameTable(['nr', 'mi', 'ci', 'mb', 'cb', 'name', 'line', 'type', 'missed', 'covered', 'start']);
const NUMBER = ATTRIBUTES.id('nr');
const COVERED_INSTRUCTIONS = ATTRIBUTES.id('ci');
const MISSED_BRANCHES = ATTRIBUTES.id('mb');
const COVERED_BRANCHES = ATTRIBUTES.id('cb');
const NAME = ATTRIBUTES.id('name');
const METHOD_LINE = ATTRIBUTES.id('line');
const TYPE = ATTRIBUTES.id('type');
const MISSED = ATTRIBUTES.id('missed');
const COVERED = ATTRIBUTES.id('covered');
const START_TIME = ATTRIBUTES.id('start');

/** Methods of one package whose complexity is kept; more are no real package. */
const MOST_METHODS = 1_000_000;

type ComplexityByLine = Map<number, Complexity>;

class JacocoReader implements BlockReader {
  private readonly report: ReportContext;
  private readonly xml: XmlScanner;
  private readonly partialsAsHits: boolean;
  private project = '';
  private packageName = '';
  /** Complexity of the methods of the package's classes, by class name: classes stand before source files. */
  private readonly complexities = new Map<string, ComplexityByLine>();
  private methodCount = 0;
  /** Where the methods of the open class go; null for inner classes. */
  private ofClass: ComplexityByLine | null = null;
  private methodLine = 0;
  private table: LineTable | null = null;
  private ofSource: ComplexityByLine | null = null;
  private hasSession = false;
  private hasLines = false;

  constructor(report: ReportContext) {
    this.report = report;
    this.xml = new XmlScanner(report, { elements: ELEMENTS, attributes: ATTRIBUTES });
    this.partialsAsHits = report.settings.parsers.jacoco.partialsAsHits;
  }

  block(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { xml } = this;
    xml.begin(bytes, start, end, isLast);
    for (let event = xml.next(); event !== STOP; event = xml.next()) {
      if (event === END) this.endElement();
      else if (xml.element === LINE) this.readLine();
      else this.startElement();
    }
    return xml.at;
  }

  end(isComplete: boolean): void {
    this.xml.finish(this, isComplete);
    if (!this.hasLines && !this.xml.isAbandoned) this.report.problem(NO_LINES);
  }

  private startElement(): void {
    const { xml } = this;
    switch (xml.element) {
      case COUNTER:
        if (this.methodLine !== 0) this.readCounter();
        break;
      case METHOD_ELEMENT:
        this.startMethod();
        break;
      case CLASS:
        this.startClass(xml.tag.text(NAME));
        break;
      case SOURCE_FILE:
        this.startSource(xml.tag.text(NAME));
        break;
      case PACKAGE:
        this.startPackage(xml.tag.text(NAME));
        break;
      case SESSION:
        if (!this.hasSession) this.startSession(xml.tag.text(START_TIME));
        break;
      case REPORT:
        this.project = trimSlashes(xml.tag.text(NAME));
        break;
    }
  }

  private endElement(): void {
    const { element } = this.xml;
    if (element === METHOD_ELEMENT) this.methodLine = 0;
    else if (element === CLASS) this.ofClass = null;
    else if (element === SOURCE_FILE) this.table = null;
  }

  /** Further sessions are not looked at; report-formats §2.5. */
  private startSession(start: string): void {
    this.hasSession = true;
    const madeAt = readReportTime(start);
    if (madeAt !== null && this.report.isExpired(madeAt)) this.xml.abandon();
  }

  private startPackage(name: string): void {
    this.packageName = name;
    this.complexities.clear();
    this.methodCount = 0;
  }

  private startClass(name: string): void {
    this.ofClass = null;
    if (name === '' || name.includes('$')) return;
    this.ofClass = this.complexities.get(name) ?? new Map();
    this.complexities.set(name, this.ofClass);
  }

  private startMethod(): void {
    const line = this.ofClass === null ? 0 : this.xml.tag.integer(METHOD_LINE);
    this.methodLine = line > 0 && this.methodCount < MOST_METHODS ? line : 0;
  }

  private readCounter(): void {
    const { xml } = this;
    if (!xml.tag.is(TYPE, 'complexity')) return;
    const covered = countOf(xml, COVERED);
    this.ofClass?.set(this.methodLine, [covered, clamp(covered + countOf(xml, MISSED))]);
    this.methodCount++;
  }

  private startSource(name: string): void {
    const path = `${this.packageName}/${name}`;
    this.table = name === '' ? null : this.report.source(path, this.candidates(path));
    this.ofSource = this.complexities.get(`${this.packageName}/${name.split('.', 1)[0]}`) ?? null;
  }

  /** The forms of a path, first success wins: without a file list the project's name stays in front [compat]. */
  private candidates(path: string): readonly string[] {
    const { project } = this;
    if (project === '' || project.includes(' ')) return [path, `src/main/java/${path}`];
    return [`${project}/${path}`, `${project}/src/main/java/${path}`, path];
  }

  private readLine(): void {
    const { xml, table, ofSource } = this;
    if (table === null) return;
    const line = lineNumber(xml, NUMBER, this.report);
    if (line === 0) {
      if (xml.tag.integer(NUMBER) <= 0) this.report.problem({ ...NO_LINE, byte: xml.byte });
      return;
    }
    this.hasLines = true;
    const missed = countOf(xml, MISSED_BRANCHES);
    const covered = countOf(xml, COVERED_BRANCHES);
    const hasBranches = missed !== 0 || covered !== 0;
    const value = hasBranches ? this.branchValue(covered, missed) : countOf(xml, COVERED_INSTRUCTIONS);
    const complexity = ofSource?.get(line);
    if (complexity !== undefined) {
      table.append(line, value, METHOD, null, null, complexity);
    } else if (line < table.values.length && table.values[line] === ABSENT) {
      table.values[line] = value;
      if (hasBranches) table.types[line] = BRANCH;
      table.touch(line);
    } else {
      table.append(line, value, hasBranches ? BRANCH : STATEMENT);
    }
  }

  private branchValue(covered: number, missed: number): ValueCode {
    const value = fraction(covered, covered + missed);
    return this.partialsAsHits && classOf(value) === 'partial' ? 1 : value;
  }
}

/** A counter's number; absent and unreadable ones are 0 (Pester leaves some out). */
function countOf(xml: XmlScanner, attribute: number): number {
  const count = xml.tag.integer(attribute);
  return count >= 0 && count <= LARGEST_COUNT ? count : clamp(count);
}

function clamp(count: number): number {
  return count > 0 ? Math.min(count, LARGEST_COUNT) : 0;
}

/** Without `/` at both ends; by hand, as a regular expression is quadratic in a long run of them. */
function trimSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '/') start++;
  while (end > start && text[end - 1] === '/') end--;
  return text.slice(start, end);
}

const NO_LINES: Omit<Problem, 'file'> = {
  code: 'not_a_coverage_report',
  severity: 'warning',
  message: 'The root element is that of JaCoCo, but no source file in it holds a line.',
  hint: 'Check that classes were compiled with debug information and that the report lists source files; EMMA and Delphi reports have no lines.',
};

const NO_LINE: Omit<Problem, 'file'> = {
  code: 'record_unreadable',
  severity: 'warning',
  message: 'A line numbered 0 or below was left out.',
  hint: 'Nothing to do: compilers number generated code like this.',
};
