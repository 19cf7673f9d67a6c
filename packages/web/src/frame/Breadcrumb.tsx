import { Link, useParams } from '@tanstack/react-router';
import { FRAME } from '../messages/en/frame.ts';
import styles from './Breadcrumb.module.css';

/** `svc / owner / repo`; on phones only the last part. */
export function Breadcrumb() {
  const { svc, owner, repo } = useParams({ strict: false });
  if (svc === undefined) return null;
  return (
    <nav aria-label={FRAME.breadcrumb} className={styles.crumbs}>
      <ol>
        <li>
          <Link to="/$svc" params={{ svc }}>
            {svc}
          </Link>
        </li>
        {owner !== undefined && (
          <li>
            <Link to="/$svc/$owner" params={{ svc, owner }}>
              {owner.replaceAll(':', ' / ')}
            </Link>
          </li>
        )}
        {owner !== undefined && repo !== undefined && (
          <li>
            <Link to="/$svc/$owner/$repo" params={{ svc, owner, repo }} className={styles.last}>
              {repo}
            </Link>
          </li>
        )}
      </ol>
    </nav>
  );
}
