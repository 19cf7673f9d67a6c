import type { MapNode } from '@thatch/server/http/ui/contract/tree.ts';
import { expect, test } from 'vitest';
import { bandOf, boxAfterKey, layMap } from './layout.ts';

const node = (name: string, parent: number, lines: number, hits = lines): MapNode => ({
  kind: 'folder',
  name,
  path: name,
  parent,
  lines,
  hits,
  partials: 0,
  misses: lines - hits,
  coverage: null,
});
const NODES = [node('', -1, 100), node('a', 0, 60), node('b', 0, 30), node('a/x', 1, 45), node('b/y', 2, 30)];

test('boxes are as wide as their lines, below their folder, side by side', () => {
  expect(layMap(NODES).map(({ level, start, width }) => [level, start, width])).toEqual([
    [0, 0, 1],
    [1, 0, 0.6],
    [1, 0.6, 0.3],
    [2, 0, 0.45],
    [2, 0.6, 0.3],
  ]);
});

test('without lines there is nothing to draw', () => {
  expect(layMap([])).toEqual([]);
  expect(layMap([node('', -1, 0)])).toEqual([]);
});

test('bands go from below the range over three equal steps to above it', () => {
  const bands = [0, 59.9, 60, 66, 67, 74, 80, 100].map((percent) => bandOf(node('a', 0, 1000, percent * 10), [60, 80]));
  expect(bands).toEqual([0, 0, 1, 1, 2, 3, 4, 4]);
});

test('arrow keys lead to neighbours on the level, to the folder and into it', () => {
  const boxes = layMap(NODES);
  expect(boxAfterKey(boxes, 3, 'ArrowRight')).toBe(4);
  expect(boxAfterKey(boxes, 4, 'ArrowRight')).toBeNull();
  expect(boxAfterKey(boxes, 2, 'ArrowLeft')).toBe(1);
  expect(boxAfterKey(boxes, 4, 'ArrowUp')).toBe(2);
  expect(boxAfterKey(boxes, 0, 'ArrowUp')).toBeNull();
  expect(boxAfterKey(boxes, 1, 'ArrowDown')).toBe(3);
  expect(boxAfterKey(boxes, 3, 'ArrowDown')).toBeNull();
});
