import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { onReturn } from '../api/connection.ts';
import { onReset, restartLive, useLiveState } from '../api/live.ts';

/** web-ui §4.6. */
const POLLING_MS = 5000;

/**
 * Keeps what is shown true where events cannot: everything is asked for again after the server was away or too much was missed, and every
 * 5 s while events do not come.
 */
export function useLiveRefetch(person: string | null): void {
  const queries = useQueryClient();
  const { kind } = useLiveState();
  useEffect(() => {
    const refetch = (): void => void queries.invalidateQueries();
    const stops = [
      onReset(refetch),
      onReturn(() => {
        refetch();
        // Where the server answers again, its stream is there too.
        restartLive();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries]);
  useEffect(() => {
    if (kind !== 'polling') return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void queries.invalidateQueries();
    }, POLLING_MS);
    return () => clearInterval(timer);
  }, [kind, queries]);
  // The stream was opened with the rights of whoever looked before.
  const before = useRef(person);
  useEffect(() => {
    if (before.current === person) return;
    before.current = person;
    restartLive();
  }, [person]);
}
