import { describe, expect, test } from 'vitest';
import { PathIndex } from './path-index.ts';

const PATHS = [
  'docs/lcov.md',
  'src/formats/jacoco.ts',
  'src/formats/lcov-branches.ts',
  'src/formats/lcov.ts',
  'src/viewer/CodeViewer.tsx',
  'src/viewer/code-mirror-view.ts',
  'test/covers.ts',
  'test/self/legacy.ts',
];
const index = new PathIndex(PATHS, [0, 5, 1, 18, 2, 0, 0, 0]);
const found = (text: string) => index.search(text, 10).map(({ path }) => path);

describe('paths are found', () => {
  test('by initials of the words of a file name', () => {
    expect(found('cv')[0]).toBe('src/viewer/CodeViewer.tsx');
    expect(found('CV')[0]).toBe('src/viewer/CodeViewer.tsx');
  });

  test('by initials of folders and file', () => {
    expect(found('sfl')[0]).toBe('src/formats/lcov.ts');
  });

  test('by the name before the path', () => {
    expect(found('lcov')).toEqual(['docs/lcov.md', 'src/formats/lcov.ts', 'src/formats/lcov-branches.ts']);
    expect(found('formats')).toHaveLength(3);
  });

  test('by a part of the path with slashes', () => {
    expect(found('formats/lcov')[0]).toBe('src/formats/lcov.ts');
  });

  test('by several words in their order', () => {
    expect(found('src lcov')).toContain('src/formats/lcov.ts');
  });

  test('by letters with others between, after everything else', () => {
    expect(found('jcco')).toEqual(['src/formats/jacoco.ts']);
  });

  test('not when nothing fits', () => {
    expect(found('zzzz')).toEqual([]);
  });

  test('in their order without a text, only as many as wanted', () => {
    expect(index.search('  ', 2).map(({ path }) => path)).toEqual(PATHS.slice(0, 2));
  });
});

test('typing letter by letter finds what the whole text finds', () => {
  for (const text of ['lcov-b', 'sfl', 'code-mi', 'covers.ts', 'src lcov']) {
    const fresh = new PathIndex(
      PATHS,
      PATHS.map(() => 0),
    );
    const typed = new PathIndex(
      PATHS,
      PATHS.map(() => 0),
    );
    for (let length = 1; length < text.length; length++) typed.search(text.slice(0, length), 10);
    expect(typed.search(text, 10)).toEqual(fresh.search(text, 10));
  }
});

test('among equal names the one with more missed lines goes first', () => {
  const twins = new PathIndex(['a/index.ts', 'b/index.ts', 'c/index.ts'], [0, 7, 3]);
  expect(twins.search('index', 3).map(({ path }) => path)).toEqual(['b/index.ts', 'c/index.ts', 'a/index.ts']);
});

test('a hit says what matched', () => {
  const marked = (text: string) => {
    const [{ path, matches }] = index.search(text, 1);
    return matches.map(([start, end]) => path.slice(start, end));
  };
  expect(marked('cv')).toEqual(['C', 'V']);
  expect(marked('sfl')).toEqual(['s', 'f', 'l']);
  expect(marked('jacoco')).toEqual(['jacoco']);
});

test('signs that mean something in patterns are only signs', () => {
  const odd = new PathIndex(['a/[id].ts', 'a/(x|y)+.ts', 'a/$&.ts'], [0, 0, 0]);
  expect(odd.search('[id', 3)[0].path).toBe('a/[id].ts');
  expect(odd.search('(x|', 3)[0].path).toBe('a/(x|y)+.ts');
  expect(odd.search('$&', 3)[0].path).toBe('a/$&.ts');
});
