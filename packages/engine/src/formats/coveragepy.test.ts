import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { linesOf, problemsOf, readJson } from '../../test/support/read-json.ts';

const meta = { format: 3, version: '7.6.1', show_contexts: false };
const FILE = {
  executed_lines: [1, 2, 5],
  summary: { covered_lines: 3 },
  missing_lines: [3],
  excluded_lines: [9],
  executed_branches: [[1, 2]],
  functions: { f: { executed_lines: [70], missing_lines: [71] } },
};

describe('coverage.py JSON', () => {
  test('executed lines are 1, missing ones 0, everything else is left out', async () => {
    const { detected, report } = await readJson({ meta, files: { 'a.py': FILE }, totals: {} });
    expect(detected).toBe('json/pycoverage');
    expect(report.files).toEqual({ 'a.py': { 1: [1], 2: [1], 3: [0], 5: [1] } });
  });

  test('a line that is executed and missing is executed', async () => {
    expect(await linesOf({ meta, files: { 'a.py': { missing_lines: [1], executed_lines: [1] } } })).toEqual({
      'a.py': { 1: [1] },
    });
  });

  test('needs files and the sign that it says whether contexts are shown', async () => {
    expect((await readJson({ files: { 'a.py': FILE }, meta: { version: '7' } })).detected).not.toBe('json/pycoverage');
    expect((await readJson({ files: [FILE], meta })).detected).not.toBe('json/pycoverage');
  });

  test('a large report with sorted keys is known although meta comes last', async () => {
    const files: Record<string, unknown> = {};
    for (let index = 0; index < 9000; index++) files[`package/module_${index}/some_long_name.py`] = FILE;
    const { detected, report } = await readJson({ files, meta });
    expect(detected).toBe('json/pycoverage');
    expect(report.totals.files).toBe(9000);
  });

  test('hostile line numbers are clamped or left out', async () => {
    const file = { executed_lines: [0, -4, 1e12, 2], missing_lines: ['x', null, 1.5, 7] };
    const { report, problems } = await readJson({ meta, files: { 'a.py': file } });
    expect(report.files).toEqual({ 'a.py': { 2: [1], 7: [0], 10000000: [1] } });
    expect(problems.map(({ code, count }) => [code, count])).toEqual([
      ['number_clamped', undefined],
      ['record_unreadable', 3],
    ]);
  });

  test('files without lines are not kept, and other shapes do no harm', async () => {
    const files = {
      'a.py': { executed_lines: [] },
      'b.py': [],
      'c.py': { executed_lines: { 1: 1 } },
      'd.py': null,
      '': FILE,
    };
    expect(await linesOf({ meta, files })).toEqual({});
    expect(await problemsOf({ meta, files })).toEqual(['report_empty']);
  });

  test('whatever is cut or changed, it is read or explained', async () => {
    const report = JSON.stringify({ meta, files: { 'a.py': FILE, 'b.py': FILE } });
    await expectTruncationsToRead('coverage.json', report);
    await expectFlipsToRead('coverage.json', report);
  });
});
