/**
 * At most about `most` of many points in their order, so that a line through them looks the same: of every stretch its first, its least and
 * its greatest are kept, a gap as one point without a value; the last point always (web-ui §4.3).
 */
export function thinOut<Point>(
  points: readonly Point[],
  most: number,
  valueOf: (point: Point) => number | null,
): readonly Point[] {
  if (points.length <= most) return points;
  // Four of each stretch can be kept.
  const stretch = Math.ceil(points.length / Math.max(1, Math.floor((most - 1) / 4)));
  const kept = new Set<number>();
  for (let start = 0; start < points.length; start += stretch) {
    kept.add(start);
    let least = -1;
    let greatest = -1;
    let gap = -1;
    for (let index = start; index < Math.min(start + stretch, points.length); index++) {
      const value = valueOf(points[index]);
      if (value === null) {
        gap = index;
        continue;
      }
      if (least < 0 || value < valueOf(points[least])!) least = index;
      if (greatest < 0 || value > valueOf(points[greatest])!) greatest = index;
    }
    for (const index of [least, greatest, gap]) if (index >= 0) kept.add(index);
  }
  kept.add(points.length - 1);
  return [...kept].sort((one, other) => one - other).map((index) => points[index]);
}
