import { expect, test } from 'vitest';
import { compareInTree } from './neighbours.ts';

test('files of a tree are ordered with folders first, each by its own name', () => {
  const ordered = [
    'src/a/z.ts',
    'src/a-b/x.ts',
    'src/b/deep/one.ts',
    'src/b/a.ts',
    'src/b.ts',
    'src/z.ts',
    'a.ts',
    'src.ts',
  ];
  expect(ordered.toReversed().sort(compareInTree)).toEqual(ordered);
  expect(compareInTree('src/a.ts', 'src/a.ts')).toBe(0);
});
