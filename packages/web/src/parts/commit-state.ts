import type { CommitWord } from '@thatch/server/http/ui/contract/shared.ts';
import type { StateKind } from './StateIcon.tsx';

/** The outline of a commit's state. */
export function commitState(state: CommitWord): StateKind {
  return KINDS[state];
}

const KINDS: Readonly<Record<CommitWord, StateKind>> = {
  processed: 'pass',
  processing: 'pending',
  error: 'fail',
  no_report: 'neutral',
};
