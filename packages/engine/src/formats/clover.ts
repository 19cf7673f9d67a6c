import { BRANCH, METHOD, type LineTable } from '../model/line-table.ts';
import type { Problem } from '../model/problem.ts';
import { ABSENT, LARGEST_COUNT, fraction, type ValueCode } from '../model/value.ts';
import { NameTable } from '../xml/names.ts';
import { END, STOP, XmlScanner } from '../xml/scanner.ts';
import type { BlockReader, ReportContext, Sample, StreamFormat } from './format.ts';
import { readReportTime } from './report-age.ts';
import { hitCount, lineNumber } from './xml-numbers.ts';

/** Clover XML (OpenClover, PHPUnit, Istanbul, Jest, Vitest); report-formats §3.2. */
export const clover: StreamFormat = {
  name: 'clover',
  compatName: 'xml/clover',
  kind: 'xml',
  version: 1,
  detect: isClover,
  open: (report) => new CloverReader(report),
};

function isClover(sample: Sample): boolean {
  return sample.root?.name === 'coverage' && sample.root.attributes.has('generated');
}

const ELEMENTS = new NameTable(['line', 'file', 'metrics', 'coverage']);
const LINE = ELEMENTS.id('line');
const FILE = ELEMENTS.id('file');
const METRICS = ELEMENTS.id('metrics');

const ATTRIBUTES = new NameTable([
  'num',
  'count',
  'type',
  'truecount',
  'falsecount',
  'complexity',
  'crap',
  'path',
  'name',
  'loc',
  'generated',
  'clover',
]);
const NUMBER = ATTRIBUTES.id('num');
const COUNT = ATTRIBUTES.id('count');
const TYPE = ATTRIBUTES.id('type');
const TRUE_COUNT = ATTRIBUTES.id('truecount');
const FALSE_COUNT = ATTRIBUTES.id('falsecount');
const COMPLEXITY = ATTRIBUTES.id('complexity');
const CRAP = ATTRIBUTES.id('crap');
const PATH = ATTRIBUTES.id('path');
const NAME = ATTRIBUTES.id('name');
const LINES_OF_CODE = ATTRIBUTES.id('loc');
const GENERATED = ATTRIBUTES.id('generated');
const CLOVER = ATTRIBUTES.id('clover');

/** What Istanbul's writer gives as version of Clover; Clover itself writes the complexity of methods beside it. */
const ISTANBUL_VERSION = '3.2';

class CloverReader implements BlockReader {
  private readonly report: ReportContext;
  private readonly xml: XmlScanner;
  private readonly readsIstanbul: boolean;
  private isIstanbul = false;
  private table: LineTable | null = null;
  /** Whether the open file has a line that is not inside another element. */
  private hasOwnLine = false;
  /** Last line of the open file as far as it is told and counts; null otherwise. */
  private lastLine: number | null = null;
  private isPhp = false;
  private hasRoot = false;
  private hasLines = false;

  constructor(report: ReportContext) {
    this.report = report;
    this.xml = new XmlScanner(report, { elements: ELEMENTS, attributes: ATTRIBUTES });
    this.readsIstanbul = report.settings.parsers.clover.istanbulConditions || report.settings.compat === 'strict';
  }

  block(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { xml } = this;
    xml.begin(bytes, start, end, isLast);
    for (let event = xml.next(); event !== STOP; event = xml.next()) {
      if (event === END) {
        if (xml.element === FILE) this.endFile();
      } else if (xml.element === LINE) this.readLine();
      else if (xml.element === FILE) this.startFile();
      else if (xml.element === METRICS) this.readMetrics();
      else if (!this.hasRoot) this.startRoot();
    }
    return xml.at;
  }

  end(isComplete: boolean): void {
    this.xml.finish(this, isComplete);
    if (!this.hasLines && !this.xml.isAbandoned) this.report.problem(NO_LINES);
  }

  private startRoot(): void {
    const { xml } = this;
    this.hasRoot = true;
    this.isIstanbul = this.readsIstanbul && xml.tag.text(CLOVER).startsWith(ISTANBUL_VERSION);
    const madeAt = readReportTime(xml.tag.text(GENERATED));
    if (madeAt !== null && this.report.isExpired(madeAt)) xml.abandon();
  }

  private startFile(): void {
    const { xml } = this;
    const path = xml.tag.text(PATH) || xml.tag.text(NAME);
    this.isPhp = path.endsWith('.php');
    this.hasOwnLine = false;
    this.lastLine = null;
    const isWanted = path !== '' && !path.includes('{') && !(this.isPhp && path.includes('/vendor/'));
    this.table = isWanted ? this.report.source(path) : null;
  }

  private endFile(): void {
    const { table, lastLine } = this;
    this.table = null;
    if (table === null) return;
    if (!this.hasOwnLine) table.clear();
    else if (lastLine !== null) for (const line of [...table.lines()]) if (line > lastLine) table.remove(line);
    this.hasLines ||= !table.isEmpty();
  }

  /** PHP: the first `loc` inside a file says where it ends; metrics stand before or behind the lines. */
  private readMetrics(): void {
    if (this.table === null || !this.isPhp || this.lastLine !== null) return;
    const lines = this.xml.tag.integer(LINES_OF_CODE);
    if (!Number.isNaN(lines)) this.lastLine = lines;
  }

  private readLine(): void {
    const { xml, table, report } = this;
    if (table === null) return;
    if (xml.parent === FILE) this.hasOwnLine = true;
    const line = lineNumber(xml, NUMBER, report);
    if (line === 0) return;
    if (xml.tag.has(COMPLEXITY) || xml.tag.has(CRAP)) this.isIstanbul = false;
    if (xml.tag.is(TYPE, 'cond')) {
      table.append(line, this.conditionValue(), BRANCH);
      return;
    }
    const count = hitCount(xml, COUNT, report);
    if (count === null) return;
    if (xml.tag.is(TYPE, 'method')) table.append(line, count, METHOD, null, null, countOf(xml, COMPLEXITY));
    else if (line < table.values.length && table.values[line] === ABSENT) {
      table.values[line] = count;
      table.touch(line);
    } else table.append(line, count);
  }

  private conditionValue(): ValueCode {
    const { xml } = this;
    const whenTrue = countOf(xml, TRUE_COUNT);
    const whenFalse = countOf(xml, FALSE_COUNT);
    // Istanbul's writer puts covered branches into `truecount`, uncovered ones into `falsecount`.
    if (this.isIstanbul && whenTrue + whenFalse > 0) return fraction(whenTrue, whenTrue + whenFalse);
    return fraction((whenTrue > 0 ? 1 : 0) + (whenFalse > 0 ? 1 : 0), 2);
  }
}

/** A number of the line; absent and unreadable ones are 0. */
function countOf(xml: XmlScanner, attribute: number): number {
  const count = xml.tag.integer(attribute);
  return count > 0 ? Math.min(count, LARGEST_COUNT) : 0;
}

const NO_LINES: Omit<Problem, 'file'> = {
  code: 'not_a_coverage_report',
  severity: 'warning',
  message: 'The root element is that of Clover, but no file in it holds a line.',
  hint: 'Check that the tests ran with coverage and that source files were included.',
};
