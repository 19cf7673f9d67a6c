import { Link } from '@tanstack/react-router';
import type { Headline as HeadlineFacts } from '@thatch/server/http/ui/contract/overview.ts';
import { writeRef } from '../../addresses/refs.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { BranchPicker } from '../../parts/BranchPicker.tsx';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Delta } from '../../parts/Delta.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Sha } from '../../parts/Sha.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { Time } from '../../parts/Time.tsx';
import { useFlash } from '../../parts/use-flash.ts';
import styles from './Headline.module.css';
import { usePickBranch } from './OtherViews.tsx';
import type { RepositoryAddress } from './overview-queries.ts';

const SHOWN_DIGITS = 7;

/** The one large number, what it is made of, and of which commit it is. */
export function Headline({
  headline,
  repository,
}: {
  readonly headline: HeadlineFacts;
  readonly repository: RepositoryAddress;
}) {
  const { ref, commit, coverage, change, newer, stale, branch, generation } = headline;
  const pick = usePickBranch(repository, ref.path);
  const flash = useFlash(`${commit.sha} ${generation}`, `${ref.ref} ${ref.kind}`);
  const { merged, all, errors } = commit.uploads;
  return (
    <section className={styles.headline} aria-label={OVERVIEW.coverage}>
      <div className={styles.where}>
        <BranchPicker
          repository={repository}
          current={ref.kind === 'commit' ? ref.sha.slice(0, SHOWN_DIGITS) : ref.ref}
          onPick={pick}
        />
        <Link to="/$svc/$owner/$repo/commit/$sha" params={{ ...repository, sha: commit.sha }}>
          <Sha sha={commit.sha} canCopy={false} />
        </Link>
        <span>
          <Time at={commit.at} />
        </span>
        <span>{OVERVIEW.uploads(merged, all)}</span>
        {merged + errors < all && (
          <StatusBadge kind="pending" isDotted>
            {OVERVIEW.soFar}
          </StatusBadge>
        )}
        {stale !== null && (
          <StatusBadge kind={null} isDotted>
            {SHARED.stale(stale.days)}
          </StatusBadge>
        )}
        {newer > 0 && branch !== null && (
          <Link to="/$svc/$owner/$repo/commits/$branch" params={{ ...repository, branch: writeRef(branch) }}>
            {OVERVIEW.newer(newer)}
          </Link>
        )}
      </div>
      <div className={`${styles.numbers} ${flash}`} data-headline="">
        <span className={styles.figure}>
          <Percent of={coverage} />
        </span>
        <span className={styles.ratio}>{SHARED.ratioLines(coverage.hits, coverage.lines)}</span>
        {change !== null && (
          <span className={styles.change}>
            <Delta change={change.change} />{' '}
            {change.against === 'month' ? (
              OVERVIEW.inMonth
            ) : (
              <>
                {OVERVIEW.since}{' '}
                <Link to="/$svc/$owner/$repo/commit/$sha" params={{ ...repository, sha: change.sha }}>
                  <Time at={change.at} />
                </Link>
              </>
            )}
          </span>
        )}
      </div>
      <CoverageBar of={coverage} isHead />
    </section>
  );
}
