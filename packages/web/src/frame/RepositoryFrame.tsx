import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams, useRouterState } from '@tanstack/react-router';
import type { Right } from '@thatch/server/http/ui/contract/shared.ts';
import { FRAME } from '../messages/en/frame.ts';
import { repositoryQuery } from './repository-query.ts';
import styles from './RepositoryFrame.module.css';

/** The tabs of a repository; a tab is there when its page is, and Settings for those who may change something. */
export function RepositoryFrame() {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const section = useRouterState({ select: ({ location }) => sectionOf(location.pathname, params.repo) });
  const { data } = useQuery(repositoryQuery(params));
  const current = (of: Section) => (section === of ? ('page' as const) : undefined);
  return (
    <>
      <nav aria-label={FRAME.repositoryTabs} className={styles.tabs}>
        <Link
          to="/$svc/$owner/$repo"
          params={params}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={NONE}
          aria-current={current('overview')}
        >
          {FRAME.overview}
        </Link>
        <Link to="/$svc/$owner/$repo/commits" params={params} activeProps={NONE} aria-current={current('commits')}>
          {FRAME.commits}
        </Link>
        {data !== undefined && MAY_CHANGE.has(data.repository.right) && (
          <Link to={settingsOf(params)} activeProps={NONE} aria-current={current('settings')}>
            {FRAME.settings}
          </Link>
        )}
      </nav>
      <Outlet />
    </>
  );
}

/** The first tab of the settings that exists. */
function settingsOf({
  svc,
  owner,
  repo,
}: {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}): string {
  return `/${svc}/${owner}/${encodeURIComponent(repo)}/config/tokens`;
}

const MAY_CHANGE: ReadonlySet<Right> = new Set<Right>(['member', 'admin', 'operator']);

type Section = 'overview' | 'commits' | 'settings' | null;

// Which tab is current is ours to say: a file belongs to the overview, a commit to the commits.
const NONE = { 'aria-current': undefined };

const SECTIONS: Readonly<Record<string, Section>> = {
  '': 'overview',
  tree: 'overview',
  blob: 'overview',
  commits: 'commits',
  commit: 'commits',
  config: 'settings',
};

function sectionOf(pathname: string, repo: string): Section {
  const segments = pathname.split('/');
  const at = segments.findIndex((segment, index) => index >= 2 && decodeURIComponent(segment) === repo);
  return SECTIONS[segments[at + 1] ?? ''] ?? null;
}
