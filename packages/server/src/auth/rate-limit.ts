/** How often something may happen, and for how many different keys that is remembered. */
export interface RateLimitOptions {
  /** How many in one period. */
  readonly most: number;
  /** Length of the period, in seconds. */
  readonly seconds: number;
  /** How many keys are remembered; the one not seen for the longest time is forgotten first. */
  readonly keys: number;
  /** Milliseconds since some fixed moment. */
  readonly clock: () => number;
}

export type RateAnswer =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each key: `most` at once, refilled evenly over the period. Bounded in memory whatever strangers send.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();
  private readonly options: RateLimitOptions;

  constructor(options: RateLimitOptions) {
    this.options = options;
  }

  /** Takes one for the key, or says after how many seconds to come again. */
  take(key: string): RateAnswer {
    const { most, seconds, keys, clock } = this.options;
    const perMillisecond = most / (seconds * 1000);
    const at = clock();
    const known = this.buckets.get(key);
    const tokens = known === undefined ? most : Math.min(most, known.tokens + (at - known.at) * perMillisecond);
    const isAllowed = tokens >= 1;
    // Deleted first, so that the map's order is that of last use.
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at });
    if (this.buckets.size > keys) this.forgetOldest();
    if (isAllowed) return { kind: 'allowed' };
    return {
      kind: 'throttled',
      retryAfterSeconds: Math.ceil((1 - tokens) / perMillisecond / 1000),
    };
  }

  /** Gives one back that was taken. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket !== undefined) bucket.tokens = Math.min(this.options.most, bucket.tokens + 1);
  }

  private forgetOldest(): void {
    for (const key of this.buckets.keys()) {
      this.buckets.delete(key);
      return;
    }
  }
}
