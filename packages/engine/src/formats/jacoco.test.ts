import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { readXml, xmlLinesOf, xmlProblemsOf } from '../../test/support/read-xml.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts';

const line = (nr: number | string, mi = 0, ci = 1, mb = 0, cb = 0): string =>
  `<line nr="${nr}" mi="${mi}" ci="${ci}" mb="${mb}" cb="${cb}"/>`;
const source = (name: string, lines: string): string => `<sourcefile name="${name}">${lines}</sourcefile>`;
const packageOf = (content: string, name = 'org/acme'): string => `<package name="${name}">${content}</package>`;
const reportOf = (content: string, name = ''): string => `<report name="${name}">${content}</report>`;
const method = (atLine: number, missed: number, covered: number): string =>
  `<method name="m" line="${atLine}"><counter type="LINE" missed="9" covered="9"/><counter type="COMPLEXITY" missed="${missed}" covered="${covered}"/></method>`;
const classOf = (name: string, methods: string): string =>
  `<class name="${name}">${methods}<counter type="COMPLEXITY" missed="50" covered="50"/></class>`;
const linesOf = async (content: string, settings?: Settings): Promise<unknown> =>
  xmlLinesOf(reportOf(packageOf(content)), settings);

describe('lines of a JaCoCo report', () => {
  test('have their branches, else their covered instructions', async () => {
    const lines =
      line(1, 0, 4) + line(2, 3, 2) + line(3, 3, 0) + line(4, 1, 1, 1, 1) + line(5, 0, 4, 0, 2) + line(6, 4, 0, 2, 0);
    expect(await linesOf(source('A.java', lines))).toEqual({
      'org/acme/A.java': { 1: [4], 2: [2], 3: [0], 4: ['1/2', 'b'], 5: ['2/2', 'b'], 6: ['0/2', 'b'] },
    });
  });

  test('are branches that count as hits under partials_as_hits', async () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      parsers: { ...DEFAULT_SETTINGS.parsers, jacoco: { partialsAsHits: true } },
    };
    expect(await linesOf(source('A.java', line(1, 1, 1, 1, 1) + line(2, 1, 0, 1, 0)), settings)).toEqual({
      'org/acme/A.java': { 1: [1, 'b'], 2: ['0/1', 'b'] },
    });
  });

  test('below 1 are left out with a problem; absent counters are 0', async () => {
    const report = reportOf(packageOf(source('A.java', `${line(0)}${line(-1)}<line nr="3" ci="2"/><line nr="4"/>`)));
    expect(await xmlLinesOf(report)).toEqual({ 'org/acme/A.java': { 3: [2], 4: [0] } });
    expect((await readXml(report)).problems).toMatchObject([{ code: 'record_unreadable', count: 2 }]);
  });

  test('have hostile numbers clamped', async () => {
    const report = reportOf(
      packageOf(source('A.java', `${line('1'.padEnd(13, '0'))}<line nr="2" ci="1${'0'.repeat(30)}" mb="-4"/>`)),
    );
    expect(await xmlLinesOf(report)).toEqual({ 'org/acme/A.java': { 2: [Number.MAX_SAFE_INTEGER], 10000000: [1] } });
    expect(await xmlProblemsOf(report)).toEqual(['number_clamped']);
  });
});

describe('complexity of a JaCoCo report', () => {
  test('stands on the first line of the methods of the class that has the name of the file', async () => {
    const classes =
      classOf('org/acme/A', method(1, 1, 2) + method(2, 0, 1)) + classOf('org/acme/Other', method(3, 1, 0));
    expect(await linesOf(classes + source('A.java', line(1) + line(2, 1, 1, 1, 1) + line(3)))).toEqual({
      'org/acme/A.java': { 1: [1, 'm', null, null, [2, 3]], 2: ['1/2', 'm', null, null, [1, 1]], 3: [1] },
    });
  });

  test('ignores inner classes, methods without a line and the classes of other packages', async () => {
    const classes = classOf('org/acme/A$B', method(1, 0, 1)) + classOf('org/acme/A', method(0, 0, 1));
    const report = reportOf(
      packageOf(classOf('org/acme/A', method(2, 0, 1))) + packageOf(classes + source('A.java', line(1) + line(2))),
    );
    expect(await xmlLinesOf(report)).toEqual({ 'org/acme/A.java': { 1: [1], 2: [1] } });
  });

  test('belongs to the file name up to its first dot', async () => {
    const classes = classOf('org/acme/A', method(1, 0, 1));
    expect(await linesOf(classes + source('A.test.kt', line(1)) + source('AKt.kt', line(1)))).toEqual({
      'org/acme/A.test.kt': { 1: [1, 'm', null, null, [1, 1]] },
      'org/acme/AKt.kt': { 1: [1] },
    });
  });
});

describe('paths of a JaCoCo report', () => {
  const files = async (name: string): Promise<string[]> =>
    Object.keys((await readXml(reportOf(packageOf(source('A.java', line(1))), name))).report.files);

  test('begin with the name of the project unless it has a space', async () => {
    expect(await files('/shop/')).toEqual(['shop/org/acme/A.java']);
    expect(await files('my shop')).toEqual(['org/acme/A.java']);
  });

  test('are found in groups of groups', async () => {
    const report = reportOf(`<group name="a"><group name="b">${packageOf(source('A.java', line(1)))}</group></group>`);
    expect(await xmlLinesOf(report)).toEqual({ 'org/acme/A.java': { 1: [1] } });
  });

  test('of two modules with one source are merged', async () => {
    const module = (lines: string): string => `<group name="m">${packageOf(source('A.java', lines))}</group>`;
    expect(await xmlLinesOf(reportOf(module(line(1, 0, 3) + line(2, 3, 0)) + module(line(1, 3, 0) + line(3))))).toEqual(
      {
        'org/acme/A.java': { 1: [3], 2: [0], 3: [1] },
      },
    );
  });
});

test('the first session says how old a JaCoCo report is', async () => {
  const settings = { ...DEFAULT_SETTINGS, maxReportAge: 3600, now: 1_700_010_000 };
  const session = (start: string): string => `<sessioninfo id="a" start="${start}" dump="1"/>`;
  const content = packageOf(source('A.java', line(1)));
  expect(
    await xmlProblemsOf(reportOf(session('1700000000000') + session('1700009000000') + content), settings),
  ).toEqual(['report_expired']);
  expect(
    await xmlProblemsOf(reportOf(session('1700009000000') + session('1700000000000') + content), settings),
  ).toEqual([]);
});

test('a report of EMMA has the same root and says that nothing was found', async () => {
  expect(await xmlProblemsOf('<report><stats><packages value="1"/></stats></report>')).toEqual([
    'not_a_coverage_report',
  ]);
});

describe('a damaged JaCoCo report', () => {
  const sample = `<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">${reportOf(
    `<sessioninfo id="a" start="1"/>${packageOf(classOf('org/acme/A', method(1, 1, 2)) + source('A.java', line(1) + line(2, 1, 1, 1, 1)))}`,
  )}`;

  test('gives lines or a problem when it is cut at any byte', async () => {
    const results = await expectTruncationsToRead('a.xml', sample);
    expect(results.at(-1)?.report.files).toEqual({
      'org/acme/A.java': { 1: [1, 'm', null, null, [2, 3]], 2: ['1/2', 'b'] },
    });
  });

  test('gives lines or a problem when bytes are changed', async () => {
    await expectFlipsToRead('a.xml', sample);
  });
});
