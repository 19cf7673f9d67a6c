/**
 * A kind of job: the queue it waits in and how its message is read back. A kind is one `const` beside its handler; its name stays
 * the same for ever, because messages of an older program are read by a newer one.
 */
export interface JobKind<Data extends object> {
  /** Lower-case letters and dashes, unique: the name of the queue. */
  readonly name: string;
  /** Reads a message; null when it is none of this kind. Such a message is dropped: the journal knows what is to be done. */
  readonly read: (data: unknown) => Data | null;
}

/** One message. */
export interface Message<Data extends object> {
  /** Two messages of a kind with one id are one job, until it has run. Letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly data: Data;
}

/**
 * What became of a message. `unavailable` (the queue does not answer) needs no repair by the caller: a message is only a hint. When the
 * queue answers again the reconciler, like every scheduled job, runs at once and finds the row in the journal; until then the row is
 * found by what {@link Jobs.whileAway} does (design rule 1).
 */
export type Handed = 'queued' | 'unavailable';

/**
 * Does one job. A rejection is reported, and the job comes back after about a second, then after twice as long, five times in all; then
 * the message is dropped and the reconciler offers the row again. May run twice at once after a lost lease, so its last write must be
 * fenced by the journal.
 *
 * @param signal aborts when the lease is lost to another worker, or when the server cannot wait any longer
 */
export type JobHandler<Data extends object> = (data: Data, signal: AbortSignal) => Promise<void>;

/** How many jobs of a kind there are. */
export interface JobCounts {
  readonly waiting: number;
  /** To be run later: debounced, or waiting for their next try. */
  readonly delayed: number;
  readonly running: number;
}

/** A time in which the store under the queues does not answer. */
export interface Outage {
  /** Aborts when the store answers again, or the server stops: begin nothing more, and end what was begun. */
  readonly over: AbortSignal;
  /** Aborts when the server cannot wait any longer. */
  readonly signal: AbortSignal;
}

/** What the owner of the queues is told; everything here heals by itself. */
export type JobsProblem =
  | {
      readonly kind: 'job_failed';
      readonly queue: string;
      readonly id: string;
      /** Counts from 1. */
      readonly attempt: number;
      readonly error: Error;
    }
  /** A message that its kind cannot read. */
  | { readonly kind: 'job_unreadable'; readonly queue: string; readonly id: string }
  /** The queue's own store: connection lost, lease not renewed. The same is told once a minute. */
  | { readonly kind: 'queue_trouble'; readonly queue: string; readonly error: Error };

/** Queues of jobs. At least once: a worker that dies loses its lease, and another takes the job. */
export interface Jobs {
  /** Hands over messages, in one round trip each 500. A message whose id is waiting or running changes nothing. */
  enqueue<Data extends object>(kind: JobKind<Data>, messages: readonly Message<Data>[]): Promise<Handed>;
  /**
   * Asks for a run `delayMs` from now, at most one run per key at a time. Calls before the run starts are part of it; calls during the
   * run make exactly one more run after it, so that what was committed before a call is always seen by a run that starts after it.
   * The `data` of that later run is that of the last call.
   */
  debounce<Data extends object>(kind: JobKind<Data>, message: Message<Data>, delayMs: number): Promise<Handed>;
  /**
   * Runs a job at once and then every `everyMs`, once in the installation however many processes ask for it.
   * The beat is this process's own timer, so it survives a queue that was emptied. It also runs when the queue answers again after an
   * outage.
   */
  schedule<Data extends object>(kind: JobKind<Data>, message: Message<Data>, everyMs: number): void;
  /** Works on a kind, `concurrency` jobs at once. Takes up work when the queue answers; never fails. Once per kind. */
  work<Data extends object>(kind: JobKind<Data>, handler: JobHandler<Data>, concurrency: number): void;
  /**
   * Does work without the queues: `work` runs when their store has not answered for a poll's time (`thatch.worker.poll_seconds`), and
   * every such time again until it does, one run at a time, in each process by itself. It must not reject. Once.
   */
  whileAway(work: (outage: Outage) => Promise<void>): void;
  /** Numbers for pages and metrics; null while the queue does not answer. */
  counts(kind: JobKind<object>): Promise<JobCounts | null>;
  /**
   * Takes no more jobs, waits for running ones, closes. After `graceMs` their signals abort; what then still runs is left to its
   * lease. Safe to call twice.
   */
  close(graceMs: number): Promise<void>;
}
