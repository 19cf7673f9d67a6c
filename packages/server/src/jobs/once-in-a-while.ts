const QUIET_MS = 60_000;
/** More different texts than a fault has; one that makes ever new ones is told whole. */
const MOST_KEPT = 200;

/**
 * Lets the same news through once a minute: in an outage each connection fails each second, and a log of that says nothing and fills a
 * disk.
 */
export class OnceInAWhile {
  private readonly toldAt = new Map<string, number>();

  /**
   * Whether a text is to be told.
   *
   * @param now in milliseconds, of any clock that only goes forward
   */
  isDue(text: string, now: number): boolean {
    const last = this.toldAt.get(text);
    if (last !== undefined && now - last < QUIET_MS) return false;
    if (this.toldAt.size >= MOST_KEPT) this.toldAt.clear();
    this.toldAt.set(text, now);
    return true;
  }
}
