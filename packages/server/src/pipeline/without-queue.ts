import type { Transaction } from 'kysely';
import type { App } from '../app.ts';
import { claimUnmerged, claimUnparsed, type ClaimOptions } from '../database/queries/work-claims.ts';
import type { Database } from '../database/tables.ts';
import type { Outage } from '../jobs/jobs.ts';
import type { InHand } from './in-hand.ts';
import { merge } from './merge.ts';
import { parse } from './parse.ts';
import { RECONCILE_MS, tidy } from './reconcile.ts';

/** What {@link WithoutQueue} needs. */
export interface WithoutQueueOptions {
  readonly app: App;
  /** Rows of each step at once, as many as with a queue. */
  readonly most: Readonly<Record<Step, number>>;
  /** What handlers of the queue still work on since before the outage. */
  readonly inHand: Readonly<Record<Step, InHand>>;
}

type Step = 'parse' | 'merge';

/** Rows that a process takes together, for each that it works on at once: few, so that others find some and merges need not wait long. */
const TAKEN_PER_PLACE = 8;

/** So many failures have a reason outside of the rows, such as a storage that is away: the next run tries again. */
const MOST_FAILURES = 100;

interface StepOfJournal {
  readonly name: Step;
  readonly claim: (transaction: Transaction<Database>, options: ClaimOptions) => Promise<number[]>;
  readonly work: (app: App, row: number, signal: AbortSignal) => Promise<void>;
}

const PARSING: StepOfJournal = {
  name: 'parse',
  claim: claimUnparsed,
  work: (app, upload, signal) => parse(app, { upload }, signal),
};
const MERGING: StepOfJournal = {
  name: 'merge',
  claim: claimUnmerged,
  work: (app, commit, signal) => merge(app, { commit }, signal),
};

/** While there is something to read, so long what was read waits for its merge: one serves many uploads of a commit. */
const MERGE_PAUSE_MS = 1000;

/**
 * Takes work from the journal itself while the queue answers nothing: the database is the journal, a message is only a hint (design
 * rule 1; deployment §10 "Redis down"). The steps are the same as with a queue and can run twice, so nothing here is needed for
 * correctness; processes share the rows so that none is worked on twice in vain.
 */
export class WithoutQueue {
  private readonly options: WithoutQueueOptions;
  private told: AbortSignal | null = null;
  private tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WithoutQueueOptions) {
    this.options = options;
  }

  /** Works until the journal has nothing left that can be done, or the outage is over. Never rejects. */
  async run(outage: Outage): Promise<void> {
    const { app } = this.options;
    this.tell(outage);
    try {
      await this.drain(outage);
      await this.tidy();
    } catch (error) {
      app.log.warn({ err: error }, 'could not take work from the journal; trying again');
    }
  }

  private async drain(outage: Outage): Promise<void> {
    // What failed is left to the next run: what was away may be back by then.
    const failed = { parse: new Set<number>(), merge: new Set<number>() };
    let mergedAt = performance.now();
    let taken = 0;
    do {
      taken = await this.round(PARSING, failed.parse, outage);
      if (taken > 0 && performance.now() - mergedAt < MERGE_PAUSE_MS) continue;
      taken += await this.round(MERGING, failed.merge, outage);
      mergedAt = performance.now();
    } while (taken > 0 && failed.parse.size + failed.merge.size < MOST_FAILURES && !outage.over.aborted);
  }

  /** Takes some rows of one step and works on them. Returns how many. */
  private async round(step: StepOfJournal, failed: Set<number>, outage: Outage): Promise<number> {
    const { app, most, inHand } = this.options;
    const places = most[step.name];
    return app.database.kysely.transaction().execute(async (transaction) => {
      const except = [...failed, ...inHand[step.name].all()];
      const rows = await step.claim(transaction, { most: places * TAKEN_PER_PLACE, except });
      await inPlaces(rows, places, async (row) => {
        if (outage.over.aborted) return;
        if (!(await this.work(step, row, outage.signal))) failed.add(row);
      });
      return rows.length;
    });
  }

  private async work({ name, work }: StepOfJournal, row: number, signal: AbortSignal): Promise<boolean> {
    const { app, inHand } = this.options;
    try {
      await inHand[name].during(row, () => work(app, row, signal));
      return true;
    } catch (error) {
      if (!signal.aborted) app.log.warn({ err: error, step: name, row }, 'work from the journal failed');
      return false;
    }
  }

  private async tidy(): Promise<void> {
    if (performance.now() - this.tidiedAt < RECONCILE_MS) return;
    this.tidiedAt = performance.now();
    await tidy(this.options.app);
  }

  /** Once for each outage. */
  private tell({ over }: Outage): void {
    if (this.told === over) return;
    this.told = over;
    const { log } = this.options.app;
    log.warn('the queues do not answer: taking work from the journal until they do');
    over.addEventListener('abort', () => log.info('no longer taking work from the journal'), { once: true });
  }
}

/** Works on all of `rows`, on `places` of them at once. */
async function inPlaces(rows: readonly number[], places: number, work: (row: number) => Promise<void>): Promise<void> {
  const rest = rows.values();
  const place = async (): Promise<void> => {
    for (const row of rest) await work(row);
  };
  await Promise.all(Array.from({ length: places }, place));
}
