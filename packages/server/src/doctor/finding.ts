/** What one check of `thatch doctor` found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `warning`: works now, may not later. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was seen. */
  readonly seen: string;
  /** What to do; empty where there is nothing to do. */
  readonly fix: string;
}

/** Something that is as it should be. */
export function fine(check: string, seen: string): Finding {
  return { check, state: 'ok', seen, fix: '' };
}

/** Something that works and should be looked at. */
export function doubtful(check: string, seen: string, fix: string): Finding {
  return { check, state: 'warning', seen, fix };
}

/** Something that keeps Thatch from working. */
export function broken(check: string, seen: string, fix: string): Finding {
  return { check, state: 'failed', seen, fix };
}
