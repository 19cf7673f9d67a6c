import { describe, expect, test } from 'vitest';
import { expectFlipsToRead, expectTruncationsToRead } from '../../test/support/damage.ts';
import { linesOf, readJson } from '../../test/support/read-json.ts';

describe("SimpleCov's first JSON formatter", () => {
  test('the first element is line 1, nulls are lines without class, ignored ones are skipped', async () => {
    const files = [
      { filename: 'lib/a.rb', coverage: [1, null, 0, 'ignored', '7'] },
      { coverage: { branches: {}, lines: [null, 3] }, filename: 'lib/b.rb' },
    ];
    const { detected, report } = await readJson({ command_name: 'RSpec', files });
    expect(detected).toBe('json/simplecov');
    expect(report.files).toEqual({
      'lib/a.rb': { 1: [1], 2: [], 3: [0], 4: [-1], 5: [7] },
      'lib/b.rb': { 1: [], 2: [3] },
    });
    expect(report.totals).toMatchObject({ lines: 4, hits: 3, misses: 1 });
  });

  test('any command is read, and the version alone tells too', async () => {
    const files = [{ filename: 'a.rb', coverage: [1] }];
    expect((await readJson({ command_name: 'Unit Tests', files })).detected).toBe('json/simplecov');
    expect((await readJson({ meta: { simplecov_version: '0.16' }, files })).detected).toBe('json/simplecov');
    expect((await readJson({ command_name: 'make', files: {} })).detected).toBeNull();
  });

  test('a file without name or coverage is left out, an unreadable value loses only its line', async () => {
    const files = [{ filename: 'a.rb' }, { coverage: [1] }, 5, { filename: 'b.rb', coverage: [1, {}, 'x', [2], 0] }];
    const { report, problems } = await readJson({ command_name: 'RSpec', files });
    expect(report.files).toEqual({ 'b.rb': { 1: [1], 5: [0] } });
    expect(problems).toMatchObject([{ code: 'record_unreadable', count: 3 }]);
  });

  test('whatever is cut or changed, it is read or explained', async () => {
    const report = JSON.stringify({
      command_name: 'RSpec',
      files: [
        { filename: 'lib/a.rb', coverage: [1, null, 0, 'ignored'] },
        { filename: 'lib/b.rb', coverage: { lines: [1, 22] } },
      ],
    });
    for (const { report: read } of await expectTruncationsToRead('coverage.json', report)) {
      // A number that is cut is not the smaller number.
      expect(read.files['lib/b.rb']?.[2]).toSatisfy(
        (line: unknown) => line === undefined || JSON.stringify(line) === '[22]',
      );
    }
    await expectFlipsToRead('coverage.json', report);
  });

  test('a report without files is empty', async () => {
    expect(await linesOf({ command_name: 'RSpec', files: [] })).toEqual({});
  });
});
