import type { EventJournal } from '../events/journal.ts';
import type { Lifecycle } from '../lifecycle.ts';

/** What waiting needs of the house. */
export interface Watcher {
  readonly events: Pick<EventJournal, 'subscribe'>;
  readonly lifecycle: Pick<Lifecycle, 'onPhase' | 'phase'>;
}

/** What to wait for at a commit. */
export interface WaitFor<Value> {
  /** Reads what is of interest, anew after every event of the commit. */
  readonly read: () => Promise<Value>;
  readonly isEnough: (value: Value) => boolean;
  /** How long to wait at most. */
  readonly seconds: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Events may be lost with a connection to the database: looked at again after this time. */
const LOOK_AGAIN_MS = 2000;

/**
 * Waits for something to become true of a commit: told by events, not by asking. Ends early with what is known when the time is over, the
 * signal aborts or the server drains.
 */
export async function watchCommit<Value>(
  { events, lifecycle }: Watcher,
  commitId: number,
  wait: WaitFor<Value>,
): Promise<Value> {
  const { read, isEnough, seconds, signal } = wait;
  const until = performance.now() + seconds * 1000;
  let wake: () => void = () => {};
  let isNews = false;
  const onNews = (): void => {
    isNews = true;
    wake();
  };
  const stopListening = events.subscribe((news) => {
    if (news.some((event) => event.commitId === commitId)) onNews();
  });
  const stopWatching = lifecycle.onPhase(onNews);
  signal.addEventListener('abort', onNews);
  try {
    for (;;) {
      isNews = false;
      const value = await read();
      const rest = until - performance.now();
      if (isEnough(value) || rest <= 0 || signal.aborted || lifecycle.phase === 'draining') return value;
      if (isNews) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(rest, LOOK_AGAIN_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stopListening();
    stopWatching();
    signal.removeEventListener('abort', onNews);
  }
}
