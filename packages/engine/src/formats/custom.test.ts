import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { linesOf, problemsOf, readJson } from '../../test/support/read-json.ts';

describe("Codecov's custom JSON", () => {
  test('element 0 of a list is a filler, nulls are no lines', async () => {
    const { detected, report } = await readJson({
      coverage: { 'a.py': [5, 1, null, '1/3', 0, true, 'ignored', '8', -1] },
    });
    expect(detected).toBe('json/vone');
    expect(report.files).toEqual({
      'a.py': { 1: [1], 3: ['1/3', 'b'], 4: [0], 5: [true, 'b'], 6: [-1], 7: [8], 8: [-1] },
    });
  });

  test('element 0 of "lines" is line 1, wherever "branches" stands', async () => {
    expect(await linesOf({ coverage: { 'a.rb': { branches: { x: 1 }, lines: [1, null, 0], methods: {} } } })).toEqual({
      'a.rb': { 1: [1], 3: [0] },
    });
    expect(await problemsOf({ coverage: { 'a.rb': { branches: { x: 1 }, lines: [1] } } })).toEqual([]);
  });

  test('keys are lines; null makes a line without class; below 1 is skipped', async () => {
    const file = { 1: 1, 2: null, 3: 0.5, 4: 2.9, ' 5 ': '2/2', '+6': 6, 0: 9, '-7': 9, 8: false };
    expect(await linesOf({ coverage: { 'a.rb': file } })).toEqual({
      'a.rb': { 1: [1], 2: [], 3: [1], 4: [2], 5: ['2/2', 'b'], 6: [6], 8: [] },
    });
  });

  test('a key that is no line, or a value that is none, loses only itself', async () => {
    const { report, problems } = await readJson({ coverage: { 'a.rb': { x: 1, 2: 2, 3: [1], 4: 'many', 5: 'a/b' } } });
    expect(report.files).toEqual({ 'a.rb': { 2: [2] } });
    expect(problems.map(({ code, message, count }) => [code, message.slice(0, 13), count])).toEqual([
      ['record_unreadable', 'A line value ', 3],
      ['record_unreadable', 'A line number', undefined],
    ]);
  });

  test('messages are not read, and coverage that is no object gives nothing', async () => {
    expect(await linesOf({ messages: { 'a.py': { 1: 'x' } }, coverage: { 'a.py': { 1: 1 } } })).toEqual({
      'a.py': { 1: [1] },
    });
    expect(await linesOf({ coverage: [1, 2] })).toEqual({});
    expect(await linesOf({ coverage: 91.5 })).toEqual({});
    expect(await linesOf({ coverage: { 'a.py': 'x', 'b.py': null } })).toEqual({});
  });

  test('hostile numbers are clamped with a warning', async () => {
    const { report, problems } = await readJson(
      '{"coverage":{"a.py":{"1000000000000":1,"2":1e30,"3":0,"4":"99999999999999999999","5":0,"6":Infinity,"7":NaN}}}',
    );
    const most = Number.MAX_SAFE_INTEGER;
    expect(report.files).toEqual({ 'a.py': { 2: [most], 3: [0], 4: [most], 5: [0], 6: [most], 10000000: [1] } });
    expect(problems.map(({ code }) => code)).toEqual(['number_clamped', 'number_clamped', 'record_unreadable']);
  });

  test('lists longer than any source file end at the last line that counts', async () => {
    const long = `{"coverage":{"a.py":[0,7${',null'.repeat(10_000_000)},8],"b.py":[null,3]}}`;
    const { report, problems } = await readJson(long);
    expect(report.files).toEqual({ 'a.py': { 1: [7] }, 'b.py': { 1: [3] } });
    expect(problems.map(({ code }) => code)).toEqual(['limit_exceeded']);
  });
});

describe('SimpleCov result sets', () => {
  const timestamp = 1_700_000_000;

  test('element 0 of a plain list is line 1 where a timestamp tells a result set', async () => {
    const coverage = { 'a.rb': [1, null, 0] };
    expect(await linesOf({ RSpec: { coverage, timestamp } })).toEqual({ 'a.rb': { 1: [1], 3: [0] } });
    expect(await linesOf({ RSpec: { timestamp, coverage } })).toEqual({ 'a.rb': { 1: [1], 3: [0] } });
    expect(await linesOf({ RSpec: { coverage } })).toEqual({ 'a.rb': { 2: [0] } });
  });

  test('all commands are read and merged, whatever their names', async () => {
    const result = (lines: unknown[], path = 'a.rb') => ({ coverage: { [path]: { lines } }, timestamp });
    const { detected, report } = await readJson({
      'Unit Tests': result([1, 0, null]),
      Cucumber: result([0, 4, 0]),
      RSpec: result([2], 'b.rb'),
    });
    expect(detected).toBe('json/vone');
    expect(report.files).toEqual({ 'a.rb': { 1: [1], 2: [4], 3: [0] }, 'b.rb': { 1: [2] } });
  });

  test('MiniTest alone is known even when it is empty', async () => {
    expect((await readJson({ MiniTest: {} })).detected).toBe('json/vone');
    expect((await readJson({ Cucumber: {} })).detected).toBe('json/node');
  });

  test('a set that breaks off keeps its lines where they belong', async () => {
    const report = JSON.stringify({
      RSpec: { coverage: { 'a.rb': [11, null, 22], 'b.rb': { lines: [1, 'ignored', null, 33] } }, timestamp },
    });
    for (const { report: read } of await expectTruncationsToRead('.resultset.json', report)) {
      const { 1: first = [11], 3: third = [22] } = read.files['a.rb'] ?? {};
      expect([first, third]).toEqual([[11], [22]]);
      expect(read.files['b.rb']?.[4] ?? [33]).toEqual([33]);
    }
    await expectFlipsToRead('.resultset.json', report);
    await expectFlipsToRead(
      'codecov.json',
      JSON.stringify({ coverage: { 'a.py': { 1: '1/2', 2: 3 }, 'b.py': [null, 4, true] } }),
    );
  });
});
