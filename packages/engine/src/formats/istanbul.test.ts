import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { linesOf, problemsOf, readJson } from '../../test/support/read-json.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts';

const place = (line: number, column: number, endLine: number, endColumn: number | null) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const at = (line: number) => place(line, 2, line, 20);

/** One file with statements on lines 1–3, an `if` on line 2 and a function that begins on line 1. */
const FILE = {
  path: 'src/a.ts',
  statementMap: { 0: at(1), 1: at(2), 2: at(3) },
  fnMap: { 0: { name: 'f', decl: at(1), loc: at(1), line: 1 } },
  branchMap: { 0: { type: 'if', loc: at(2), line: 2, locations: [at(2), at(3)] } },
  s: { 0: 4, 1: 3, 2: 0 },
  f: { 0: 9 },
  b: { 0: [0, 2] },
};
const FILE_LINES = { 1: [9, 'm'], 2: [3, 'b'], 3: [2, 'b'] };

describe('istanbul', () => {
  test('a line has the largest count of what begins there, and the first type that is not a plain statement', async () => {
    const { detected, report } = await readJson({ 'src/a.ts': FILE });
    expect(detected).toBe('json/node');
    expect(report.files).toEqual({ 'src/a.ts': FILE_LINES });
  });

  test('the order of the maps and the form of white space make no difference', async () => {
    const reversed = Object.fromEntries(Object.entries(FILE).reverse());
    expect(await linesOf({ 'src/a.ts': reversed })).toEqual({ 'src/a.ts': FILE_LINES });
    expect(await linesOf(JSON.stringify({ 'src/a.ts': FILE }, null, 4))).toEqual({ 'src/a.ts': FILE_LINES });
  });

  test('counts belong to the id, whatever its form and place', async () => {
    const file = { statementMap: { x: at(1), 7: at(2), '01': at(3), z: at(4) }, s: { '01': 3, x: 1, 7: 2, other: 9 } };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 1: [1], 2: [2], 3: [3] } });
    const branches = {
      branchMap: { a: { locations: [at(1), at(2)] }, b: { locations: [at(3)] } },
      b: { b: [5], a: [6, 7] },
    };
    expect(await linesOf({ 'a.js': branches })).toEqual({ 'a.js': { 1: [6, 'b'], 2: [7, 'b'], 3: [5, 'b'] } });
  });

  test('an arm without a place is an else that is not written', async () => {
    const file = {
      branchMap: { 0: { type: 'if', locations: [at(1), { start: {}, end: {} }, place(0, 0, 0, 0), null] } },
      b: { 0: [1, 2, 3, 4] },
    };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 1: [1, 'b'] } });
  });

  test('columns may be null or −1 as source maps and c8 leave them', async () => {
    const file = { statementMap: { 0: place(1, 0, 1, null), 1: place(2, -1, 3, 4) }, s: { 0: 1, 1: 2 } };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 1: [1], 2: [2] } });
  });

  test('what is marked to be skipped is not recorded', async () => {
    const skip = true;
    const file = {
      statementMap: { 0: { ...at(1), skip }, 1: { ...at(2), skip: false } },
      s: { 0: 1, 1: 1 },
      fnMap: { 0: { name: 'f', line: 3, loc: at(3), skip } },
      f: { 0: 1 },
      branchMap: { 0: { locations: [at(4)], skip }, 1: { locations: [{ ...at(5), skip }, at(6)] } },
      b: { 0: [1], 1: [1, 1] },
    };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 2: [1], 6: [1, 'b'] } });
  });

  test('a function without loc counts where it is declared, or at its line', async () => {
    const file = {
      fnMap: { 0: { name: 'f', decl: at(4) }, 1: { name: 'g', line: 6 }, 2: { name: 'h' } },
      f: { 0: 1, 1: 0, 2: 5 },
    };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 4: [1, 'm'], 6: [0, 'm'] } });
  });

  test('a nested data object stands for the file', async () => {
    const statements = { statementMap: { 0: at(8) }, s: { 0: 8 } };
    expect(await linesOf({ 'src/a.ts': { ...statements, data: FILE, after: [1] }, 'b.ts': FILE })).toEqual({
      'src/a.ts': FILE_LINES,
      'b.ts': FILE_LINES,
    });
  });

  test('what has no count is not recorded', async () => {
    const file = {
      statementMap: { 0: at(1), 1: at(2), 2: at(3) },
      s: { 0: null, 1: 'x' },
      branchMap: { 0: { locations: [at(4), at(5)] } },
      b: { 0: [1] },
    };
    expect(await linesOf({ 'a.js': file })).toEqual({ 'a.js': { 4: [1, 'b'] } });
  });

  test('escaped paths are read, and a path that comes twice is merged', async () => {
    const file = (count: number) => JSON.stringify({ statementMap: { 0: at(1) }, s: { 0: count } });
    expect(await linesOf(`{"src\\\\caf\\u00e9.js":${file(1)},"src/café.js":${file(5)}}`)).toEqual({
      'src/café.js': { 1: [5] },
    });
  });

  test('hostile numbers are clamped with a warning', async () => {
    const file = { statementMap: { 0: at(1e12), 1: at(2), 2: at(-3), 3: at(1.5) }, s: { 0: 1, 1: 1e30, 2: 1, 3: 1 } };
    const { report, problems } = await readJson({ 'a.js': file });
    expect(report.files).toEqual({ 'a.js': { 2: [Number.MAX_SAFE_INTEGER], 10000000: [1] } });
    expect(problems.map(({ code }) => code)).toEqual(['number_clamped', 'number_clamped']);
  });

  test('a file without statements is a report without lines, not an unknown file', async () => {
    const empty = { path: 'a.js', statementMap: {}, s: {}, fnMap: {}, f: {}, branchMap: {}, b: {} };
    expect(await problemsOf({ 'a.js': empty })).toEqual(['report_empty']);
    expect(await linesOf({ 'a.js': empty })).toEqual({});
  });

  test('a summary is no coverage report', async () => {
    const summary = { lines: { total: 1, covered: 1 }, statements: { total: 1 } };
    expect(await problemsOf({ total: summary, 'a.js': summary })).toEqual(['not_a_coverage_report']);
  });
});

describe('istanbul of the JSCover family', () => {
  test('the index of lineData is the line, conditions give a fraction and columns', async () => {
    const condition = (position: number, evalTrue: number, evalFalse: number) => ({
      position,
      nodeLength: 5,
      evalTrue,
      evalFalse,
    });
    const file = {
      branchData: {
        1: [null, condition(2, 1, 0)],
        2: [null, condition(0, 0, 0), condition(9, 3, 4), condition(20, 1, 0)],
        4: [null],
      },
      lineData: [null, 6, 7, null, 8, -1],
    };
    expect(await linesOf({ 'a.js': file })).toEqual({
      'a.js': {
        1: ['1/2', 'b', null, [[2, 7, '1/2']]],
        2: [
          '2/3',
          'b',
          null,
          [
            [0, 5, '0'],
            [9, 14, '1'],
            [20, 25, '1/2'],
          ],
        ],
        4: [8],
        5: [0],
      },
    });
  });

  test('linesCovered is a map of lines, and unreadable ones do not lose the rest', async () => {
    const { report, problems } = await readJson({ 'a.js': { linesCovered: { 3: 2, 5: 0, 0: 1, x: 1, 7: null } } });
    expect(report.files).toEqual({ 'a.js': { 3: [2], 5: [0] } });
    expect(problems.map(({ code }) => code)).toEqual(['record_unreadable']);
  });
});

const PARTIALS: Settings = {
  ...DEFAULT_SETTINGS,
  parsers: { ...DEFAULT_SETTINGS.parsers, javascript: { enablePartials: true } },
};

describe('istanbul with enable_partials', () => {
  /*
   * 1 if (x) yes();
   * 2 z = p ? one() : two();
   * 3 if (x) {
   * 4   yes(); no();
   * 5 }
   * 6 w = m || nnn;
   */
  const file = {
    statementMap: {
      0: place(1, 0, 1, 13),
      1: place(1, 7, 1, 13),
      2: place(2, 0, 2, 23),
      3: place(3, 0, 5, 1),
      4: place(4, 2, 4, 8),
      5: place(4, 9, 4, 14),
      6: place(6, 0, 6, 13),
    },
    s: { 0: 3, 1: 1, 2: 2, 3: 5, 4: 5, 5: 4, 6: 7 },
    branchMap: {
      0: { type: 'if', loc: place(1, 0, 1, 13), line: 1, locations: [place(1, 0, 1, 13), place(1, 0, 1, 13)] },
      1: { type: 'cond-expr', loc: place(2, 4, 2, 22), line: 2, locations: [place(2, 8, 2, 13), place(2, 16, 2, 21)] },
      2: { type: 'if', loc: place(3, 0, 5, 1), line: 3, locations: [place(3, 7, 5, 1), { start: {}, end: {} }] },
      3: { type: 'binary-expr', loc: place(6, 4, 6, 12), line: 6, locations: [place(6, 4, 6, 5), place(6, 9, 6, 12)] },
    },
    b: { 0: [1, 2], 1: [2, 0], 2: [5, 0], 3: [7, 6] },
    fnMap: { 0: { name: 'f', decl: at(4), loc: at(4), line: 4 } },
    f: { 0: 9 },
  };
  const lines = {
    // The statement that is the `if` shrinks to the condition `x`.
    1: [
      '2/2',
      'b',
      null,
      [
        [4, 5, 3],
        [7, 13, 1],
      ],
    ],
    2: [
      '1/2',
      'b',
      ['1'],
      [
        [8, 13, 2],
        [16, 21, 0],
      ],
    ],
    3: ['1/2', 'b', ['1']],
    4: [
      9,
      'm',
      null,
      [
        [2, 8, 5],
        [9, 14, 4],
      ],
    ],
    // `m` is one character wide: dropped.
    6: [6, 'b', null, [[9, 12, 6]]],
  };

  test('arms, statements and ifs give fractions and columns', async () => {
    expect(await linesOf({ 'a.js': file }, PARTIALS)).toEqual({ 'a.js': lines });
  });

  test('an if without loc is the place of its first arm', async () => {
    const withoutLoc = { ...file, branchMap: { 0: { ...file.branchMap[0], loc: undefined } }, b: { 0: [1, 2] } };
    expect(await linesOf({ 'a.js': withoutLoc }, PARTIALS)).toMatchObject({ 'a.js': { 1: lines[1] } });
  });

  test('it counts only where the first key ends with .js, in strict mode everywhere', async () => {
    const counts = await linesOf({ 'a.ts': file });
    expect(await linesOf({ 'a.ts': file }, PARTIALS)).toEqual(counts);
    expect(await linesOf({ 'a.ts': file }, { ...DEFAULT_SETTINGS, compat: 'strict' })).toEqual({ 'a.ts': lines });
    expect(await linesOf({ 'b.js': {}, 'a.ts': file }, PARTIALS)).toEqual({ 'a.ts': lines });
  });

  test('a bundle on one line is read in time that grows with its size only', async () => {
    const many = 20_000;
    const places = Array.from({ length: many }, (_, index) => place(1, index * 20 + 1, 1, index * 20 + 19));
    const bundle = {
      statementMap: { ...places },
      s: { ...places.map(() => 1) },
      branchMap: { ...places.map((loc) => ({ type: 'if', loc, line: 1, locations: [loc, loc] })) },
      b: { ...places.map(() => [1, 0]) },
    };
    const { report } = await readJson({ 'bundle.js': bundle }, PARTIALS);
    expect(report.files['bundle.js'][1].slice(0, 3)).toEqual(['1/2', 'b', ['1']]);
    expect(report.files['bundle.js'][1][3]).toHaveLength(many);
  });

  test('columns beyond all sense are clamped with a warning', async () => {
    const wide = { statementMap: { 0: place(1, 3, 1, 1e9) }, s: { 0: 1 } };
    const { report, problems } = await readJson({ 'a.js': wide }, PARTIALS);
    expect(report.files).toEqual({ 'a.js': { 1: [1, null, null, [[3, 1_000_000, 1]]] } });
    expect(problems.map(({ code }) => code)).toEqual(['number_clamped']);
  });
});

describe('a damaged istanbul report', () => {
  const report = JSON.stringify({ 'src/a.ts': FILE, 'src/b.ts': FILE });

  test('keeps what was read before it breaks off', async () => {
    for (const { report: read } of await expectTruncationsToRead('coverage-final.json', report)) {
      for (const lines of Object.values(read.files)) {
        for (const line of Object.keys(lines)) expect(Object.keys(FILE_LINES)).toContain(line);
      }
    }
    const { report: half, problems } = await readJson(report.slice(0, -20));
    expect(half.files['src/a.ts']).toEqual(FILE_LINES);
    expect(problems).toMatchObject([{ code: 'file_truncated', byte: report.length - 20 }]);
  });

  test('is told with the byte where it stops being JSON', async () => {
    const broken = report.replace('"src/b.ts":', '"src/b.ts" ');
    const { report: read, problems } = await readJson(broken);
    expect(read.files).toEqual({ 'src/a.ts': FILE_LINES });
    expect(problems).toMatchObject([{ code: 'file_damaged', byte: broken.indexOf('"src/b.ts"') + 11 }]);
  });

  test('never throws, whatever bytes change', async () => {
    await expectFlipsToRead('coverage-final.json', report);
    await expectFlipsToRead('coverage-final.json', JSON.stringify({ 'a.js': FILE }, null, 1), PARTIALS);
  });

  test('is not followed into endless nesting', async () => {
    const bomb = `{"a.js":${'{"data":'.repeat(100_000)}`;
    expect(await problemsOf(bomb)).toContain('file_truncated');
    const closed = `{"a.js":{"s":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect(await problemsOf(closed)).toEqual(['report_empty']);
  });
});
