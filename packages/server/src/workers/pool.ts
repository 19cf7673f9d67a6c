import { Piscina } from 'piscina';
import type {
  CoveredBlobsTask,
  InspectResult,
  InspectTask,
  MergeResult,
  MergeTask,
  MetaResult,
  MetaTask,
  ParseResult,
  ParseTask,
  Task,
} from './tasks.ts';
import { turns, type Turns } from './turns.ts';

/** The threads that parse and merge; the event loop only moves bytes and rows. */
export interface Workers {
  /** Reads a raw upload. Rejects when the thread died (memory) or `signal` aborts. */
  parse(task: ParseTask, signal: AbortSignal): Promise<ParseResult>;
  /** Merges parts. */
  merge(task: MergeTask, signal: AbortSignal): Promise<MergeResult>;
  /** Reads metadata of a commit. */
  readMeta(task: MetaTask): Promise<MetaResult>;
  /** Looks up the blobs of covered files, each once. */
  coveredBlobs(task: CoveredBlobsTask): Promise<readonly string[]>;
  /** Looks at what of an upload was not understood. */
  inspect(task: InspectTask): Promise<InspectResult>;
  /**
   * Takes a turn for work that somebody who only reads asked for: of a thread each, and of one thread less than there are, so that reports
   * are processed meanwhile. Throws `Busy` when too many wait.
   */
  readonly forPages: Turns;
  readonly threads: number;
  close(): Promise<void>;
}

/** Memory of one thread: enough for the largest JSON that is parsed as a whole, little enough that a hostile one ends alone. */
const HEAP_MB = 1024;
/** Readers make short-lived objects; a larger nursery keeps them from growing old (performance notes §6). */
const YOUNG_MB = 16;

/** Of those who read: about as many as are done while a person waits. */
const MOST_WAITING = 64;

/** Starts `threads` worker threads; they are kept, as starting one costs 50 ms. */
export function startWorkers(threads: number): Workers {
  const pool = new Piscina<Task, unknown>({
    filename: new URL('./thread.ts', import.meta.url).href,
    name: 'work',
    minThreads: threads,
    maxThreads: threads,
    // A task waits for a job's slot before it comes here; more would only hold memory.
    maxQueue: threads * 16,
    // Busy waiting (the default) would take the core that Postgres needs.
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const aside = turns(threads);
  const forPages = turns(Math.max(1, threads - 1), MOST_WAITING);
  return {
    threads,
    parse: (task, signal) => pool.run(task, { name: 'work', signal }) as Promise<ParseResult>,
    merge: (task, signal) => pool.run(task, { name: 'work', signal }) as Promise<MergeResult>,
    readMeta: (task) => aside(() => pool.run(task, { name: 'work' }) as Promise<MetaResult>),
    coveredBlobs: (task) => aside(() => pool.run(task, { name: 'work' }) as Promise<readonly string[]>),
    forPages,
    inspect: (task) => forPages(() => pool.run(task, { name: 'work' }) as Promise<InspectResult>),
    close: () => pool.destroy(),
  };
}
