import { PREFIX } from '../addresses/prefix.ts';
import { waitAfter } from './backoff.ts';

/*
 * Whether the server answers. When it does not, it is asked again after 1–30 s with jitter until it does; pages stay as they are meanwhile
 * (web-ui §2: 429, 503, offline).
 */

type Listener = () => void;

let since: number | null = null;
let tries = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<Listener>();
const returnListeners = new Set<Listener>();

/** The server answered. */
export function noteReached(): void {
  if (since === null) return;
  since = null;
  tries = 0;
  if (timer !== null) clearTimeout(timer);
  timer = null;
  for (const listener of [...listeners, ...returnListeners]) listener();
}

/** The server was not reached, or said that it cannot answer now. */
export function noteUnreached(): void {
  if (since === null) {
    since = Date.now();
    for (const listener of listeners) listener();
  }
  timer ??= setTimeout(() => void tryAgain(), waitAfter(tries));
}

/** For `useSyncExternalStore`: since when the server does not answer, in ms since 1970; null while it does. */
export const connectionStore = {
  subscribe: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): number | null => since,
};

/** Calls `listener` when the server answers again. Returns how to stop. */
export function onReturn(listener: Listener): () => void {
  returnListeners.add(listener);
  return () => returnListeners.delete(listener);
}

async function tryAgain(): Promise<void> {
  timer = null;
  tries += 1;
  const isThere = await fetch(`${PREFIX}/api/ui/session`, { credentials: 'same-origin' }).then(
    ({ status }) => status < 500 && status !== 429,
    () => false,
  );
  if (isThere) noteReached();
  else noteUnreached();
}

// The network says itself that it came back: nobody waits for the next try.
addEventListener('online', () => {
  if (since === null || timer === null) return;
  clearTimeout(timer);
  void tryAgain();
});
