import { Link } from '@tanstack/react-router';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { Banner } from '../../parts/Banner.tsx';
import { buttonClass } from '../../parts/Button.tsx';
import type { CommitPlace } from './commit-data.ts';
import styles from './CommitBanners.module.css';

/** What is to be known before the numbers are trusted: not everything is in, something failed, there is nothing to compare with. */
export function CommitBanners({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  const { state, progress, coverage, is_first: isFirst } = commit;
  const isUnfinished = state === 'processing';
  return (
    <div className={styles.banners}>
      {isUnfinished && <Unfinished commit={commit} />}
      {!isUnfinished && progress.errors > 0 && coverage !== null && (
        <Banner
          kind="part"
          action={
            <Link to="/$svc/$owner/$repo/commit/$sha/uploads" params={place} search={true} className={buttonClass()}>
              {COMMIT.seeUploads}
            </Link>
          }
        >
          {COMMIT.someFailed(progress.errors)}
        </Banner>
      )}
      {isFirst && <Banner kind="info">{COMMIT.first}</Banner>}
    </div>
  );
}

function Unfinished({ commit }: { readonly commit: CommitAnswer }) {
  const { all, merged, errors, started, stored, processed } = commit.progress;
  const parts = [
    stored > 0 ? COMMIT.parsing(stored) : null,
    processed > 0 ? COMMIT.merging(processed) : null,
    started > 0 ? COMMIT.waiting(started) : null,
    errors > 0 ? COMMIT.failed(errors) : null,
  ].filter((part) => part !== null);
  const percent = commit.coverage?.coverage ?? null;
  return (
    <Banner kind="info">
      <span role="status">
        {COMMIT.unfinished({ merged, all, parts: parts.length === 0 ? [COMMIT.remaking] : parts })}{' '}
        {percent !== null && COMMIT.soFarIs(SHARED.percent(percent))}
      </span>
      <progress className={styles.progress} max={all} value={merged + errors} aria-label={COMMIT.progress} />
    </Banner>
  );
}
