import { TOKEN_CLASSES, type TokenClass } from '../pieces.ts';

/** Coloured stretches of a whole text, three numbers each: start, end (characters), number of the class in `TOKEN_CLASSES`. In order. */
export class Spans {
  private numbers = new Uint32Array(3 * 1024);
  private length = 0;

  /** Adds one; what is plain or empty is left out, neighbours of one class become one. */
  add(start: number, end: number, kind: TokenClass): void {
    if (kind === '' || end <= start) return;
    const number = TOKEN_CLASSES.indexOf(kind);
    const { length } = this;
    if (length > 0 && this.numbers[length - 1] === number && this.numbers[length - 2] === start) {
      this.numbers[length - 2] = end;
      return;
    }
    if (length === this.numbers.length) {
      const larger = new Uint32Array(length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set([start, end, number], length);
    this.length += 3;
  }

  /** The numbers; a view. */
  get all(): Uint32Array {
    return this.numbers.subarray(0, this.length);
  }
}

/** Where each line begins in a text, and behind the last one where the text ends. */
export function lineStarts(text: string): Uint32Array {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  starts.push(text.length + 1);
  return Uint32Array.from(starts);
}

/**
 * The stretches of some lines, four numbers each: index of the line from 0, start and end column, number of the class. A stretch over
 * several lines is cut at their ends.
 */
export function spansOfLines(
  spans: Uint32Array,
  starts: Uint32Array,
  from: number,
  to: number,
): Uint32Array<ArrayBuffer> {
  const found: number[] = [];
  let span = firstEndingAfter(spans, starts[from]);
  for (let line = from; line < Math.min(to, starts.length - 1); line++) {
    const start = starts[line];
    const end = starts[line + 1] - 1;
    while (span < spans.length && spans[span + 1] <= start) span += 3;
    for (let at = span; at < spans.length && spans[at] < end; at += 3) {
      found.push(line, Math.max(spans[at], start) - start, Math.min(spans[at + 1], end) - start, spans[at + 2]);
    }
  }
  return Uint32Array.from(found);
}

/** Place of the first stretch that ends after a character. */
function firstEndingAfter(spans: Uint32Array, character: number): number {
  let low = 0;
  let high = spans.length / 3;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle * 3 + 1] <= character) low = middle + 1;
    else high = middle;
  }
  return low * 3;
}
