/** Where rows stand, in pixels from the top of the first. */
export interface RowLayout {
  readonly total: number;
  readonly topOf: (row: number) => number;
  /** The row at a height; the first or last for heights outside. */
  readonly rowAt: (top: number) => number;
}

/** A gap below a row, for what is opened there. */
export interface Gap {
  readonly row: number;
  readonly height: number;
}

/** Rows of one height, with at most one gap: no memory a row, whatever their number. */
export function fixedLayout(rows: number, height: number, gap: Gap | null = null): RowLayout {
  const open = gap === null ? { row: rows, height: 0 } : gap;
  return {
    total: rows * height + (open.row < rows ? open.height : 0),
    topOf: (row) => row * height + (row > open.row ? open.height : 0),
    rowAt: (top) => {
      const end = (open.row + 1) * height;
      const beyond = top < end ? top : Math.max(end - 1, top - open.height);
      return Math.max(0, Math.min(rows - 1, Math.floor(beyond / height)));
    },
  };
}

/**
 * Rows whose heights are found out as they are shown, as with wrapped lines. A tree of sums (Fenwick): one height changes, and any row is
 * found, in as many steps as the number of rows has binary digits.
 */
export class MeasuredLayout implements RowLayout {
  private readonly heights: Float64Array;
  private readonly sums: Float64Array;
  private readonly rows: number;
  private readonly highestStep: number;
  private sum: number;

  /** `estimate`: the height of rows that were not shown yet. */
  constructor(rows: number, estimate: number) {
    this.rows = rows;
    this.heights = new Float64Array(rows).fill(estimate);
    this.sums = new Float64Array(rows + 1);
    for (let index = 1; index <= rows; index++) this.sums[index] = (index & -index) * estimate;
    this.sum = rows * estimate;
    this.highestStep = rows === 0 ? 0 : 2 ** Math.floor(Math.log2(rows));
  }

  get total(): number {
    return this.sum;
  }

  /** Notes a height; returns by how much it differs from what was known. */
  measure(row: number, height: number): number {
    const difference = height - this.heights[row];
    if (difference === 0) return 0;
    this.heights[row] = height;
    this.sum += difference;
    for (let index = row + 1; index <= this.rows; index += index & -index) this.sums[index] += difference;
    return difference;
  }

  topOf(row: number): number {
    let top = 0;
    for (let index = row; index > 0; index -= index & -index) top += this.sums[index];
    return top;
  }

  rowAt(top: number): number {
    let row = 0;
    let left = top;
    for (let step = this.highestStep; step >= 1; step /= 2) {
      if (row + step > this.rows || this.sums[row + step] > left) continue;
      row += step;
      left -= this.sums[row];
    }
    return Math.max(0, Math.min(this.rows - 1, row));
  }
}
