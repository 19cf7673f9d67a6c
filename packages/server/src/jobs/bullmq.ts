import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { PoolConfig } from 'pg';
import { FIRST_PAUSE_MS } from './backend.ts';
import type { JobsBackend, QueueHandle, ReceivedJob, WorkerHandle } from './backend.ts';
import type { Handed, JobCounts, JobHandler, JobKind, Jobs, JobsProblem, Message, Outage } from './jobs.ts';
import { OnceInAWhile } from './once-in-a-while.ts';
import { StoreWatch } from './store-watch.ts';
import { pauseUnlessAborted, settlesWithin } from './waiting.ts';

/** Where the queues are and how they behave. */
export interface OpenJobsOptions {
  readonly store:
    | { readonly kind: 'postgres'; readonly connection: PoolConfig }
    /** `services.redis_url` is set. */
    | { readonly kind: 'redis'; readonly url: string };
  /** How long a job stays with a worker that no longer answers; `thatch.worker.lease_seconds`. */
  readonly leaseMs: number;
  /**
   * How often an empty queue is looked at although no message came, whether its store answers, and how often work is done without it while it
   * does not; `thatch.worker.poll_seconds`.
   */
  readonly pollMs: number;
  /** How long a job that failed waits before its second try, at most; tests shorten it. */
  readonly firstPauseMs?: number;
  readonly onProblem: (problem: JobsProblem) => void;
}

/**
 * Opens the queues. Loads BullMQ only here (100 ms and more), so call it when the server already listens. Rejects when the store is
 * Postgres and it does not answer.
 *
 * @example
 * const jobs = await openJobs({ store: { kind: 'postgres', connection: database.config }, leaseMs: 10_000, pollMs: 5000, onProblem });
 * jobs.work(PARSE_UPLOAD, parseUpload, 2);
 * await jobs.enqueue(PARSE_UPLOAD, [{ id: upload.external_id, data: { upload: upload.id } }]);
 */
export async function openJobs(options: OpenJobsOptions): Promise<Jobs> {
  const quiet = { ...options, onProblem: withoutRepeats(options.onProblem) };
  return new BullJobs(await openBackend(quiet), quiet);
}

const HANDOVER_MS = 1000;
/** How often a store that is away is asked whether it is back. */
const RETRY_MS = 1000;
/** The largest set handed over in one statement. */
const BATCH = 500;
/** The queue that is asked to see whether the store answers; it never has a job. */
const PROBE_QUEUE = 'probe';
/** How long handlers may take to notice that they are aborted, and connections to close. */
const LAST_WAIT_MS = 1000;
const ID = /^[\w.-]{1,200}$/;

async function openBackend(options: OpenJobsOptions): Promise<JobsBackend> {
  const { store, onProblem } = options;
  const { leaseMs, pollMs, firstPauseMs = FIRST_PAUSE_MS } = options;
  if (store.kind === 'postgres') {
    const { openPostgresBackend } = await import('./postgres-backend.ts');
    return await openPostgresBackend({ connection: store.connection, leaseMs, pollMs, firstPauseMs });
  }
  const { openRedisBackend } = await import('./redis-backend.ts');
  const onConnectionLost = (error: Error) => onProblem({ kind: 'queue_trouble', queue: 'redis', error });
  return openRedisBackend({ url: store.url, leaseMs, pollMs, firstPauseMs, onConnectionLost });
}

function withoutRepeats(onProblem: OpenJobsOptions['onProblem']): OpenJobsOptions['onProblem'] {
  const troubles = new OnceInAWhile();
  return (problem) => {
    const isRepeat =
      problem.kind === 'queue_trouble' &&
      !troubles.isDue(`${problem.queue}: ${problem.error.message}`, performance.now());
    if (!isRepeat) onProblem(problem);
  };
}

class BullJobs implements Jobs {
  private readonly backend: JobsBackend;
  private readonly onProblem: (problem: JobsProblem) => void;
  private readonly watch: StoreWatch;
  private readonly queues = new Map<string, QueueHandle>();
  private readonly workers = new Map<string, WorkerHandle>();
  private readonly beats: NodeJS.Timeout[] = [];
  private readonly scheduled: (() => Promise<Handed>)[] = [];
  private readonly stopping = new AbortController();
  private closed: Promise<void> | null = null;

  constructor(backend: JobsBackend, { onProblem, pollMs }: Pick<OpenJobsOptions, 'onProblem' | 'pollMs'>) {
    this.backend = backend;
    this.onProblem = onProblem;
    this.watch = new StoreWatch(
      { isThere: () => this.isThere(), isBack: () => this.isBack() },
      { pollMs, retryMs: RETRY_MS },
    );
  }

  async enqueue<Data extends object>(kind: JobKind<Data>, messages: readonly Message<Data>[]): Promise<Handed> {
    for (let start = 0; start < messages.length; start += BATCH) {
      const handed = await this.handOver(kind.name, messages.slice(start, start + BATCH));
      if (handed === 'unavailable') return handed;
    }
    return 'queued';
  }

  debounce<Data extends object>(kind: JobKind<Data>, message: Message<Data>, delayMs: number): Promise<Handed> {
    const deduplication = { id: checkedId(message.id), keepLastIfActive: true };
    return this.ask(kind.name, (queue) =>
      queue.add(kind.name, message, { jobId: jobId(randomUUID()), delay: delayMs, deduplication }),
    );
  }

  schedule<Data extends object>(kind: JobKind<Data>, message: Message<Data>, everyMs: number): void {
    const add = (options: JobsOptions) => (queue: QueueHandle) =>
      queue.add(kind.name, message, { ...options, jobId: jobId(randomUUID()) });
    // The first run does not care when another process, or this one before a crash, ran last; nor does the first after an outage.
    void this.ask(kind.name, add({}));
    this.scheduled.push(() => this.request(kind.name, add({})));
    // Somewhat shorter than the interval, so that the processes' timers need not agree to the millisecond.
    const deduplication = { id: checkedId(message.id), ttl: Math.floor(everyMs * 0.9) };
    this.beats.push(setInterval(() => void this.ask(kind.name, add({ deduplication })), everyMs).unref());
  }

  work<Data extends object>(kind: JobKind<Data>, handler: JobHandler<Data>, concurrency: number): void {
    void this.keepWorking(kind.name, concurrency, (job, signal) => this.runJob(kind, handler, job, signal));
  }

  whileAway(work: (outage: Outage) => Promise<void>): void {
    this.watch.whileAway(work);
  }

  async counts(kind: JobKind<object>): Promise<JobCounts | null> {
    let counts: JobCounts | null = null;
    await this.ask(kind.name, async (queue) => {
      const found = await queue.getJobCounts('wait', 'delayed', 'active');
      counts = { waiting: found['wait'], delayed: found['delayed'], running: found['active'] };
    });
    return counts;
  }

  close(graceMs: number): Promise<void> {
    return (this.closed ??= this.stop(graceMs));
  }

  private handOver(name: string, messages: readonly Message<object>[]): Promise<Handed> {
    const jobs = messages.map((message) => ({ name, data: message, opts: { jobId: jobId(checkedId(message.id)) } }));
    const [only] = jobs;
    return this.ask(name, (queue) =>
      jobs.length === 1 ? queue.add(only.name, only.data, only.opts) : queue.addBulk(jobs),
    );
  }

  /** Lets `request` talk to the queue, unless its store is known to be away. */
  private async ask(name: string, request: (queue: QueueHandle) => Promise<unknown>): Promise<Handed> {
    return this.watch.turnsAway() ? 'unavailable' : this.request(name, request);
  }

  /** Lets `request` talk to the queue, for {@link HANDOVER_MS} at most. */
  private async request(name: string, request: (queue: QueueHandle) => Promise<unknown>): Promise<Handed> {
    if (this.closed !== null) return 'unavailable';
    const queue = this.queueOf(name);
    const answer = request(queue).then(
      () => null,
      (error: Error) => error,
    );
    const error = await settlesWithin(answer, HANDOVER_MS, new Error(`no answer within ${HANDOVER_MS} ms`));
    if (error === null) return 'queued';
    // A queue keeps the failure of its first connection for ever: the next call makes a new one.
    if (this.queues.get(name) === queue) this.queues.delete(name);
    void queue.close().catch(() => {});
    this.tellTrouble(name, error);
    this.watch.lost();
    return 'unavailable';
  }

  private async isThere(): Promise<boolean> {
    return (await this.request(PROBE_QUEUE, (queue) => queue.getJobCounts('active'))) === 'queued';
  }

  /** What was not handed over is in the journal alone: those who look there do so now. */
  private async isBack(): Promise<boolean> {
    // Asked first, as a store that is only slow would keep each job that is added in vain, and run all of them later.
    if (!(await this.isThere())) return false;
    for (const add of this.scheduled) if ((await add()) === 'unavailable') return false;
    return true;
  }

  private queueOf(name: string): QueueHandle {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = this.backend.makeQueue(name, (error) => this.tellTrouble(name, error));
    this.queues.set(name, queue);
    return queue;
  }

  private async keepWorking(
    name: string,
    concurrency: number,
    process: (job: ReceivedJob, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const onError = (error: Error) => this.tellTrouble(name, error);
    while (this.closed === null) {
      const worker = this.backend.makeWorker(
        name,
        // BullMQ makes a signal only for a function of three parameters.
        (job, _token, signal) => process(job, signal ?? this.stopping.signal),
        concurrency,
        { onError, onLeasesLost: (ids) => ids.forEach((id) => worker.cancelJob(id, 'the lease is lost')) },
      );
      this.workers.set(name, worker);
      try {
        await worker.waitUntilReady();
        await worker.run();
      } catch (error) {
        onError(error as Error);
        await worker.close(true).catch(() => {});
      }
      await pauseUnlessAborted(RETRY_MS, this.stopping.signal);
    }
  }

  // Listeners hear that the database goes away when the server stops: that is no news.
  private tellTrouble(queue: string, error: Error): void {
    if (this.closed === null) this.onProblem({ kind: 'queue_trouble', queue, error });
  }

  private async runJob<Data extends object>(
    kind: JobKind<Data>,
    handler: JobHandler<Data>,
    job: ReceivedJob,
    signal: AbortSignal,
  ): Promise<void> {
    const message = readMessage(job.data);
    const data = message === null ? null : kind.read(message.data);
    if (message === null || data === null) {
      this.onProblem({ kind: 'job_unreadable', queue: kind.name, id: message?.id ?? job.id ?? '' });
      return;
    }
    try {
      await handler(data, signal);
    } catch (error) {
      const attempt = job.attemptsMade + 1;
      this.onProblem({ kind: 'job_failed', queue: kind.name, id: message.id, attempt, error: asError(error) });
      // A server that stops leaves no job behind that would wait: the next start offers its row again at once.
      if (!signal.aborted) throw new TriedInVain();
    }
  }

  private async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    for (const beat of this.beats) clearInterval(beat);
    const workers = [...this.workers.values()];
    const ends = [this.watch.stop(), ...workers.map((worker) => worker.close())];
    const finished = Promise.allSettled(ends).then(() => true);
    if (!(await settlesWithin(finished, graceMs, false))) {
      this.watch.cut();
      for (const worker of workers) worker.cancelAllJobs('the server stops');
      await settlesWithin(finished, LAST_WAIT_MS, false);
    }
    const closed = Promise.allSettled([...this.queues.values()].map((queue) => queue.close())).then(() =>
      this.backend.close(),
    );
    await settlesWithin(closed, LAST_WAIT_MS, undefined);
  }
}

/** Says to BullMQ that a job is to be tried again; the reason is told elsewhere and kept out of its tables. */
class TriedInVain extends Error {
  override name = 'TriedInVain';
  override message = 'the job is tried again';
}

// BullMQ refuses ids that are whole numbers.
function jobId(id: string): string {
  return `m-${id}`;
}

function checkedId(id: string): string {
  if (!ID.test(id)) throw new TypeError(`"${id}" cannot be the id of a job`);
  return id;
}

function readMessage(data: unknown): { id: string; data: unknown } | null {
  if (typeof data !== 'object' || data === null || !('id' in data) || !('data' in data) || typeof data.id !== 'string')
    return null;
  return { id: data.id, data: data.data };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
