import { round } from './round.ts';

/** Area of a square, to two decimals. */
export function squareArea(side: number): number {
  if (side < 0) {
    throw new RangeError('a side cannot be negative');
  }
  return round(side * side, 2);
}
