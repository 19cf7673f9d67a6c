import type { UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { UPLOADS } from '../messages/en/commit.ts';
import { duration } from '../messages/en/units.ts';
import { StateIcon, type StateKind } from './StateIcon.tsx';
import { Time } from './Time.tsx';
import styles from './UploadTimeline.module.css';

interface Step {
  readonly kind: StateKind;
  readonly word: string;
  /** Null while it has not happened. */
  readonly at: string | null;
  readonly notes: readonly string[];
}

/** What became of an upload, step by step, when, and how long each took. */
export function UploadTimeline({ upload }: { readonly upload: UploadRow }) {
  return (
    <ol className={styles.timeline}>
      {stepsOf(upload).map(({ kind, word, at, notes }) => (
        <li key={word} className={at === null ? `${styles.step} ${styles.waits}` : styles.step}>
          <StateIcon kind={kind} />
          <span className={styles.word}>{word}</span>
          <span className={styles.time}>{at === null ? UPLOADS.stepWaits : <Time at={at} />}</span>
          {notes.length > 0 && <span className={styles.notes}>{notes.join(' · ')}</span>}
        </li>
      ))}
    </ol>
  );
}

/** The steps of an upload as far as they are known, and the next one while there is one. */
export function stepsOf(upload: UploadRow): Step[] {
  const { state, received_at: received, stored_at: stored, processed_at: processed, merged_at: merged } = upload;
  const { queued, parse, merge } = upload.milliseconds;
  const { step } = UPLOADS;
  const steps: Step[] = [{ kind: 'pass', word: step.received, at: received, notes: [] }];
  if (state === 'expired') return [...steps, { kind: 'neutral', word: step.expired, at: null, notes: [] }];
  steps.push(done(step.stored, stored, []));
  const times = [
    queued === null ? null : UPLOADS.queued(duration(queued)),
    parse === null ? null : UPLOADS.ran(duration(parse)),
  ];
  const notes = times.filter((note) => note !== null);
  if (state === 'error') return [...steps, { kind: 'fail', word: step.failed, at: processed, notes }];
  if (stored !== null) steps.push(done(step.parsed, processed, notes));
  if (state === 'superseded')
    return [...steps, { kind: 'neutral', word: step.superseded, at: merged ?? processed, notes: [] }];
  if (processed !== null) steps.push(done(step.merged, merged, merge === null ? [] : [UPLOADS.ran(duration(merge))]));
  return steps;
}

function done(word: string, at: string | null, notes: readonly string[]): Step {
  return { kind: at === null ? 'pending' : 'pass', word, at, notes };
}
