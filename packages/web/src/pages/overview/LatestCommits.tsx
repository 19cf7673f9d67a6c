import { Link } from '@tanstack/react-router';
import type { CommitBrief } from '@thatch/server/http/ui/contract/shared.ts';
import { writeRef } from '../../addresses/refs.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { commitState } from '../../parts/commit-state.ts';
import { Percent } from '../../parts/Percent.tsx';
import { StateIcon } from '../../parts/StateIcon.tsx';
import { Time } from '../../parts/Time.tsx';
import styles from './LatestCommits.module.css';
import type { RepositoryAddress } from './overview-queries.ts';

const SHOWN_DIGITS = 7;

/** The last commits of the branch with their state. */
export function LatestCommits({
  commits,
  repository,
  branch,
}: {
  readonly commits: readonly CommitBrief[];
  readonly repository: RepositoryAddress;
  readonly branch: string | null;
}) {
  return (
    <section aria-labelledby="latest">
      <div className={styles.head}>
        <h2 id="latest">{OVERVIEW.latest}</h2>
        {branch === null ? (
          <Link to="/$svc/$owner/$repo/commits" params={repository}>
            {OVERVIEW.allCommits}
          </Link>
        ) : (
          <Link to="/$svc/$owner/$repo/commits/$branch" params={{ ...repository, branch: writeRef(branch) }}>
            {OVERVIEW.allCommits}
          </Link>
        )}
      </div>
      <ul className={styles.list}>
        {commits.map(({ sha, title, state, coverage, at }) => (
          <li key={sha} className={styles.commit}>
            <StateIcon kind={commitState(state)} label={OVERVIEW.states[state]} />
            <Link
              to="/$svc/$owner/$repo/commit/$sha"
              params={{ ...repository, sha }}
              className={styles.title}
              title={title ?? sha}
            >
              {title === null || title === '' ? <span className={styles.untitled}>{OVERVIEW.untitled}</span> : title}
            </Link>
            <span className={styles.coverage}>
              <Percent of={coverage} />
            </span>
            <span className={styles.meta}>
              <code>{sha.slice(0, SHOWN_DIGITS)}</code> · <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
