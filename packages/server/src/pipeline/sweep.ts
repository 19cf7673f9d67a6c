import type { App } from '../app.ts';
import { namedRawKeys } from '../database/queries/uploads.ts';
import { RAW_PREFIX, uploadOfRawKey } from '../objects/keys.ts';
import type { ObjectFacts } from '../objects/objects.ts';

/** Bytes are named by a row within seconds; what nobody names after a day never will be (deployment §12). */
const GRACE_MS = 24 * 3_600_000;
/** How long after the end of one walk the next begins. */
const REST_MS = 24 * 3_600_000;
/** Objects that one step looks at: a second or two, so that the other work of its minute is not held up. */
const MOST_AT_ONCE = 5000;
/** Keys that are looked up together. */
const BATCH = 500;

/**
 * Removes raw bytes that no row names: a server that was killed between storing them and saying so acknowledged nothing, and its client sent
 * them again. Walks over all of them once a day, in small steps.
 */
export class Sweeper {
  private readonly app: Pick<App, 'database' | 'objects'>;
  private walk: AsyncIterator<ObjectFacts> | null = null;
  private restsUntil = 0;

  constructor(app: Pick<App, 'database' | 'objects'>) {
    this.app = app;
  }

  /**
   * Does one step of a walk, or nothing while it rests.
   *
   * @param now in milliseconds since 1970
   * @returns how many objects were removed
   */
  async step(now: number, most: number = MOST_AT_ONCE): Promise<number> {
    if (this.walk === null && now < this.restsUntil) return 0;
    this.walk ??= this.app.objects.list(RAW_PREFIX)[Symbol.asyncIterator]();
    let removed = 0;
    for (let seen = 0; seen < most && this.walk !== null; seen += BATCH) {
      removed += await this.removeUnnamed(await this.take(Math.min(BATCH, most - seen), now));
    }
    return removed;
  }

  /** The next objects that are old enough; ends the walk behind the last. */
  private async take(count: number, now: number): Promise<string[]> {
    const keys: string[] = [];
    for (let taken = 0; taken < count && this.walk !== null; taken++) {
      const { value, done } = await this.next(this.walk);
      if (done === true) {
        this.walk = null;
        this.restsUntil = now + REST_MS;
      } else if (now - value.storedAt.getTime() > GRACE_MS) keys.push(value.key);
    }
    return keys;
  }

  // A walk that broke is begun anew at the next step.
  private async next(walk: AsyncIterator<ObjectFacts>): Promise<IteratorResult<ObjectFacts>> {
    try {
      return await walk.next();
    } catch (error) {
      this.walk = null;
      throw error;
    }
  }

  private async removeUnnamed(keys: readonly string[]): Promise<number> {
    const candidates = keys.flatMap((key) => {
      const externalId = uploadOfRawKey(key);
      return externalId === null ? [] : [{ key, externalId }];
    });
    const named = await namedRawKeys(this.app.database.kysely, candidates);
    const orphans = candidates.filter(({ key }) => !named.has(key));
    for (const { key } of orphans) await this.app.objects.delete(key);
    return orphans.length;
  }
}
