import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { RepositoryHead } from '@thatch/server/http/ui/contract/overview.ts';
import { useSession } from '../api/queries.ts';
import { useShortcuts } from '../keyboard/shortcuts.ts';
import { noteSeen } from '../last-seen.ts';
import { FRAME } from '../messages/en/frame.ts';
import { KEYBOARD } from '../messages/en/keyboard.ts';
import { repositoryQuery } from './repository-query.ts';
import { mayChange } from './rights.ts';
import styles from './RepositoryFrame.module.css';

/** The tabs of a repository; a tab is there when its page is, and Settings for those who may change something. */
export function RepositoryFrame() {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const section = useRouterState({ select: ({ location }) => sectionOf(location.pathname, params.repo) });
  const { data } = useQuery(repositoryQuery(params));
  const hasSettings = mayChange(data?.repository.right);
  useSettingsKey(hasSettings);
  useNotedSight(data?.repository);
  useStoredSpelling(data?.repository);
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
        {hasSettings && (
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

function useSettingsKey(hasSettings: boolean): void {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const navigate = useNavigate();
  const run = (): void => void navigate({ to: '/$svc/$owner/$repo/config/tokens', params });
  useShortcuts(hasSettings ? [{ keys: 'g s', label: KEYBOARD.settings, run }] : [], 'everywhere');
}

/** Forges that ignore case have a repository at many addresses: all pages have the one that is stored (web-ui §1.1). */
function useStoredSpelling(repository: RepositoryHead | undefined): void {
  const { svc, owner, repo } = useParams({ from: '/$svc/$owner/$repo' });
  const navigate = useNavigate();
  const stored =
    repository === undefined ? null : { svc: repository.service, owner: repository.owner, repo: repository.name };
  const isStored = stored === null || (stored.svc === svc && stored.owner === owner && stored.repo === repo);
  useEffect(() => {
    if (isStored) return;
    const params = (before: object): object => ({ ...before, ...stored });
    void navigate({ to: '.', params: params as never, search: true, hash: true, replace: true });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- once for an address
  }, [isStored]);
}

/** Who may not see it one day is told which account could. */
function useNotedSight(repository: RepositoryHead | undefined): void {
  const { person } = useSession();
  const name = repository?.is_private === true ? `${repository.service}/${repository.owner}/${repository.name}` : null;
  const account = person?.name;
  useEffect(() => {
    if (name !== null && account !== undefined) noteSeen(name, account);
  }, [account, name]);
}

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
