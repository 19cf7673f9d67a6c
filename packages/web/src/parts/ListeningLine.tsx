import { Link } from '@tanstack/react-router';
import { useReducer } from 'react';
import { useLive } from '../api/live.ts';
import { LISTENING } from '../messages/en/listening.ts';
import { Banner } from './Banner.tsx';
import { buttonClass } from './Button.tsx';
import { hear, NOTHING_HEARD, type Heard } from './listening.ts';
import styles from './ListeningLine.module.css';
import { StateIcon } from './StateIcon.tsx';

/**
 * Waits for a report and tells, by event, how far it came; then leads to its commit. What the server refuses is told with rule and fix
 * (web-ui §3.1, §3.8). `topics` as of `useLive`: `setup` for any repository, `repo:gh/acme/web` for one.
 */
export function ListeningLine({
  topics,
  isFirst = true,
}: {
  readonly topics: readonly string[];
  /** Whether there was no report before. */
  readonly isFirst?: boolean;
}) {
  const [heard, tell] = useReducer(hear, NOTHING_HEARD);
  useLive(topics, tell);
  const reached = REACHED[heard.kind];
  return (
    <div className={styles.listening}>
      <div className={styles.line}>
        <p role="status" className={styles.sentence}>
          <StateIcon kind={heard.kind === 'merged' ? 'pass' : 'pending'} />
          {heard.kind === 'nothing' && !isFirst ? LISTENING.next : LISTENING.sentence[heard.kind]}
        </p>
        <ol className={styles.steps} aria-label={LISTENING.steps}>
          {STEPS.map((name, index) => (
            <li key={name} data-reached={index < reached || undefined}>
              <StateIcon kind={index < reached ? 'pass' : 'neutral'} />
              {LISTENING.step[name]}
              <span className="visually-hidden">{index < reached ? LISTENING.reached : LISTENING.notReached}</span>
            </li>
          ))}
        </ol>
        {heard.kind === 'merged' && (
          <CommitLink repository={heard.repository} sha={heard.commit}>
            {isFirst ? LISTENING.open : LISTENING.openNext}
          </CommitLink>
        )}
      </div>
      {(heard.kind === 'refused' || heard.kind === 'unreadable') && (
        <div role="alert">
          <Banner kind="danger">
            <strong>{heard.message}</strong> {heard.hint} <code>{heard.code}</code>
          </Banner>
        </div>
      )}
    </div>
  );
}

const STEPS = ['received', 'parsed', 'merged'] as const;

/** How many steps were made. */
const REACHED: Readonly<Record<Heard['kind'], number>> = {
  nothing: 0,
  refused: 0,
  unreadable: 1,
  received: 1,
  parsed: 2,
  merged: 3,
};

function CommitLink({
  repository,
  sha,
  children,
}: {
  readonly repository: string;
  readonly sha: string | null;
  readonly children: string;
}) {
  const [svc = '', owner = '', repo = ''] = repository.split('/');
  if (sha === null) return null;
  return (
    <Link to="/$svc/$owner/$repo/commit/$sha" params={{ svc, owner, repo, sha }} className={buttonClass('primary')}>
      {children}
    </Link>
  );
}
