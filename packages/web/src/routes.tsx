import { createRootRoute, createRoute, lazyRouteComponent, notFound, Outlet } from '@tanstack/react-router';
import { serviceOf } from './addresses/services.ts';
import { ownersQuery, queryClient, sessionQuery } from './api/queries.ts';
import { Frame } from './frame/Frame.tsx';
import { FrameError, FrameWaiting } from './frame/FrameError.tsx';
import { forwardOldAddress } from './frame/old-addresses.ts';
import { RepositoryFrame } from './frame/RepositoryFrame.tsx';
import { loadRepository } from './frame/repository-query.ts';
import { loadCommit } from './pages/commit/load-commit.ts';
import { loadCommits } from './pages/commits/commits-query.ts';
import { loadFile } from './pages/file/load-file.ts';
import { leadHome } from './pages/home/lead-home.ts';
import { NotHereYetPage } from './pages/not-found/NotHereYetPage.tsx';
import { loadOverview } from './pages/overview/load-overview.ts';
import { loadRepositories } from './pages/repositories/load-repositories.ts';
import { loadSetup } from './pages/setup/setup-data.ts';
import { leadOn } from './pages/sign-in/lead-on.ts';

/*
 * Every address and its page (web-ui §1.2), in the order of that table. A page is a folder below `pages/`, loaded when it is first
 * opened; `select` functions of its search parameters live beside it.
 */

const root = createRootRoute({
  beforeLoad: forwardOldAddress,
  loader: () => queryClient.ensureQueryData(sessionQuery),
  component: Frame,
  errorComponent: FrameError,
  pendingComponent: FrameWaiting,
});

/*
 * Loaders ask for what a page shows first while its code is still on the way, and for a link that is pointed at. They do not wait: the page
 * itself shows what is not there yet. A change of the parameters behind the question mark is the page's own matter.
 */
const whenEntered = { shouldReload: ({ cause }: { readonly cause: string }): boolean => cause !== 'stay' } as const;

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: leadHome,
  component: lazyRouteComponent(() => import('./pages/home/HomePage.tsx'), 'HomePage'),
});

const signInPage = lazyRouteComponent(() => import('./pages/sign-in/SignInPage.tsx'), 'SignInPage');
const signOutPage = lazyRouteComponent(() => import('./pages/sign-out/SignOutPage.tsx'), 'SignOutPage');

const sessions = [
  createRoute({ getParentRoute: () => root, path: '/login', beforeLoad: leadOn, component: signInPage }),
  createRoute({ getParentRoute: () => root, path: '/login/$svc', beforeLoad: leadOn, component: signInPage }),
  createRoute({ getParentRoute: () => root, path: '/logout', component: signOutPage }),
  createRoute({ getParentRoute: () => root, path: '/logout/$svc', component: signOutPage }),
] as const;

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  loader: loadSetup,
  component: lazyRouteComponent(() => import('./pages/setup/SetupPage.tsx'), 'SetupPage'),
});

const service = createRoute({
  getParentRoute: () => root,
  path: '/$svc',
  beforeLoad: ({ params }) => {
    // No notFound for names that are no provider's would show a page of nothing.
    if (serviceOf(params.svc) === null) throw notFound();
  },
  component: Outlet,
});

const owners = createRoute({
  getParentRoute: () => service,
  path: '/',
  loader: () => void queryClient.prefetchQuery(ownersQuery),
  ...whenEntered,
  component: lazyRouteComponent(() => import('./pages/owners/OwnersPage.tsx'), 'OwnersPage'),
});

const repositories = createRoute({
  getParentRoute: () => service,
  path: '/$owner',
  loader: loadRepositories,
  ...whenEntered,
  component: lazyRouteComponent(() => import('./pages/repositories/RepositoriesPage.tsx'), 'RepositoriesPage'),
});

const repository = createRoute({
  getParentRoute: () => service,
  path: '/$owner/$repo',
  loader: loadRepository,
  ...whenEntered,
  component: RepositoryFrame,
});

const overviewPage = lazyRouteComponent(() => import('./pages/overview/OverviewPage.tsx'), 'OverviewPage');

const overviewRoute = { loader: loadOverview, ...whenEntered, component: overviewPage } as const;

const overview = createRoute({ getParentRoute: () => repository, path: '/', ...overviewRoute });

const overviewOfRef = createRoute({ getParentRoute: () => repository, path: 'tree/$ref', ...overviewRoute });

const overviewOfFolder = createRoute({
  getParentRoute: () => repository,
  path: 'tree/$ref/$',
  ...overviewRoute,
});

const filePage = lazyRouteComponent(() => import('./pages/file/FilePage.tsx'), 'FilePage');

const fileRoute = { loader: loadFile, ...whenEntered, component: filePage } as const;

const file = createRoute({ getParentRoute: () => repository, path: 'blob/$ref/$', ...fileRoute });

const fileOfCommit = createRoute({
  getParentRoute: () => repository,
  path: 'commit/$sha/blob/$',
  ...fileRoute,
});

const commitsPage = lazyRouteComponent(() => import('./pages/commits/CommitsPage.tsx'), 'CommitsPage');

const commitsRoute = { loader: loadCommits, ...whenEntered, component: commitsPage } as const;

const commits = createRoute({ getParentRoute: () => repository, path: 'commits', ...commitsRoute });

const commitsOfBranch = createRoute({
  getParentRoute: () => repository,
  path: 'commits/$branch',
  ...commitsRoute,
});

const commit = createRoute({
  getParentRoute: () => repository,
  path: 'commit/$sha',
  loader: loadCommit,
  ...whenEntered,
  component: lazyRouteComponent(() => import('./pages/commit/CommitPage.tsx'), 'CommitPage'),
});

const commitTree = lazyRouteComponent(() => import('./pages/commit/CommitTree.tsx'), 'CommitTree');

const commitUploads = createRoute({
  getParentRoute: () => commit,
  path: 'uploads',
  component: lazyRouteComponent(() => import('./pages/commit/CommitUploads.tsx'), 'CommitUploads'),
});

/** Shown beside the list, by the page of the list: that stays as it is. */
const commitUpload = createRoute({ getParentRoute: () => commitUploads, path: '$upload', component: () => null });

const commitTabs = [
  createRoute({ getParentRoute: () => commit, path: '/', component: commitTree }),
  createRoute({ getParentRoute: () => commit, path: 'tree', component: commitTree }),
  createRoute({ getParentRoute: () => commit, path: 'tree/$', component: commitTree }),
  commitUploads.addChildren([commitUpload]),
] as const;

const connectPage = lazyRouteComponent(() => import('./pages/connect/ConnectPage.tsx'), 'ConnectPage');

const connect = createRoute({ getParentRoute: () => repository, path: 'new', component: connectPage });

const connectOne = createRoute({ getParentRoute: () => repository, path: 'new/$ci', component: connectPage });

const tokens = createRoute({
  getParentRoute: () => repository,
  path: 'config/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens/TokensPage.tsx'), 'TokensPage'),
});

/** Tabs that come with a later version (web-ui: a page of a later stop is never a blank page). */
const later = [
  'pulls',
  'pull/$',
  'compare',
  'compare/$',
  'branches',
  'flags',
  'flags/$',
  'components',
  'components/$',
  'tests',
  'tests/$',
  'bundles',
  'bundles/$',
  'commit/$sha/indirect-changes',
  'commit/$sha/why',
  'commit/$sha/why/$',
  'config/general',
  'config/yaml',
  'config/badge',
  'config/notifications',
  'config/retention',
].map((path) => createRoute({ getParentRoute: () => repository, path, component: NotHereYetPage }));

const administration = [
  createRoute({
    getParentRoute: () => root,
    path: '/admin/jobs',
    component: lazyRouteComponent(() => import('./pages/administration/JobsPage.tsx'), 'JobsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/health',
    component: lazyRouteComponent(() => import('./pages/administration/HealthPage.tsx'), 'HealthPage'),
  }),
] as const;

/** Pages of people, organisations and the installation that come with a later version. */
const laterOutside = [
  'sync',
  'analytics/$',
  'members/$',
  'account/$',
  'admin/access',
  'admin/users',
  'admin/audit',
  'admin/storage',
  'admin/config',
].map((path) => createRoute({ getParentRoute: () => root, path, component: NotHereYetPage }));

export const routeTree = root.addChildren([
  home,
  ...sessions,
  setup,
  ...administration,
  ...laterOutside,
  service.addChildren([
    owners,
    repositories,
    repository.addChildren([
      overview,
      overviewOfRef,
      overviewOfFolder,
      file,
      fileOfCommit,
      commits,
      commitsOfBranch,
      commit.addChildren([...commitTabs]),
      connect,
      connectOne,
      tokens,
      ...later,
    ]),
  ]),
]);
