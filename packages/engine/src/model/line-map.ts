/**
 * What is known of some lines of a file. As reports name lines in ascending order, it is two arrays; the first line that comes out of
 * order, or is taken out, makes it a map, so that no order is slow.
 */
export class LineMap<Value> {
  private lines: number[] = [];
  private values: Value[] = [];
  private map: Map<number, Value> | null = null;
  /** Where the line that is asked for next most likely is. */
  private hint = 0;

  /** Number of lines. */
  get size(): number {
    return this.map === null ? this.lines.length : this.map.size;
  }

  get(line: number): Value | undefined {
    if (this.map !== null) return this.map.get(line);
    const index = this.indexOf(line);
    return index < 0 ? undefined : this.values[index];
  }

  has(line: number): boolean {
    return this.map === null ? this.indexOf(line) >= 0 : this.map.has(line);
  }

  set(line: number, value: Value): void {
    const { lines, values } = this;
    if (this.map === null && (lines.length === 0 || line > lines[lines.length - 1])) {
      lines.push(line);
      values.push(value);
      return;
    }
    this.asMap().set(line, value);
  }

  delete(line: number): void {
    if (this.has(line)) this.asMap().delete(line);
  }

  clear(): void {
    if (this.size === 0) return;
    this.lines = [];
    this.values = [];
    this.map = null;
    this.hint = 0;
  }

  /** Calls `take` with each line, ascending. */
  forEach(take: (line: number, value: Value) => void): void {
    if (this.map === null) {
      for (let index = 0; index < this.lines.length; index++) take(this.lines[index], this.values[index]);
      return;
    }
    const { map } = this;
    for (const line of [...map.keys()].sort((left, right) => left - right)) take(line, map.get(line)!);
  }

  private indexOf(line: number): number {
    const { lines } = this;
    let index = this.hint;
    if (lines[index] !== line) {
      let high = lines.length;
      index = 0;
      while (index < high) {
        const middle = (index + high) >>> 1;
        if (lines[middle] < line) index = middle + 1;
        else high = middle;
      }
      if (lines[index] !== line) return -1;
    }
    this.hint = index + 1;
    return index;
  }

  private asMap(): Map<number, Value> {
    if (this.map === null) {
      this.map = new Map(this.lines.map((line, index) => [line, this.values[index]]));
      this.lines = [];
      this.values = [];
    }
    return this.map;
  }
}
