/** Area of a square. */
export function squareArea(side: number): number {
  if (side < 0) {
    throw new RangeError('a side cannot be negative');
  }
  return side * side;
}
