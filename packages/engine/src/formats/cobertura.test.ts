import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { readXml, xmlLinesOf, xmlProblemsOf } from '../../test/support/read-xml.ts';
import { nodeCodec } from '../../node/codec.ts';
import { LARGEST_LINE, LineTable } from '../model/line-table.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts';
import { cobertura } from './cobertura.ts';

const classOf = (lines: string, path = 'a.py'): string => `<class filename="${path}"><lines>${lines}</lines></class>`;
const reportOf = (classes: string, attributes = ''): string =>
  `<coverage ${attributes}><packages>${classes}</packages></coverage>`;
const linesOf = async (lines: string, settings = DEFAULT_SETTINGS): Promise<unknown> =>
  ((await xmlLinesOf(reportOf(classOf(lines)), settings)) as Record<string, unknown>)['a.py'];
const branch = (number: number, coverage: string, content = '', attributes = ''): string =>
  `<line number="${number}" hits="1" branch="true" condition-coverage="${coverage}" ${attributes}>${content}</line>`;
const condition = (number: number, coverage: string): string =>
  `<condition number="${number}" type="jump" coverage="${coverage}"/>`;

const withCobertura = (cobertura: Partial<Settings['parsers']['cobertura']>): Settings => ({
  ...DEFAULT_SETTINGS,
  parsers: { ...DEFAULT_SETTINGS.parsers, cobertura: { ...DEFAULT_SETTINGS.parsers.cobertura, ...cobertura } },
});

describe('lines of a Cobertura report', () => {
  test('have the count, or the branches when `branch` is true in any case and a fraction is there', async () => {
    const lines = `<line number="1" hits="7"/><line number="2" hits="7" branch="TRUE" condition-coverage="50% (1/2)"/>
      <line number="3" hits="7" branch="false" condition-coverage="50% (1/2)"/><line number="4" hits="7" branch="true" condition-coverage="50%"/>
      <line number="5" branch="true" condition-coverage="(x) (2/3) (0/9)"/>`;
    expect(await linesOf(lines)).toEqual({ 1: [7], 2: ['1/2', 'b'], 3: [7], 4: [7], 5: ['2/3', 'b'] });
  });

  test('without a usable number are left out: `undefined` and below 1 silently, others with a problem', async () => {
    const silent =
      '<line number="undefined" hits="1"/><line number="0" hits="1"/><line number="-3" hits="1"/><line number="1" hits="1"/>';
    expect(await linesOf(silent)).toEqual({ 1: [1] });
    expect(await xmlProblemsOf(reportOf(classOf(silent)))).toEqual([]);
    const bad =
      '<line number="x" hits="1"/><line hits="1"/><line number="1"/><line number="2" hits="many"/><line number="3" hits="1"/>';
    const { report, problems } = await readXml(reportOf(classOf(bad)));
    expect(report.files).toEqual({ 'a.py': { 3: [1] } });
    expect(problems).toMatchObject([
      { code: 'record_unreadable', count: 2, byte: reportOf(classOf(bad)).indexOf('<line ') },
      { code: 'record_unreadable', count: 2 },
    ]);
  });

  test('beyond every limit are clamped with a problem', async () => {
    const lines = `<line number="1000000000000" hits="1"/><line number="2" hits="1${'0'.repeat(30)}"/>${branch(3, '(1/999999999999999)')}`;
    const { report, problems } = await readXml(reportOf(classOf(lines)));
    expect(Object.keys(report.files['a.py'])).toEqual(['2', '3', String(LARGEST_LINE)]);
    expect(report.files['a.py'][2]).toEqual([Number.MAX_SAFE_INTEGER]);
    expect(problems.map((problem) => problem.code)).toEqual(['number_clamped', 'number_clamped']);
  });

  test('list the branches that coverage.py calls missing; several exits alone are a loop and its exit', async () => {
    const lines =
      branch(1, '(1/3)', '', 'missing-branches="4,exit"') +
      branch(2, '(1/2)', '', 'missing-branches="exit"') +
      branch(3, '(0/3)', '', 'missing-branches="exit,exit,exit"');
    expect(await linesOf(lines)).toEqual({
      1: ['1/3', 'b', ['4', 'exit']],
      2: ['1/2', 'b', ['exit']],
      3: ['0/3', 'b', ['exit', 'loop']],
    });
  });

  test('list conditions that are not fully covered, also on plain lines', async () => {
    const conditions = condition(0, '100%') + condition(1, '50%');
    const lines = `${branch(1, '(3/4)', conditions)}<line number="2" hits="3"><conditions>${conditions}</conditions></line>`;
    expect(await linesOf(lines)).toEqual({ 1: ['3/4', 'b', ['1:jump']], 2: [3, null, ['1:jump']] });
  });

  test('pad the ids of a line of which no branch is taken', async () => {
    expect(await linesOf(branch(1, '(0/3)', condition(0, '0%')) + branch(2, '(1/3)'))).toEqual({
      1: ['0/3', 'b', ['0:jump', '1', '2']],
      2: ['1/3', 'b'],
    });
  });

  test('pad the ids of every missed branch under handle_missing_conditions', async () => {
    const settings = withCobertura({ handleMissingConditions: true });
    expect(await linesOf(branch(1, '(1/4)', condition(0, '0%')) + branch(2, '(2/2)'), settings)).toEqual({
      1: ['1/4', 'b', ['0:jump', '1', '2']],
      2: ['2/2', 'b'],
    });
  });

  test('are plain hits under partials_as_hits unless no branch is taken', async () => {
    const lines = branch(1, '(1/2)', '', 'missing-branches="4"') + branch(2, '(2/2)') + branch(3, '(0/1)');
    expect(await linesOf(lines, withCobertura({ partialsAsHits: true }))).toEqual({
      1: [1],
      2: [1],
      3: ['0/1', 'b', ['0']],
    });
  });

  test('never list more than a bounded number of ids, on one line and in one report', async () => {
    const lines = Array.from({ length: 1100 }, (_, index) => branch(index + 1, '(0/60000000)')).join('');
    const { report, problems } = await readXml(reportOf(classOf(lines)));
    const [value, type, missing] = report.files['a.py'][1] as [string, string, string[]];
    expect([value, type, missing.length]).toEqual(['0/60000000', 'b', 1000]);
    expect(report.files['a.py'][1100]).toEqual(['0/60000000', 'b']);
    expect(problems).toMatchObject([{ code: 'limit_exceeded', count: 100 }]);
  });
});

describe('classes of a Cobertura report', () => {
  test('of one file are one file, wherever they stand', async () => {
    const line = (number: number): string => `<line number="${number}" hits="1"/>`;
    const report = reportOf(classOf(line(1)) + classOf(line(2)) + classOf(line(3), 'b.py') + classOf(line(4)));
    expect(await xmlLinesOf(report)).toEqual({ 'a.py': { 1: [1], 2: [1], 4: [1] }, 'b.py': { 3: [1] } });
  });

  test('whose names lead to one path are merged, not replaced', async () => {
    const report = reportOf(
      classOf('<line number="1" hits="1"/>', './src/a.py') + classOf('<line number="2" hits="0"/>', 'src\\a.py'),
    );
    expect(await xmlLinesOf(report)).toEqual({ 'src/a.py': { 1: [1], 2: [0] } });
  });

  test('merge the lines of their methods with their own', async () => {
    const method = '<methods><method><lines><line number="1" hits="1"/></lines></method></methods>';
    expect(
      await xmlLinesOf(reportOf(`<class filename="a.py">${method}<lines>${branch(1, '(1/2)')}</lines></class>`)),
    ).toEqual({
      'a.py': { 1: ['2/2', 'b'] },
    });
  });

  test('without a file name are left out, with a problem when there is no such attribute', async () => {
    const line = '<line number="1" hits="1"/>';
    const { report, problems } = await readXml(
      reportOf(`<class>${line}</class><class filename="">${line}</class>${classOf(line)}${line}`),
    );
    expect(report.files).toEqual({ 'a.py': { 1: [1] } });
    expect(problems.map((problem) => problem.code)).toEqual(['record_unreadable']);
  });
});

describe('a report of scoverage', () => {
  test('has the invocations of its statements; ignored ones are none', async () => {
    const statement = (line: number, attributes: string): string => `<statement line="${line}" ${attributes}/>`;
    const statements = [
      statement(1, 'method="m" branch="false" invocation-count="3" ignored="false"'),
      statement(2, 'method="m" branch="true" invocation-count="0"'),
      statement(3, 'method="" branch="false" invocation-count="1"'),
      statement(4, 'method="m" invocation-count="1" ignored="true"'),
      statement(5, 'method="m"'),
    ];
    const { report, problems } = await readXml(
      `<scoverage><class filename="A.scala">${statements.join('')}</class></scoverage>`,
    );
    expect(report.files).toEqual({ 'A.scala': { 1: [3, 'm'], 2: [0, 'b'], 3: [1] } });
    expect(problems.map((problem) => problem.code)).toEqual(['record_unreadable']);
  });
});

describe('the whole report', () => {
  test('gives its absolute source folders as roots', () => {
    const sources = ' /builds/a |.|C:/x|<![CDATA[/b&c]]>|/d&amp;e'
      .replace(/[^|]+/g, '<source>$&</source>')
      .replaceAll('|', '');
    const roots: string[] = [];
    const reader = cobertura.open({
      fileName: '',
      settings: DEFAULT_SETTINGS,
      codec: nodeCodec,
      source: () => new LineTable(),
      addRoot: (folder) => roots.push(folder),
      problem: () => undefined,
      isExpired: () => false,
    });
    const bytes = nodeCodec.bytes(reportOf(`<sources>${sources}</sources>`));
    reader.block(bytes, 0, bytes.length, true);
    expect(roots).toEqual(['/builds/a', '/b&c', '/d&e']);
  });

  test('is dropped when it is too old, and nothing but that is told', async () => {
    const settings = { ...DEFAULT_SETTINGS, maxReportAge: 3600, now: 1_700_010_000 };
    const line = classOf('<line number="1" hits="1"/><line number="x" hits="1"/>');
    const old = await readXml(reportOf(line, 'timestamp="1700000000000"'), settings);
    expect(old).toMatchObject({ report: { files: {} }, problems: [{ code: 'report_expired' }] });
    expect(old.problems).toHaveLength(1);
    for (const timestamp of ['timestamp="1700009000"', 'timestamp="long ago"', '']) {
      expect(await xmlProblemsOf(reportOf(line, timestamp), settings)).toEqual(['record_unreadable']);
    }
  });

  test('of another tool with this root says that nothing was found', async () => {
    const sonar =
      '<coverage version="1"><file path="a.py"><lineToCover lineNumber="1" covered="true"/></file></coverage>';
    expect(await readXml(sonar)).toMatchObject({
      detected: 'xml/cobertura',
      problems: [{ code: 'not_a_coverage_report' }],
    });
  });
});

describe('a damaged Cobertura report', () => {
  const sample = `<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "c.dtd"><coverage timestamp="1"><sources><source>/x</source></sources>${classOf(
    `<line number="1" hits="1"/>${branch(2, '50% (1/2)', condition(0, '50%'))}<line number="3" hits="0"/>`,
  )}</coverage>`;

  test('gives lines or a problem when it is cut at any byte, and keeps what stood before', async () => {
    const results = await expectTruncationsToRead('a.xml', sample);
    const last = results.at(-1);
    expect(last?.report.files['a.py']).toEqual({ 1: [1], 2: ['1/2', 'b', ['0:jump']], 3: [0] });
    expect(last?.problems).toMatchObject([{ code: 'file_truncated' }]);
  });

  test('keeps a line whose conditions were cut off', async () => {
    const cut = sample.slice(0, sample.indexOf('<condition number'));
    expect((await readXml(cut, DEFAULT_SETTINGS, cut.length - 5)).report.files).toEqual({
      'a.py': { 1: [1], 2: ['1/2', 'b'] },
    });
    expect((await readXml(cut)).report.files).toEqual({ 'a.py': { 1: [1], 2: ['1/2', 'b'] } });
  });

  test('gives lines or a problem when bytes are changed', async () => {
    await expectFlipsToRead('a.xml', sample);
  });
});
