/**
 * How alike two texts are, 0 … 1: twice the length of the matching blocks over the sum of both lengths, where the longest block is
 * taken first and the rest on both sides after it (the measure of Python's difflib, report-model §7.1 step 4). Only the last
 * {@link COMPARED} characters count, which bounds the time.
 */
export function similarity(left: string, right: string): number {
  const first = left.slice(-COMPARED);
  const second = right.slice(-COMPARED);
  if (first.length + second.length === 0) return 1;
  return (2 * matching(first, 0, first.length, second, 0, second.length)) / (first.length + second.length);
}

const COMPARED = 256;

function matching(first: string, a: number, aEnd: number, second: string, b: number, bEnd: number): number {
  const { length, atFirst, atSecond } = longestBlock(first, a, aEnd, second, b, bEnd);
  if (length === 0) return 0;
  return (
    length +
    matching(first, a, atFirst, second, b, atSecond) +
    matching(first, atFirst + length, aEnd, second, atSecond + length, bEnd)
  );
}

function longestBlock(
  first: string,
  a: number,
  aEnd: number,
  second: string,
  b: number,
  bEnd: number,
): { length: number; atFirst: number; atSecond: number } {
  let best = { length: 0, atFirst: a, atSecond: b };
  let before = new Uint16Array(bEnd - b + 1);
  for (let i = a; i < aEnd; i++) {
    const current = new Uint16Array(bEnd - b + 1);
    for (let j = b; j < bEnd; j++) {
      if (first.charCodeAt(i) !== second.charCodeAt(j)) continue;
      const length = before[j - b] + 1;
      current[j - b + 1] = length;
      if (length > best.length) best = { length, atFirst: i - length + 1, atSecond: j - length + 1 };
    }
    before = current;
  }
  return best;
}
