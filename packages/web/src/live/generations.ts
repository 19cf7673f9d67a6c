import type { LiveEvent } from './messages.ts';

/** Commits whose newest generation is remembered; the oldest are forgotten. */
const MOST_COMMITS = 1000;

/** Tells which merges are older than one already seen: a lower generation never overwrites a higher (web-ui §4.6). */
export class Generations {
  private readonly newest = new Map<unknown, number>();

  /** Whether an event says nothing that a newer one did not correct already. */
  isOutdated({ type, data }: LiveEvent): boolean {
    // Of another database, or too much was missed: numbers begin anew.
    if (type === 'reset') this.newest.clear();
    const { commit_id: commit, generation } = data;
    if (type !== 'commit.merged' || typeof generation !== 'number') return false;
    const known = this.newest.get(commit) ?? -1;
    if (generation < known) return true;
    this.newest.delete(commit);
    this.newest.set(commit, generation);
    if (this.newest.size > MOST_COMMITS) this.newest.delete(this.newest.keys().next().value);
    return false;
  }
}
