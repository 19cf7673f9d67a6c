import type { App } from '../app.ts';
import { findOldestWork, type OldestWork } from '../database/queries/open-work.ts';
import type { EventType, JournalEvent } from '../events/journal.ts';
import { MERGE, PARSE } from '../pipeline/kinds.ts';
import type { EventStream } from './event-stream.ts';

/** Data of `job.counts` (web-ui §4.6): how far one step of the pipeline is behind. */
export interface StepCounts {
  readonly queue: string;
  readonly waiting: number;
  readonly running: number;
  /** Of what waits longest; 0 when nothing does. */
  readonly oldest_ms: number;
  /** Pieces of work that ended in the last minute. */
  readonly per_min: number;
}

const EVERY_MS = 1000;
const MINUTE_MS = 60_000;

/** Tells administrators who listen how much work there is, at most once a second and only when it changed. Nothing is counted for nobody. */
export class JobCountsFeed {
  private readonly app: App;
  private readonly listeners = new Set<EventStream>();
  private readonly ended = { parse: new Rate(), merge: new Rate() };
  private timer: NodeJS.Timeout | null = null;
  private told = '';
  private isCounting = false;

  constructor(app: App) {
    this.app = app;
    app.events.subscribe((events) => this.note(events));
  }

  /** Tells one stream until it ends. */
  follow(stream: EventStream): void {
    this.listeners.add(stream);
    // Who comes later is told what the others know.
    this.told = '';
    this.timer ??= setInterval(() => void this.tell(), EVERY_MS);
    stream.whenClosed(() => this.leave(stream));
  }

  private leave(stream: EventStream): void {
    this.listeners.delete(stream);
    if (this.listeners.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private note(events: readonly JournalEvent[]): void {
    for (const { type } of events) {
      if (PARSED.has(type)) this.ended.parse.note();
      if (type === 'commit.merged') this.ended.merge.note();
    }
  }

  private async tell(): Promise<void> {
    // A slow database is not asked again before it answered.
    if (this.isCounting) return;
    this.isCounting = true;
    const steps = await this.count().catch((error: unknown) => {
      this.app.log.debug({ err: error }, 'jobs were not counted');
      return [];
    });
    this.isCounting = false;
    const text = JSON.stringify(steps.map((step) => ({ ...step, oldest_ms: Math.floor(step.oldest_ms / EVERY_MS) })));
    if (text === this.told) return;
    this.told = text;
    for (const stream of this.listeners) {
      for (const step of steps) stream.send({ event: 'job.counts', data: { ...step, topics: ['admin'] } });
    }
  }

  private async count(): Promise<StepCounts[]> {
    const { database, jobs } = this.app;
    const [oldest, parse, merge] = await Promise.all([
      findOldestWork(database.kysely),
      jobs.counts(PARSE),
      jobs.counts(MERGE),
    ]);
    const describe = (step: keyof OldestWork, counts: typeof parse): StepCounts => ({
      queue: step,
      // Debounced ones wait, too.
      waiting: (counts?.waiting ?? 0) + (counts?.delayed ?? 0),
      running: counts?.running ?? 0,
      oldest_ms: ageOf(oldest[step]),
      per_min: this.ended[step].perMinute(),
    });
    return [describe('parse', parse), describe('merge', merge)];
  }
}

const PARSED: ReadonlySet<EventType> = new Set<EventType>(['upload.parsed', 'upload.error']);

function ageOf(since: Date | null): number {
  return since === null ? 0 : Math.max(0, Date.now() - since.getTime());
}

/** Counts what happened in the last minute, second by second. */
class Rate {
  private readonly seconds = new Map<number, number>();

  note(): void {
    const second = Math.floor(Date.now() / 1000);
    this.seconds.set(second, (this.seconds.get(second) ?? 0) + 1);
    if (this.seconds.size > MINUTE_MS / 1000) this.forget();
  }

  perMinute(): number {
    this.forget();
    return this.seconds.values().reduce((sum, count) => sum + count, 0);
  }

  private forget(): void {
    const oldest = Math.floor((Date.now() - MINUTE_MS) / 1000);
    for (const second of this.seconds.keys()) if (second <= oldest) this.seconds.delete(second);
  }
}
