import type { MapNode } from '@thatch/server/http/ui/contract/tree.ts';

/** A box of the map, in parts of its width; levels from 0. */
export interface MapBox {
  readonly node: MapNode;
  /** Its place in the answer. */
  readonly index: number;
  readonly level: number;
  readonly start: number;
  readonly width: number;
}

/**
 * An icicle: every node is as wide as its tracked lines, its children stand below it side by side, largest first. What was left out for
 * being small leaves a gap at the end. Parents come before their children.
 */
export function layMap(nodes: readonly MapNode[]): MapBox[] {
  const whole = nodes[0]?.lines ?? 0;
  if (whole === 0) return [];
  const boxes: MapBox[] = [];
  const filled: number[] = [];
  nodes.forEach((node, index) => {
    const parent = node.parent < 0 ? null : boxes[node.parent];
    const width = node.lines / whole;
    const start = parent === null ? 0 : filled[node.parent];
    if (parent !== null) filled[node.parent] = start + width;
    filled[index] = start;
    boxes.push({ node, index, level: parent === null ? 0 : parent.level + 1, start, width });
  });
  return boxes;
}

/** The colour band of a node: 0 below `low`, 4 from `high`, three equal steps between (visual-design §2). */
export function bandOf({ hits, lines }: MapNode, [low, high]: readonly [number, number]): 0 | 1 | 2 | 3 | 4 {
  const percent = lines === 0 ? 100 : (100 * hits) / lines;
  if (percent < low) return 0;
  if (percent >= high) return 4;
  return (1 + Math.min(2, Math.floor((3 * (percent - low)) / (high - low)))) as 1 | 2 | 3;
}

/** Where an arrow key leads from a box: sideways on its level, up to its parent, down to its first child; null = nowhere. */
export function boxAfterKey(boxes: readonly MapBox[], index: number, key: string): number | null {
  const { level, node } = boxes[index];
  const onLevel = boxes.filter((box) => box.level === level).toSorted((one, other) => one.start - other.start);
  const place = onLevel.findIndex((box) => box.index === index);
  if (key === 'ArrowRight') return onLevel[place + 1]?.index ?? null;
  if (key === 'ArrowLeft') return onLevel[place - 1]?.index ?? null;
  if (key === 'ArrowUp') return node.parent < 0 ? null : node.parent;
  if (key === 'ArrowDown') return boxes.find((box) => box.node.parent === index)?.index ?? null;
  return null;
}
