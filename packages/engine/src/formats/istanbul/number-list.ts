/** A growing list of numbers that is filled again for file after file. */
export class NumberList {
  items = new Float64Array(64);
  length = 0;

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.length === this.items.length) this.grow();
    this.items[this.length++] = value;
  }

  private grow(): void {
    const items = new Float64Array(this.items.length * 2);
    items.set(this.items);
    this.items = items;
  }
}
