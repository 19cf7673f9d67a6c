import { emptyTotals } from '@thatch/engine';
import { expect, test } from 'vitest';
import { presentTree, type TreeNode } from './tree.ts';

/** Files of so many hits of so many lines, in the order of a report. */
function filesOf(files: Readonly<Record<string, readonly [hits: number, lines: number]>>) {
  return Object.entries(files)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, [hits, lines]]) => ({ path, totals: { ...emptyTotals(), hits, lines, misses: lines - hits } }));
}

const names = (nodes: readonly TreeNode[]) => nodes.map(({ name }) => name);

test('29: the example of the specification', () => {
  const files = filesOf({ 'src/core/merge.ts': [5, 8], 'cli.ts': [1, 1] });
  const merge = {
    name: 'merge.ts',
    full_path: 'src/core/merge.ts',
    coverage: 62.5,
    lines: 8,
    hits: 5,
    partials: 0,
    misses: 3,
  };
  expect(presentTree(files, { path: '', depth: 2 })).toEqual([
    { name: 'cli.ts', full_path: 'cli.ts', coverage: 100, lines: 1, hits: 1, partials: 0, misses: 0 },
    { ...merge, name: 'src/core', full_path: 'src/core', children: [merge] },
  ]);
});

test('29: a directory with one file is not flattened into it', () => {
  expect(names(presentTree(filesOf({ 'a/b/c.ts': [1, 1] }), { path: '', depth: 1 }))).toEqual(['a/b']);
});

test('29: coverage is not rounded, and 0 without lines', () => {
  const [none, third] = presentTree(filesOf({ 'a.ts': [0, 0], 'b.ts': [1, 3] }), { path: '', depth: 1 });
  expect(none.coverage).toBe(0);
  expect(third.coverage).toBe(100 / 3);
});

test('a file and a directory of one name stand side by side', () => {
  const tree = presentTree(filesOf({ a: [1, 1], 'a/b': [1, 2] }), { path: '', depth: 1 });
  expect(tree.map(({ full_path, lines }) => [full_path, lines])).toEqual([
    ['a', 1],
    ['a', 2],
  ]);
});

test('names that objects have by themselves are names like others', () => {
  const tree = presentTree(filesOf({ '__proto__/x': [1, 1], 'constructor/y': [1, 1] }), { path: '', depth: 1 });
  expect(names(tree)).toEqual(['__proto__', 'constructor']);
});

test('thousands of nested directories are one node', () => {
  const path = `${'d/'.repeat(5000)}file`;
  const [node] = presentTree(filesOf({ [path]: [1, 2] }), { path: '', depth: 10_000 });
  expect(node.full_path).toBe(path.slice(0, -5));
  expect(node.children).toHaveLength(1);
});
