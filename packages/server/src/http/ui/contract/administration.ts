/** `GET /api/ui/admin/health`: what this process is (web-ui §3.18); for operators. */
export interface HealthAnswer {
  readonly version: string;
  /** Of the runtime. */
  readonly node: string;
  readonly role: string;
  readonly host: string;
  readonly started_at: string;
  /** Resident memory in bytes. */
  readonly memory: number;
  /** Where the queues are. */
  readonly queues: 'postgres' | 'redis';
  readonly threads: number;
  /** Checks that can be made, in the order in which they are shown. */
  readonly probes: readonly ProbeName[];
}

export type ProbeName = 'folder' | 'disk' | 'database' | 'clock' | 'objects' | 'queues' | 'address';

/** `GET /api/ui/admin/health/{probe}`: makes a check now. */
export interface ProbeAnswer {
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was seen. */
  readonly seen: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
  readonly at: string;
}

/** `GET /api/ui/admin/jobs`: what the queues have to do, and what needs somebody; for operators. */
export interface JobsAnswer {
  readonly queues: readonly QueueRow[];
  /** Uploads that were given up for a reason of ours, newest first. */
  readonly failed: readonly StuckRow[];
  /** Uploads that wait longer than they should, oldest first. */
  readonly stuck: readonly StuckRow[];
}

/** One step of the pipeline; the event `job.counts` tells the same keys, of `queue` (web-ui §4.6). */
export interface QueueRow {
  readonly queue: 'parse' | 'merge';
  /** Null while the queue does not answer. What is gathered or tried again later waits, too. */
  readonly waiting: number | null;
  readonly running: number | null;
  /** How long the oldest thing that is to be done waits; 0 when nothing does. */
  readonly oldest_ms: number;
  /** Done in the last minute. */
  readonly per_min: number;
}

/** An upload that does not go on by itself. */
export interface StuckRow {
  readonly id: string;
  readonly service: string;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
  readonly name: string | null;
  readonly flags: readonly string[];
  readonly state: 'stored' | 'processed' | 'error';
  /** Tries to read it so far. */
  readonly attempts: number;
  readonly code: string | null;
  /** What is wrong, and what to do; null while nothing is known. */
  readonly message: string | null;
  readonly hint: string | null;
  /** Since when. */
  readonly at: string;
}
