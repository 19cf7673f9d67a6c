/** At most four renders a second (web-ui §4.6). */
const FOLD_MS = 250;

/**
 * Folds bursts: the first item is passed on at once, what comes within the next quarter of a second together at its end, in order.
 */
export class Folding<Item> {
  private readonly pass: (items: readonly Item[]) => void;
  private waiting: Item[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(pass: (items: readonly Item[]) => void) {
    this.pass = pass;
  }

  add(item: Item): void {
    this.waiting.push(item);
    if (this.timer === null) this.flush();
  }

  private flush(): void {
    this.timer = null;
    if (this.waiting.length === 0) return;
    const items = this.waiting;
    this.waiting = [];
    this.timer = setTimeout(() => this.flush(), FOLD_MS);
    this.pass(items);
  }
}
