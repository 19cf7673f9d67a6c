/** What a person or a supervisor can ask of the process. */
export interface SignalHandlers {
  /** The first SIGINT or SIGTERM: drain, then end. */
  readonly onStop: (signal: NodeJS.Signals) => void;
  /** Another one while draining: cut. */
  readonly onCut: (signal: NodeJS.Signals) => void;
}

/** Where signals come from and how time passes; tests hand in their own. */
export interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: () => void) => unknown;
  readonly off: (signal: NodeJS.Signals, listener: () => void) => unknown;
  /** Milliseconds that only rise. */
  readonly now: () => number;
  /** Whether a person watches; then SIGHUP means that the terminal was closed. Otherwise the server outlives it. */
  readonly atTerminal: boolean;
}

/** Equal signals within this time are one: npm passes Ctrl-C on, and the terminal sends it too (issue 3, decision 3). */
const SAME_SIGNAL_MS = 1000;

/** Listens to signals until the returned function is called (deployment §8). */
export function watchSignals(handlers: SignalHandlers, source: SignalSource = processSignals()): () => void {
  const countedAt = new Map<NodeJS.Signals, number>();
  let stopping = false;

  function stop(signal: NodeJS.Signals): void {
    const now = source.now();
    if (now - (countedAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
    countedAt.set(signal, now);
    if (stopping) return handlers.onCut(signal);
    stopping = true;
    handlers.onStop(signal);
  }

  const listeners: [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => stop('SIGINT')],
    ['SIGTERM', () => stop('SIGTERM')],
    ['SIGHUP', () => source.atTerminal && stop('SIGHUP')],
  ];
  for (const [signal, listener] of listeners) source.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}

/** A launcher that was killed cannot pass that on; its number is looked at so often. */
const PARENT_POLL_MS = 1000;

/**
 * Calls back once when the process that only launched this one (npm, or our own launcher) died without a word: nobody would stop a
 * server that nobody sees. Under any other parent, such as a shell or a supervisor, nothing is watched.
 */
export function watchLauncher(
  onGone: () => void,
  environment: NodeJS.ProcessEnv = process.env,
  parent: () => number = () => process.ppid,
  pollMs: number = PARENT_POLL_MS,
): () => void {
  const launcher = parent();
  const byOurs = environment['THATCH_LAUNCHER'] === String(launcher);
  const byNpm = environment['npm_lifecycle_event'] === 'start';
  if (!byOurs && !byNpm) return () => {};
  const timer = setInterval(() => {
    if (parent() === launcher) return;
    clearInterval(timer);
    onGone();
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}

function processSignals(): SignalSource {
  return {
    on: (signal, listener) => process.on(signal, listener),
    off: (signal, listener) => process.off(signal, listener),
    now: () => performance.now(),
    atTerminal: process.stdin.isTTY === true,
  };
}
