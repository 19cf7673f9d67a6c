import type { Job, JobsOptions, Processor } from 'bullmq';

/** What our jobs need of a BullMQ queue, whichever store is under it. */
export interface QueueHandle {
  add(name: string, data: object, options?: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: object; opts?: JobsOptions }[]): Promise<unknown>;
  getJobCounts(...states: ('wait' | 'prioritized' | 'delayed' | 'active')[]): Promise<Record<string, number>>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** What our jobs need of a BullMQ worker. */
export interface WorkerHandle {
  run(): Promise<void>;
  waitUntilReady(): Promise<void>;
  cancelJob(id: string, reason?: string): boolean;
  cancelAllJobs(reason?: string): void;
  close(force?: boolean): Promise<void>;
}

/** How a worker tells. */
export interface WorkerListeners {
  readonly onError: (error: Error) => void;
  /** Leases that another worker may hold by now. */
  readonly onLeasesLost: (ids: readonly string[]) => void;
}

/** The store under the queues; one file each. */
export interface JobsBackend {
  makeQueue(name: string, onError: (error: Error) => void): QueueHandle;
  makeWorker(
    name: string,
    processor: Processor<unknown>,
    concurrency: number,
    listeners: WorkerListeners,
  ): WorkerHandle;
  /** After all queues and workers are closed. */
  close(): Promise<void>;
}

/** A job as a processor gets it. */
export type ReceivedJob = Pick<Job<unknown>, 'id' | 'data' | 'attemptsMade'>;

/** A worker that lost its process is noticed when its lease ends, at the next look: about 10 s (install-config §8 `worker.lease_seconds`). */
export const STALLED_LOOK_MS = 2000;

/**
 * Options that every worker has. The number of redeliveries has no limit here: how often a row was tried is counted in the journal,
 * which is the one that gives up.
 */
export function workerOptions(concurrency: number, leaseMs: number, pollMs: number) {
  return {
    autorun: false,
    concurrency,
    lockDuration: leaseMs,
    // Renewed at a third of its life: two renewals may fail before another worker takes over.
    lockRenewTime: Math.floor(leaseMs / 3),
    stalledInterval: Math.min(STALLED_LOOK_MS, leaseMs),
    maxStalledCount: 2 ** 31 - 1,
    // Seconds between looks at an empty queue; a message wakes the worker before.
    drainDelay: pollMs / 1000,
    runRetryDelay: 1000,
  };
}

/** How often a job that fails is tried, the first time included; then it waits for the reconciler, which looks every minute. */
export const MOST_TRIES = 5;
/** The pause before the second try, or half of it; doubled before each further one. What was away for a moment is back by then. */
export const FIRST_PAUSE_MS = 1000;

/** Kept for nobody: what has run is in the journal. Many jobs that failed together do not come back together. */
export function jobOptions(firstPauseMs: number) {
  return {
    removeOnComplete: true,
    removeOnFail: true,
    attempts: MOST_TRIES,
    backoff: { type: 'exponential', delay: firstPauseMs, jitter: 0.5 },
  };
}
