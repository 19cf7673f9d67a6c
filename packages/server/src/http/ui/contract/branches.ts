import type { Coverage } from './shared.ts';

/** `GET R/branches?search=&cursor=`: branches whose name holds the text, the default first, then those that moved last; 50 at a time. */
export interface BranchesAnswer {
  readonly branches: readonly BranchRow[];
  readonly next_cursor: string | null;
}

export interface BranchRow {
  readonly name: string;
  readonly is_default: boolean;
  readonly head: string;
  /** When it moved last. */
  readonly at: string;
  /** Of its head; null without a report. */
  readonly coverage: Coverage | null;
}
