import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery, useSession } from '../../api/queries.ts';
import { Title } from '../../frame/Title.tsx';
import { lastSeenBy } from '../../last-seen.ts';
import { FRAME, NOT_FOUND } from '../../messages/en/frame.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import styles from './NotFoundPage.module.css';

/** The same for what does not exist and for what this person may not see (web-ui §2). */
export function NotFoundPage() {
  const { person } = useSession();
  const { svc, owner, repo } = useParams({ strict: false });
  const seenBy = repo === undefined ? null : lastSeenBy(`${svc}/${owner}/${repo}`);
  useFreshSession();
  return (
    <div className={`content ${styles.page}`}>
      <Title text={NOT_FOUND.title} />
      <h1>{NOT_FOUND.title}</h1>
      {person === null ? (
        <Empty title={NOT_FOUND.signedOut}>
          <p>{NOT_FOUND.signInHint}</p>
          <Link to="/login" search={{ to: location.pathname + location.search }} className={buttonClass('primary')}>
            {FRAME.signIn}
          </Link>
        </Empty>
      ) : (
        <Empty title={NOT_FOUND.signedIn(person.name)}>
          <p>{NOT_FOUND.signedInHint}</p>
          {seenBy !== null && seenBy !== person.name && <p>{NOT_FOUND.seenBy(seenBy)}</p>}
          <Link to="/" className={buttonClass('primary')}>
            {NOT_FOUND.home}
          </Link>
        </Empty>
      )}
    </div>
  );
}

/** A session that ended meanwhile may be why nothing is here. */
function useFreshSession(): void {
  const queries = useQueryClient();
  useEffect(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }), [queries]);
}
