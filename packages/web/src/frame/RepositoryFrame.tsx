import { Link, Outlet, useParams } from '@tanstack/react-router';
import { FRAME } from '../messages/en/frame.ts';
import styles from './RepositoryFrame.module.css';

/** The tabs of a repository; a tab is there when its page is. */
export function RepositoryFrame() {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  return (
    <>
      <nav aria-label={FRAME.repositoryTabs} className={styles.tabs}>
        <Link
          to="/$svc/$owner/$repo"
          params={params}
          activeOptions={{ exact: true }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {FRAME.overview}
        </Link>
      </nav>
      <Outlet />
    </>
  );
}
