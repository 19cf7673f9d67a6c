import { useEffect, useState, useSyncExternalStore } from 'react';
import { connectionStore } from '../api/connection.ts';
import { useLiveState } from '../api/live.ts';

/** A cut that the page tells of; `since` in ms since 1970. */
export type Cut =
  /** The server does not answer, or the stream broke off and did not come back at once. */
  | { readonly kind: 'away'; readonly since: number }
  /** The server answers, only events do not come. */
  | { readonly kind: 'asking'; readonly since: number };

/** What heals within this is not told: a stream that is made anew, an update of the server. */
const QUIET_MS = 2500;

/** The present cut; null when there is none worth telling. */
export function useCut(): Cut | null {
  const awaySince = useSyncExternalStore(connectionStore.subscribe, connectionStore.read);
  const live = useLiveState();
  const liveSince = live.kind === 'connecting' || live.kind === 'polling' ? live.since : null;
  const since = awaySince === null ? liveSince : Math.min(awaySince, liveSince ?? awaySince);
  const isOld = useIsOld(since);
  if (since === null) return null;
  if (awaySince === null && live.kind === 'polling') return { kind: 'asking', since };
  return isOld ? { kind: 'away', since } : null;
}

function useIsOld(since: number | null): boolean {
  const [oldSince, setOldSince] = useState<number | null>(null);
  useEffect(() => {
    if (since === null) return;
    const timer = setTimeout(() => setOldSince(since), Math.max(0, since + QUIET_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [since]);
  return since !== null && oldSince === since;
}
