const SHORTEST_WAIT_MS = 1000;
/** Nobody waits longer than this for the next try (web-ui §2, §4.6). */
export const LONGEST_WAIT_MS = 30_000;

/**
 * Milliseconds before the next try: doubled with each failure, less by up to a half, so that after a restart not everybody comes at once.
 *
 * @param random 0 ≤ … < 1
 */
export function waitAfter(failures: number, random = Math.random()): number {
  const wait = Math.min(SHORTEST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  return Math.max(SHORTEST_WAIT_MS, wait * (0.5 + random / 2));
}
