import { Link, useRouterState } from '@tanstack/react-router';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { StateIcon, type StateKind } from '../../parts/StateIcon.tsx';
import type { CommitPlace } from './commit-data.ts';
import { isUnfinished } from './upload-words.ts';
import styles from './CommitStatus.module.css';

/**
 * Whether the numbers can be trusted: one line that is always there, so that nothing below moves when uploads come (row 13 of web-ui §7).
 */
export function CommitStatus({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  const { progress, uploads_all: all } = commit;
  const tone = toneOf(commit);
  const done = progress.merged + progress.errors;
  const areSeen = useRouterState({ select: ({ location }) => /\/uploads(?:\/|$)/.test(location.pathname) });
  return (
    <div className={`${styles.status} ${styles[tone]}`}>
      <StateIcon kind={ICONS[tone]} />
      <p role="status">{sentenceOf(commit)}</p>
      {progress.errors > 0 && !areSeen && (
        <Link to="/$svc/$owner/$repo/commit/$sha/uploads" params={place} search={true} className={buttonClass()}>
          {COMMIT.seeUploads}
        </Link>
      )}
      {tone === 'waits' && all > 0 && (
        <progress className={styles.progress} max={progress.all} value={done} aria-label={COMMIT.progress} />
      )}
    </div>
  );
}

type Tone = 'waits' | 'failed' | 'good' | 'none';

const ICONS: Readonly<Record<Tone, StateKind>> = { waits: 'pending', failed: 'fail', good: 'pass', none: 'neutral' };

function toneOf(commit: CommitAnswer): Tone {
  const { progress } = commit;
  if (isUnfinished(commit)) return 'waits';
  if (progress.errors > 0) return 'failed';
  return progress.merged > 0 ? 'good' : 'none';
}

function sentenceOf(commit: CommitAnswer): string {
  const { progress, is_first: isFirst } = commit;
  const tone = toneOf(commit);
  if (tone === 'waits') return unfinishedSentence(commit);
  if (tone === 'none') return COMMIT.nothingArrived;
  const sentence = tone === 'failed' ? COMMIT.someFailed(progress.errors) : COMMIT.allMerged(progress.merged);
  return isFirst ? `${sentence} ${COMMIT.first}` : sentence;
}

function unfinishedSentence({ progress, coverage }: CommitAnswer): string {
  const { all, merged, errors, started, stored, processed } = progress;
  const parts = [
    stored > 0 ? COMMIT.parsing(stored) : null,
    processed > 0 ? COMMIT.merging(processed) : null,
    started > 0 ? COMMIT.waiting(started) : null,
    errors > 0 ? COMMIT.failed(errors) : null,
  ].filter((part) => part !== null);
  const sentence = COMMIT.unfinished({ merged, all, parts: parts.length === 0 ? [COMMIT.remaking] : parts });
  const percent = coverage?.coverage ?? null;
  return percent === null ? sentence : `${sentence} ${COMMIT.soFarIs(SHARED.percent(percent))}`;
}
