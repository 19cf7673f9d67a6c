/** Rows that this process works on at this moment, so that no row is worked on twice at once where two ways lead to it. */
export class InHand {
  private readonly rows = new Map<number, number>();

  /** Works on a row. */
  async during(row: number, work: () => Promise<void>): Promise<void> {
    this.rows.set(row, (this.rows.get(row) ?? 0) + 1);
    try {
      await work();
    } finally {
      const others = this.rows.get(row)! - 1;
      if (others === 0) this.rows.delete(row);
      else this.rows.set(row, others);
    }
  }

  /** Those that somebody works on. */
  all(): number[] {
    return [...this.rows.keys()];
  }
}
