import { Piscina } from 'piscina';
import type { MergeResult, MergeTask, ParseResult, ParseTask, Task } from './tasks.ts';

/** The threads that parse and merge; the event loop only moves bytes and rows. */
export interface Workers {
  /** Reads a raw upload. Rejects when the thread died (memory) or `signal` aborts. */
  parse(task: ParseTask, signal: AbortSignal): Promise<ParseResult>;
  /** Merges parts. */
  merge(task: MergeTask, signal: AbortSignal): Promise<MergeResult>;
  readonly threads: number;
  close(): Promise<void>;
}

/** Memory of one thread: enough for the largest JSON that is parsed as a whole, little enough that a hostile one ends alone. */
const HEAP_MB = 1024;
/** Readers make short-lived objects; a larger nursery keeps them from growing old (performance notes §6). */
const YOUNG_MB = 16;

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
  return {
    threads,
    parse: (task, signal) => pool.run(task, { name: 'work', signal }) as Promise<ParseResult>,
    merge: (task, signal) => pool.run(task, { name: 'work', signal }) as Promise<MergeResult>,
    close: () => pool.destroy(),
  };
}
