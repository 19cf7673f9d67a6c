import type { Phase } from '../lifecycle.ts';

/** What the probes report about this process (deployment §1). */
export interface ServerStatus {
  readonly phase: () => Phase;
  /** Whether the database answers, or did within the last 10 s. */
  readonly databaseAnswers: () => Promise<boolean>;
  /** Whether the event loop turns: false while it lags by 5 s or more. */
  readonly isResponsive: () => boolean;
  /** Troubles that all nodes share and that taking one out of rotation would not cure: names such as `storage`. */
  readonly degraded: () => readonly string[];
  /** Replaces what is asked for the database; before, there is none. */
  readonly watchDatabase: (ping: () => Promise<boolean>) => void;
  /** Adds something that may be degraded. */
  readonly watchDegraded: (name: string, isDegraded: () => boolean) => void;
  /** Ends the measuring of the event loop. */
  readonly close: () => void;
}

/** An answer younger than this is believed (deployment §1, `/readyz`). */
const ANSWER_HOLDS_MS = 10_000;

/** An answer older than this is asked for again, though still believed when the new question stays open. */
const ASK_AGAIN_MS = 1_000;

const TICK_MS = 500;
const GREATEST_LAG_MS = 5_000;

/** Makes the status of a process whose phase is told by `phase`. */
export function makeStatus(phase: () => Phase): ServerStatus {
  let ping: (() => Promise<boolean>) | null = null;
  let answeredAt = -Infinity;
  let lastTick = performance.now();
  const degradable: { name: string; isDegraded: () => boolean }[] = [];
  const ticker = setInterval(() => {
    lastTick = performance.now();
  }, TICK_MS);
  ticker.unref();

  async function databaseAnswers(): Promise<boolean> {
    if (ping === null) return false;
    if (performance.now() - answeredAt < ASK_AGAIN_MS) return true;
    if (await ping()) answeredAt = performance.now();
    return performance.now() - answeredAt < ANSWER_HOLDS_MS;
  }

  return {
    phase,
    databaseAnswers,
    isResponsive: () => performance.now() - lastTick < GREATEST_LAG_MS + TICK_MS,
    degraded: () => degradable.filter((item) => item.isDegraded()).map((item) => item.name),
    watchDatabase: (newPing) => {
      ping = newPing;
      answeredAt = -Infinity;
    },
    watchDegraded: (name, isDegraded) => degradable.push({ name, isDegraded }),
    close: () => clearInterval(ticker),
  };
}
