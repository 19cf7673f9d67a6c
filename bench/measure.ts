const LINE_FEED = 10;
const WARM_UPS = 3;
const SAMPLES = 12;

/** Milliseconds. */
export interface Measured {
  readonly time: number;
  /** Counting the newlines of the same bytes: what other machines are compared by. */
  readonly floor: number;
}

/**
 * The time of `work`, and the floor of `bytes` taken beside every sample, so that a machine that is slow for a while slows both. The
 * fastest of twelve after three warm-ups: whatever else the machine does only adds.
 */
export async function measure(bytes: Uint8Array, work: () => unknown): Promise<Measured> {
  warmUp();
  let time = Infinity;
  let floor = Infinity;
  for (let sample = -WARM_UPS; sample < SAMPLES; sample++) {
    const before = performance.now();
    countNewlines(bytes);
    const between = performance.now();
    await work();
    const after = performance.now();
    if (sample < 0) continue;
    floor = Math.min(floor, between - before);
    time = Math.min(time, after - between);
  }
  return { time, floor };
}

/** Compiled by many short calls: one long first call would leave it half optimised, and every figure in F too good. */
function warmUp(): void {
  const bytes = new Uint8Array(1 << 14);
  for (let call = 0; call < 5000; call++) countNewlines(bytes);
}

/** The plainest loop over bytes that gives a result. */
function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === LINE_FEED) count++;
  return count;
}
