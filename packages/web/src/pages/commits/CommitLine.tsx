import { Link, useParams } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import type { CommitRow } from '@thatch/server/http/ui/contract/commits.ts';
import { writeRef } from '../../addresses/refs.ts';
import { COMMITS } from '../../messages/en/commits.ts';
import { whole } from '../../messages/en/shared.ts';
import { commitState } from '../../parts/commit-state.ts';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Sha } from '../../parts/Sha.tsx';
import { StateIcon } from '../../parts/StateIcon.tsx';
import { Time } from '../../parts/Time.tsx';
import styles from './CommitList.module.css';

/** A day and how many commits it has. */
export function DayLine({
  name,
  count,
  style,
}: {
  readonly name: string;
  readonly count: number;
  readonly style: CSSProperties;
}) {
  return (
    <li className={styles.day} style={style}>
      <h2>{name}</h2>
      <span>{whole(count)}</span>
    </li>
  );
}

/** A commit: state, message, who and when, numbers, uploads. */
export function CommitLine({
  commit,
  index,
  hasBranch,
  style,
}: {
  readonly commit: CommitRow;
  readonly index: number;
  readonly hasBranch: boolean;
  readonly style: CSSProperties;
}) {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const { sha, title, author, at, branch, state, coverage, uploads } = commit;
  return (
    <li className={styles.line} style={style} data-index={index}>
      <StateIcon kind={commitState(state)} label={COMMITS.state[state]} />
      <div className={styles.what}>
        <Link to="/$svc/$owner/$repo/commit/$sha" params={{ ...params, sha }} className={styles.title}>
          {title ?? <span className={styles.untitled}>{COMMITS.untitled}</span>}
        </Link>
        <div className={styles.meta}>
          <Sha sha={sha} />
          <span className={styles.author}>{author ?? COMMITS.unknownAuthor}</span>
          {hasBranch && branch !== null && (
            <Link
              to="/$svc/$owner/$repo/commits/$branch"
              params={{ ...params, branch: writeRef(branch) }}
              className={styles.chip}
            >
              {branch}
            </Link>
          )}
        </div>
      </div>
      <span className={styles.percent}>
        <Percent of={coverage} />
      </span>
      <span className={styles.bar}>{coverage !== null && <CoverageBar of={coverage} />}</span>
      <span className={styles.lines}>{coverage === null ? '–' : whole(coverage.lines)}</span>
      <span
        className={uploads.errors > 0 ? `${styles.uploads} ${styles.failed}` : styles.uploads}
        title={COMMITS.uploadsSentence(uploads.merged, uploads.all, uploads.errors)}
      >
        {uploads.errors > 0 && <StateIcon kind="fail" />}
        {COMMITS.uploadsOf(uploads.merged, uploads.all)}
        <span className="visually-hidden"> {COMMITS.uploads}</span>
      </span>
      <span className={styles.age}>
        <Time at={at} />
      </span>
    </li>
  );
}
