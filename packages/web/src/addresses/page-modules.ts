import { serviceOf } from './services.ts';

/**
 * The modules of the page at an address, as the build names them: the server has the browser fetch them with the document, not only when
 * the router asks. Segments are decoded. Empty where nobody knows beforehand, such as for `/`, which leads on. Says the same as
 * `routes.tsx`: in a browser a test finds scripts that the document did not name.
 */
export function pageModules(segments: readonly string[]): readonly string[] {
  const [first, owner, repo, ...rest] = segments;
  if (first === undefined) return [];
  if (first === 'login') return [SIGN_IN];
  if (first === 'setup') return [SETUP];
  if (serviceOf(first) === null) return [];
  if (owner === undefined) return [OWNERS];
  if (repo === undefined) return [REPOSITORIES];
  return modulesOfRepository(rest);
}

function modulesOfRepository([tab, , below]: readonly string[]): readonly string[] {
  if (tab === undefined) return [OVERVIEW];
  if (tab === 'commit') return COMMIT_TABS[below ?? 'tree'] ?? [];
  return TABS[tab] ?? [];
}

const SIGN_IN = 'src/pages/sign-in/SignInPage.tsx';
const SETUP = 'src/pages/setup/SetupPage.tsx';
const OWNERS = 'src/pages/owners/OwnersPage.tsx';
const REPOSITORIES = 'src/pages/repositories/RepositoriesPage.tsx';
const OVERVIEW = 'src/pages/overview/OverviewPage.tsx';
const FILE = 'src/pages/file/FilePage.tsx';
const COMMITS = 'src/pages/commits/CommitsPage.tsx';
const COMMIT = 'src/pages/commit/CommitPage.tsx';

type Modules = Readonly<Partial<Record<string, readonly string[]>>>;

const TABS: Modules = Object.assign(Object.create(null), {
  tree: [OVERVIEW],
  blob: [FILE],
  commits: [COMMITS],
  new: ['src/pages/connect/ConnectPage.tsx'],
});

const COMMIT_TABS: Modules = Object.assign(Object.create(null), {
  tree: [COMMIT, 'src/pages/commit/CommitTree.tsx'],
  uploads: [COMMIT, 'src/pages/commit/CommitUploads.tsx'],
  blob: [FILE],
});
