import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { writeRef } from '../../addresses/refs.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { Sha } from '../../parts/Sha.tsx';
import { Time } from '../../parts/Time.tsx';
import type { CommitPlace } from './commit-data.ts';
import styles from './CommitHead.module.css';

/** Message, who and when, sha, parents, branches (web-ui §3.6 "head"). */
export function CommitHead({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  const { sha, title, body, author, committed_at: committed, seen_at: seen, pull } = commit;
  return (
    <div className={styles.head}>
      <h1>{title ?? COMMIT.untitled(sha.slice(0, 7))}</h1>
      {body !== '' && (
        <details className={styles.body}>
          <summary>{COMMIT.body}</summary>
          <pre>{body}</pre>
        </details>
      )}
      <ul className={styles.facts}>
        <li>{author ?? COMMIT.unknownAuthor}</li>
        <li>
          {committed === null ? COMMIT.seen : COMMIT.committed} <Time at={committed ?? seen} />
        </li>
        <li>
          <Sha sha={sha} />
        </li>
        {pull !== null && <li>{COMMIT.pull(pull)}</li>}
        <Parents place={place} parents={commit.parents} />
        <Branches place={place} branches={commit.branches} />
        {commit.forge_address !== null && (
          <li>
            <a href={commit.forge_address} rel="noreferrer" className={styles.forge}>
              {COMMIT.atForge} <ExternalLink size={14} strokeWidth={1.75} aria-hidden="true" />
            </a>
          </li>
        )}
      </ul>
    </div>
  );
}

function Parents({ place, parents }: { readonly place: CommitPlace; readonly parents: CommitAnswer['parents'] }) {
  if (parents.length === 0) return null;
  return (
    <li>
      {COMMIT.parents(parents.length)}{' '}
      {parents.map(({ sha, is_known: isKnown }) =>
        isKnown ? (
          <Link key={sha} to="/$svc/$owner/$repo/commit/$sha" params={{ ...place, sha }} className={styles.reference}>
            <code>{sha.slice(0, 7)}</code>
          </Link>
        ) : (
          <code key={sha} title={sha} className={styles.reference}>
            {sha.slice(0, 7)}
          </code>
        ),
      )}
    </li>
  );
}

function Branches({ place, branches }: { readonly place: CommitPlace; readonly branches: CommitAnswer['branches'] }) {
  const { names, more } = branches;
  if (names.length === 0) return null;
  return (
    <li>
      {COMMIT.onBranches}{' '}
      {names.map((name) => (
        <Link
          key={name}
          to="/$svc/$owner/$repo/tree/$ref"
          params={{ ...place, ref: writeRef(name) }}
          className={`${styles.reference} mono`}
        >
          {name}
        </Link>
      ))}
      {more > 0 && COMMIT.moreBranches(more)}
    </li>
  );
}
