import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type PathSettings, type Settings } from '../settings.ts';
import { PathFilter } from './path-filter.ts';
import { PathResolver } from './resolver.ts';

interface Cases {
  readonly network: string[];
  readonly resolve: [written: string, expected: string | null][];
  readonly default_fixes_disabled: [written: string, expected: string][];
  readonly fixes: { fixes: string[]; network: string[]; in: string; out: string | null }[];
  readonly base_path_aware: {
    report_path: string | null;
    source_roots: string[] | null;
    in: string;
    out: string | null;
  }[];
  readonly includes: { patterns: string[]; in: string; out: string | null }[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/paths.json'), 'utf8'),
) as Cases;

function settingsWith(paths: Partial<PathSettings>, compat: Settings['compat'] = 'codecov'): Settings {
  return { ...DEFAULT_SETTINGS, compat, paths: { ...DEFAULT_SETTINGS.paths, ...paths } };
}

interface Question {
  readonly network?: readonly string[] | null;
  readonly settings?: Settings;
  readonly fileName?: string;
  readonly roots?: readonly string[];
}

function ask(
  written: string,
  { network = null, settings = DEFAULT_SETTINGS, fileName = '', roots = [] }: Question = {},
): {
  path: string | null;
  reason: string | null;
  rule: string | null;
} {
  const resolution = new PathResolver({ network, settings }).resolve(
    { path: written, candidates: [written] },
    { fileName, roots },
  );
  const { rule } = resolution;
  return resolution.kind === 'kept'
    ? { path: resolution.path, reason: null, rule }
    : { path: null, reason: resolution.reason, rule };
}

describe('paths as observed', () => {
  test.each(cases.resolve)('%s is found in the file list as %s', (written, expected) => {
    expect(ask(written, { network: cases.network }).path).toBe(expected);
  });

  test.each(cases.default_fixes_disabled)('%s stays %s without default fixes', (written, expected) => {
    const settings = settingsWith({ disableDefaultFixes: true });
    expect(ask(written, { network: cases.network, settings }).path).toBe(expected);
  });

  test.each(cases.fixes)(
    'fixes $fixes with files $network turn $in into $out',
    ({ fixes, network, in: written, out }) => {
      const list = network.length === 0 ? null : network;
      expect(ask(written, { network: list, settings: settingsWith({ fixes }) }).path).toBe(out);
    },
  );

  test.each(cases.base_path_aware)('$in of the report $report_path with roots $source_roots is $out', (each) => {
    const { report_path: fileName, source_roots: roots, in: written, out } = each;
    expect(ask(written, { network: cases.network, fileName: fileName ?? '', roots: roots ?? [] }).path).toBe(out);
  });

  test.each(cases.includes)('patterns $patterns make $in $out', ({ patterns, in: path, out }) => {
    expect(new PathFilter(patterns, 'codecov').decide(path).isWanted ? path : null).toBe(out);
  });
});

describe('the order of the list', () => {
  test('earlier questions do not change later answers', () => {
    const network = ['main.c', 'lib/src/main.c', 'app/other/main.c'];
    const resolver = new PathResolver({ network, settings: DEFAULT_SETTINGS });
    const find = (path: string): unknown => resolver.resolve({ path, candidates: [path] }, { fileName: '', roots: [] });
    const before = find('x/main.c');
    find('x/src/main.c');
    find('x/other/main.c');
    expect(find('x/main.c')).toEqual(before);
    expect(before).toMatchObject({ path: 'main.c' });
  });

  test('of files that differ in case only, the one spelled most like the question is meant', () => {
    const network = ['src/Util.ts', 'src/util.ts', 'src/UTIL.ts'];
    expect(ask('/build/src/Util.ts', { network }).path).toBe('src/Util.ts');
    expect(ask('/build/src/UTIL.ts', { network }).path).toBe('src/UTIL.ts');
  });

  test('listed files whose names begin with a dot are found under their own name', () => {
    const network = ['.eslintrc.js', '.github/run.py', 'a/.b/c.js'];
    for (const path of network) expect(ask(path, { network }).path).toBe(path);
    expect(ask('./.eslintrc.js', { network }).path).toBe('.eslintrc.js');
  });
});

describe('what leaves the repository', () => {
  test.each([['a/../../b.c'], ['x/../../../etc/passwd'], ['a\0b.c'], ['..\\a\\..\\..\\b.c']])(
    '%j is dropped as outside',
    (written) => {
      expect(ask(written)).toEqual({ path: null, reason: 'outside', rule: null });
    },
  );

  test('a leading ../ of an out-of-tree build is only cut', () => {
    expect(ask('../../src/a.c').path).toBe('src/a.c');
    expect(ask('build/../../src/main.py', { network: cases.network }).path).toBe('src/main.py');
  });

  test('a rule of the user cannot lead out', () => {
    expect(ask('a/x.c', { settings: settingsWith({ fixes: ['a/::../../'] }) })).toEqual({
      path: null,
      reason: 'outside',
      rule: 'a/::../../',
    });
  });

  test('an absurdly long path belongs to no repository', () => {
    expect(ask('a/'.repeat(50_000) + 'x.c').reason).toBe('not_in_repo');
  });
});

describe('rules of the user', () => {
  test.each([
    [['x::y', 'one/::'], 'two/one/z.c', 'two/one/z.c'],
    [['a/*::b'], 'a/q/z.c', 'b/z.c'],
    [['/opt/x/::lib/'], '/opt/x/z.c', 'lib/z.c'],
    [['C:\\build\\::src/'], 'C:\\build\\z.c', 'src/z.c'],
    [['(a|b)/::x/', '(c|d)/::y/'], 'd/z.c', 'y/z.c'],
    [['::one', '::two/'], 'z.c', 'one/two/z.c'],
    [['src/::first/', 'src/::second/'], 'src/z.c', 'first/z.c'],
    [['c++/::cpp/'], 'c++/z.c', 'cpp/z.c'],
    [['c++/::cpp/'], 'ccc/z.c', 'ccc/z.c'],
    [['(abc::x'], '(abc/z.c', 'x/z.c'],
    [['home/runner/work/([^/]+)/\\1/::'], 'home/runner/work/r/r/z.c', 'z.c'],
    [['a::b::c'], 'a/z.c', 'b/z.c'],
    [['::', 'nothing'], 'z.c', 'z.c'],
  ])('%j turn %s into %s', (fixes, written, expected) => {
    expect(ask(written, { settings: settingsWith({ fixes }) }).path).toBe(expected);
  });

  test('the rule that fired is told as the user wrote it', () => {
    expect(ask('a/x.c', { settings: settingsWith({ fixes: ['q::r', 'a/::b/'] }) }).rule).toBe('a/::b/');
    expect(ask('a/x.c', { settings: settingsWith({ ignore: ['b', 'a'] }) })).toEqual({
      path: null,
      reason: 'ignored_by_config',
      rule: '!a',
    });
  });

  test('ignore and paths of a flag act beside the global ignore', () => {
    const settings = settingsWith({ ignore: ['**/gen/*'], flags: [{ paths: ['src/', 'lib/'], ignore: ['src/old'] }] });
    expect(ask('src/a.c', { settings }).path).toBe('src/a.c');
    expect(ask('src/old/a.c', { settings }).reason).toBe('ignored_by_config');
    expect(ask('lib/gen/a.c', { settings }).reason).toBe('ignored_by_config');
    expect(ask('doc/a.c', { settings }).reason).toBe('ignored_by_config');
  });

  test('ignore .* ignores everything only behind the switch', () => {
    expect(ask('a.c', { settings: settingsWith({ ignore: ['.*'] }) }).path).toBe('a.c');
    expect(ask('a.c', { settings: settingsWith({ ignore: ['.*'] }, 'strict') }).reason).toBe('ignored_by_config');
  });

  test('root is cut and prefix is put before every path', () => {
    expect(ask('/builds/app/src/a.c', { settings: settingsWith({ root: '/builds/app' }) }).path).toBe('src/a.c');
    expect(ask('/builds/application/a.c', { settings: settingsWith({ root: '/builds/app' }) }).path).toBe(
      'builds/application/a.c',
    );
    expect(ask('src/a.c', { settings: settingsWith({ prefix: 'web/' }) }).path).toBe('web/src/a.c');
    expect(ask('C:\\ci\\a.c', { settings: settingsWith({ root: 'C:\\ci\\', prefix: 'win' }) }).path).toBe('win/a.c');
  });

  test('the work folder of GitHub Actions is known behind the switch', () => {
    expect(ask('/home/runner/work/r/r/src/a.ts', { settings: settingsWith({}, 'strict') }).path).toBe('src/a.ts');
  });
});

describe('candidates', () => {
  test('the first that is kept wins', () => {
    const resolver = new PathResolver({ network: ['core/src/A.java', 'src/A.java'], settings: DEFAULT_SETTINGS });
    const source = { path: 'A.java', candidates: ['nowhere/x/A.java', 'core/src/A.java', 'src/A.java'] };
    expect(resolver.resolve(source, { fileName: '', roots: [] })).toMatchObject({
      kind: 'kept',
      path: 'core/src/A.java',
    });
  });
});

describe('invariants of path fixing', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'A',
    'src',
    'Src',
    'lib',
    'index.ts',
    'main.c',
    'Main.c',
    '.x',
    '.github',
    'c d',
    'é.ts',
  );
  const listed = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const lists = fc.array(listed, { minLength: 1, maxLength: 12 });
  const piece = fc.oneof(name, fc.constantFrom('..', '.', '', 'build', 'C:', '**', '\\', ' '));
  const written = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));

  test('a kept path is always one of the list', () => {
    fc.assert(
      fc.property(lists, written, (network, path) => {
        const answer = ask(path, { network });
        expect(answer.path === null || network.includes(answer.path)).toBe(true);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  test('its own results are fixed points', () => {
    fc.assert(
      fc.property(lists, written, (network, path) => {
        for (const result of [ask(path, { network }).path, network[0]])
          if (result !== null) expect(ask(result, { network }).path).toBe(result);
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  test('the order of the list and what was asked before do not matter', () => {
    fc.assert(
      fc.property(lists, fc.array(written, { minLength: 1, maxLength: 6 }), (network, paths) => {
        // Files that differ in case only are the documented tie: the last listed wins.
        const unique = [...new Map(network.map((path) => [path.toLowerCase(), path])).values()];
        const reversed = new PathResolver({ network: [...unique].reverse(), settings: DEFAULT_SETTINGS });
        for (const path of paths) {
          const answer = reversed.resolve({ path, candidates: [path] }, { fileName: '', roots: [] });
          expect(answer.kind === 'kept' ? answer.path : null).toBe(ask(path, { network: unique }).path);
        }
      }),
      { numRuns: 300, seed: 13 },
    );
  });

  test('without a list nothing that is kept leaves the repository', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.string({ maxLength: 30 })), (path) => {
        const answer = ask(path);
        if (answer.path !== null) expect(answer.path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|\0/);
      }),
      { numRuns: 1000, seed: 14 },
    );
  });
});
