import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { readXml, xmlLinesOf, xmlProblemsOf } from '../../test/support/read-xml.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts';

const statement = (num: number | string, count: number | string = 1): string =>
  `<line num="${num}" count="${count}" type="stmt"/>`;
const condition = (num: number, whenTrue: number, whenFalse: number): string =>
  `<line num="${num}" count="1" type="cond" truecount="${whenTrue}" falsecount="${whenFalse}"/>`;
const file = (content: string, path = 'src/a.ts'): string => `<file path="${path}" name="other">${content}</file>`;
const reportOf = (content: string, attributes = 'generated="1" clover="3.2.0"'): string =>
  `<coverage ${attributes}><project>${content}</project></coverage>`;
const linesOf = async (content: string, settings?: Settings): Promise<unknown> =>
  xmlLinesOf(reportOf(content), settings);
const withIstanbul: Settings = {
  ...DEFAULT_SETTINGS,
  parsers: { ...DEFAULT_SETTINGS.parsers, clover: { istanbulConditions: true } },
};

describe('lines of a Clover report', () => {
  test('are statements, methods with their complexity, and conditions with a true and a false branch', async () => {
    const lines =
      `${statement(1, 3)}<line num="2" count="4" type="method" complexity="5"/><line num="3" count="0" type="method"/><line num="4" count="2"/>` +
      condition(5, 7, 0) +
      condition(6, 0, 1) +
      condition(7, 2, 9) +
      condition(8, 0, 0);
    expect(await linesOf(file(lines))).toEqual({
      'src/a.ts': {
        1: [3],
        2: [4, 'm', null, null, 5],
        3: [0, 'm', null, null, 0],
        4: [2],
        5: ['1/2', 'b'],
        6: ['1/2', 'b'],
        7: ['2/2', 'b'],
        8: ['0/2', 'b'],
      },
    });
  });

  test('that cannot be read are left out with a problem, those below 1 silently', async () => {
    const lines =
      statement(0) +
      statement(-1) +
      statement('x') +
      statement(1, 'x') +
      statement(2, `1${'0'.repeat(30)}`) +
      statement(1e12);
    const { report, problems } = await readXml(reportOf(file(lines)));
    expect(report.files).toEqual({ 'src/a.ts': { 2: [Number.MAX_SAFE_INTEGER], 10000000: [1] } });
    expect(problems.map((problem) => problem.code)).toEqual([
      'record_unreadable',
      'record_unreadable',
      'number_clamped',
      'number_clamped',
    ]);
  });
});

describe('conditions of Istanbul', () => {
  const conditions = condition(1, 2, 0) + condition(2, 1, 1) + condition(3, 0, 3) + condition(4, 0, 0);

  test('are read as covered and uncovered branches when it is wanted', async () => {
    const expected = { 'src/a.ts': { 1: ['2/2', 'b'], 2: ['1/2', 'b'], 3: ['0/3', 'b'], 4: ['0/2', 'b'] } };
    expect(await linesOf(file(conditions), withIstanbul)).toEqual(expected);
    expect(await linesOf(file(conditions), { ...DEFAULT_SETTINGS, compat: 'strict' })).toEqual(expected);
  });

  test('are not seen in the reports of Clover itself and of PHPUnit', async () => {
    const asClover = { 1: ['1/2', 'b'], 2: ['2/2', 'b'], 3: ['1/2', 'b'], 4: ['0/2', 'b'] };
    expect(await xmlLinesOf(reportOf(file(conditions), 'generated="1" clover="4.3.1"'), withIstanbul)).toEqual({
      'src/a.ts': asClover,
    });
    expect(await xmlLinesOf(reportOf(file(conditions), 'generated="1"'), withIstanbul)).toEqual({
      'src/a.ts': asClover,
    });
    const method = '<line num="9" count="1" type="method" complexity="2"/>';
    expect(await linesOf(file(method + conditions), withIstanbul)).toMatchObject({ 'src/a.ts': asClover });
  });
});

describe('files of a Clover report', () => {
  test('are named by their path, else by their name', async () => {
    expect(await linesOf(`<file name="src/b.ts">${statement(1)}</file>${file(statement(1))}`)).toEqual({
      'src/b.ts': { 1: [1] },
      'src/a.ts': { 1: [1] },
    });
  });

  test('are left out when they are templates, PHP packages of others, or have no line of their own', async () => {
    const unwanted =
      file(statement(1), 'a{b}.ts') +
      file(statement(1), 'x/vendor/a.php') +
      file(`<class>${statement(1)}</class>`, 'b.ts') +
      file('', 'c.ts');
    expect(await linesOf(unwanted + file(statement(1), 'x/lib/vendor/a.ts'))).toEqual({
      'x/lib/vendor/a.ts': { 1: [1] },
    });
  });

  test('take the lines inside of other elements too when they have one of their own', async () => {
    expect(await linesOf(file(`<class>${statement(1)}</class>${statement(2)}`))).toEqual({
      'src/a.ts': { 1: [1], 2: [1] },
    });
  });

  test('of PHP end at their first number of lines, wherever it stands', async () => {
    const lines = statement(1) + statement(3) + statement(4);
    const metrics = '<class><metrics loc="x"/></class><metrics loc="3"/><metrics loc="1"/>';
    expect(
      await linesOf(file(metrics + lines, 'a.php') + file(lines + metrics, 'b.php') + file(metrics + lines, 'c.ts')),
    ).toEqual({
      'a.php': { 1: [1], 3: [1] },
      'b.php': { 1: [1], 3: [1] },
      'c.ts': { 1: [1], 3: [1], 4: [1] },
    });
  });
});

test('a Clover report that is too old is dropped, whatever form its date has', async () => {
  const settings = { ...DEFAULT_SETTINGS, maxReportAge: 3600, now: Date.UTC(2024, 2, 5, 12) / 1000 };
  const codes = (generated: string): Promise<string[]> =>
    xmlProblemsOf(reportOf(file(statement(1)), `generated="${generated}"`), settings);
  expect(await codes('5-3-2024 10:59')).toEqual(['report_expired']);
  expect(await codes('5-3-2024 11:01')).toEqual([]);
  expect(await codes('1700000000')).toEqual(['report_expired']);
  expect(await codes('some day')).toEqual([]);
});

test('a Clover report without lines says so', async () => {
  expect(await xmlProblemsOf(reportOf(file('')))).toEqual(['not_a_coverage_report']);
});

describe('a damaged Clover report', () => {
  const sample = `<?xml version="1.0"?>${reportOf(file(statement(1) + condition(2, 1, 0)) + file(statement(1) + statement(9) + '<metrics loc="3"/>', 'b.php'))}`;

  test('gives lines or a problem when it is cut at any byte', async () => {
    const results = await expectTruncationsToRead('a.xml', sample);
    expect(results.at(-1)?.report.files).toEqual({ 'src/a.ts': { 1: [1], 2: ['1/2', 'b'] }, 'b.php': { 1: [1] } });
  });

  test('gives lines or a problem when bytes are changed', async () => {
    await expectFlipsToRead('a.xml', sample);
  });
});
