import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveState } from '../live/messages.ts';
import { tab } from '../live/tab.ts';

/** An event as pages get it: types and data of web-ui §4.6, with `repo` (`gh/acme/api`) and `commit` (sha) where it has one. */
export interface PageEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Listens while the component is shown. `topics`: `repo:gh/acme/api`, `commit:gh/acme/api@SHA`, `owner:gh/acme`, `setup`, `admin`; each with
 * the right to it. Events come in order, none twice, at most four bursts a second; an older merge than one already told is left out. After
 * `reset`, which comes too, everything that was known may be old: the frame has all data of the page asked for again.
 */
export function useLive(topics: readonly string[], onEvent: (event: PageEvent) => void): void {
  const handler = useRef(onEvent);
  useEffect(() => {
    handler.current = onEvent;
  });
  const key = topics.join('\n');
  useEffect(() => {
    if (key === '') return;
    return tab.listen({ topics: key.split('\n'), onEvent: ({ type, data }) => handler.current({ type, data }) });
  }, [key]);
}

/** How events come to this page. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(tab.onState, () => tab.state);
}

/** Calls `listener` when everything that was read may be old. Returns how to stop. */
export function onReset(listener: () => void): () => void {
  return tab.onReset(listener);
}

/** Connects anew, as somebody else: after signing in or out. */
export function restartLive(): void {
  tab.restart();
}
