import type { Outage } from './jobs.ts';
import { pauseUnlessAborted } from './waiting.ts';

/** How the store under the queues is asked whether it answers. None of them rejects. */
export interface StoreProbes {
  /** Reads something small. */
  readonly isThere: () => Promise<boolean>;
  /** Hands over a look at the journal, as a store may still be read when it takes nothing any more (a full memory, a replica). */
  readonly isBack: () => Promise<boolean>;
}

/** How often the store is asked. */
export interface StoreTimes {
  /** While it answers; and how long an outage lasts before work is done without it, and how often then. */
  readonly pollMs: number;
  /** While it is away. */
  readonly retryMs: number;
}

/**
 * Knows whether the store under the queues answers. While it does not nobody else asks it: each would wait for a time-out. One who asks
 * finds when it is back, and work that can be done without it is begun every {@link StoreTimes.pollMs}.
 */
export class StoreWatch {
  private readonly probes: StoreProbes;
  private readonly times: StoreTimes;
  private readonly stopping = new AbortController();
  private readonly cutting = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private outage: AbortController | null = null;
  private work: ((outage: Outage) => Promise<void>) | null = null;
  private running: Promise<void> | null = null;
  private isAsking = false;
  private hasTurnedAway = false;

  constructor(probes: StoreProbes, times: StoreTimes) {
    this.probes = probes;
    this.times = times;
    // An outage in which nobody hands anything over must be noticed, too: messages that were handed over before may be lost or stuck.
    this.timer = setInterval(() => void this.look(), times.pollMs).unref();
  }

  /** Whether there is no use in asking the store; who is told so leaves what it has in the journal alone. */
  turnsAway(): boolean {
    if (this.outage === null) return false;
    this.hasTurnedAway = true;
    return true;
  }

  /** What is done while the store is away; must not reject. */
  whileAway(work: (outage: Outage) => Promise<void>): void {
    this.work = work;
  }

  /** The store did not answer. */
  lost(): void {
    if (this.outage !== null || this.stopping.signal.aborted) return;
    this.outage = new AbortController();
    void this.follow(this.outage);
  }

  /** Asks no more and begins nothing; resolves when what runs has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    this.outage?.abort();
    await this.running;
  }

  /** Tells what still runs that it cannot be waited for. */
  cut(): void {
    this.cutting.abort();
  }

  private async look(): Promise<void> {
    if (this.outage !== null || this.isAsking) return;
    this.isAsking = true;
    const isThere = await this.probes.isThere();
    this.isAsking = false;
    if (!isThere) this.lost();
  }

  private async follow(outage: AbortController): Promise<void> {
    let nextRun = performance.now() + this.times.pollMs;
    for (;;) {
      await pauseUnlessAborted(this.times.retryMs, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      this.hasTurnedAway = false;
      if (await this.probes.isBack()) break;
      // Rather early than late: the next question is a pause away.
      if (performance.now() + this.times.retryMs <= nextRun || !this.begin(outage)) continue;
      nextRun = performance.now() + this.times.pollMs;
    }
    outage.abort();
    this.outage = null;
    // What was left in the journal while the answer was on its way may have been too late for the look that was handed over: have another.
    if (this.hasTurnedAway) await this.probes.isBack();
  }

  /** One run at a time, also where the store was back for a moment. Returns whether one was begun. */
  private begin(outage: AbortController): boolean {
    if (this.work === null || this.running !== null || outage.signal.aborted) return false;
    this.running = this.work({ over: outage.signal, signal: this.cutting.signal }).finally(() => {
      this.running = null;
    });
    return true;
  }
}
