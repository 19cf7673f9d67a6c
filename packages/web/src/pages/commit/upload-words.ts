import type { CommitAnswer, UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import type { StateKind } from '../../parts/StateIcon.tsx';

/** What an upload is called: its name, else its flags, else its job, else its reports' format. */
export function uploadName({ name, flags, job, formats }: UploadRow): string {
  if (name !== null && name !== '') return name;
  if (flags.length > 0) return flags.join(', ');
  return job ?? (formats.length > 0 ? formats.join(', ') : UPLOADS.unnamed);
}

/** The outline of an upload's state. */
export function uploadState(state: UploadRow['state']): StateKind {
  return KINDS[state];
}

const KINDS: Readonly<Record<UploadRow['state'], StateKind>> = {
  started: 'pending',
  stored: 'pending',
  processed: 'pending',
  merged: 'pass',
  superseded: 'neutral',
  error: 'fail',
  expired: 'neutral',
};

/** Whether numbers may still change by themselves: something is being read, or an upload was announced and its bytes are not here. */
export function isUnfinished({ state, progress }: CommitAnswer): boolean {
  return state === 'processing' || progress.started > 0;
}

/** Uploads under the CI that sent them, in the order in which each first came. */
export function groupByCi(uploads: readonly UploadRow[]): readonly (readonly [string, readonly UploadRow[]])[] {
  return [...Map.groupBy(uploads, ({ ci }) => UPLOADS.ciName(ci))];
}

/** Milliseconds from the first byte to the report; null until it is there. */
export function wholeTime({
  received_at: received,
  merged_at: merged,
  processed_at: processed,
}: UploadRow): number | null {
  const end = merged ?? processed;
  return end === null ? null : Math.max(0, Date.parse(end) - Date.parse(received));
}
