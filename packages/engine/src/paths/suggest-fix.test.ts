import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { nearestPaths, suggestFix, tryFixes } from './suggest-fix.ts';

const tree = { network: ['src/lib/a.ts', 'src/lib/b.ts', 'src/main.ts', 'README.md'], settings: DEFAULT_SETTINGS };

describe('trying rules', () => {
  test('counts what becomes a file of the tree, and shows how', () => {
    const trial = tryFixes(['out/x/lib/a.ts', 'out/x/lib/b.ts', 'out/x/none.ts'], ['out/x/::src/'], tree);
    expect(trial).toEqual({
      matched: 2,
      total: 3,
      examples: [
        { written: 'out/x/lib/a.ts', path: 'src/lib/a.ts' },
        { written: 'out/x/lib/b.ts', path: 'src/lib/b.ts' },
      ],
    });
  });

  test('a rule that leads to no file matches nothing', () => {
    expect(tryFixes(['out/a.ts'], ['out/::elsewhere/'], tree).matched).toBe(0);
  });

  test('what is no rule changes nothing', () => {
    expect(tryFixes(['out/none.ts'], ['out/', '', '::'], tree)).toEqual({ matched: 0, total: 1, examples: [] });
  });
});

describe('suggesting a rule', () => {
  test('is the shortest prefix that matches most paths', () => {
    const suggestion = suggestFix(['dist/js/lib/a.ts', 'dist/js/lib/b.ts', 'dist/js/main.ts', 'gone/main.ts'], tree);
    expect(suggestion).toMatchObject({ rule: 'dist/js/::src/', matched: 3, total: 4 });
  });

  test('is none for a single path', () => {
    expect(suggestFix(['dist/js/lib/a.ts', 'other/x.ts'], tree)).toBeNull();
  });

  test('is none where no file has the name', () => {
    expect(suggestFix(['dist/p.ts', 'dist/q.ts'], tree)).toBeNull();
  });

  test('may be a folder that is missing before all paths', () => {
    const network = [
      'packages/app/lib/a.ts',
      'packages/app/lib/b.ts',
      'packages/old/lib/a.ts',
      'packages/old/lib/b.ts',
    ];
    expect(suggestFix(['lib/a.ts', 'lib/b.ts'], { ...tree, network })).toMatchObject({
      rule: 'lib/::packages/app/lib/',
      matched: 2,
    });
  });

  test('paths full of signs of patterns are no danger', () => {
    const paths = ['(((a+)+)+/[x/main.ts', '(((a+)+)+/[x/lib/a.ts', '**/{a,b}/main.ts'];
    expect(() => suggestFix(paths, tree)).not.toThrow();
  });
});

test('files of the same name are named, the most similar first', () => {
  const network = ['src/other/a.ts', 'src/lib/a.ts'];
  expect(nearestPaths(['build/lib/a.ts', 'x.ts'], network)).toEqual([
    { path: 'build/lib/a.ts', nearest: ['src/lib/a.ts', 'src/other/a.ts'] },
    { path: 'x.ts', nearest: [] },
  ]);
});
