import type { Page } from 'playwright-core';
import { ADMIN, type Account } from './pages.ts';
import type { World } from './world.ts';

/** A page in a state, as somebody sees it. */
export interface View {
  readonly name: string;
  readonly path: (world: World) => string;
  readonly as: (world: World) => Account | null;
  /** Complaints that come with it, such as the browser's line about an answer of 404. */
  readonly tolerates: readonly RegExp[];
  /** What a person does there first, such as opening a dialog. */
  readonly act?: (page: Page) => Promise<void>;
}

/** The browser's line about an answer that refuses. */
const REFUSED = /status of 40[14]/;

/** Every page and state of this version that an address leads to, in the order of web-ui §1.2. */
export const VIEWS: readonly View[] = [
  { ...view('sign-in', () => '/login'), as: () => null },
  view('sign-out', () => '/logout'),
  view('home', () => '/'),
  view('organisations', () => '/gh'),
  view('repositories', () => '/gh/acme'),
  { ...view('repositories of none', () => '/bb/nobody'), tolerates: [REFUSED] },
  { ...view('repositories of a stranger', () => '/gh/acme'), as: ({ stranger }) => stranger, tolerates: [REFUSED] },
  below('overview', ''),
  { ...below('overview of a reader', ''), as: ({ reader }) => reader },
  below('overview as a list', '?displayType=list'),
  below('overview of a folder', '/tree/main/src/courses'),
  below('overview of a branch', '/tree/feature%2Feaves'),
  below('overview of a flag', '?flags=e2e'),
  below('overview without a report', '/tree/broken'),
  below('commits', '/commits'),
  below('commits of all branches', '/commits/All%20branches'),
  below('commits that nothing matches', '/commits?search=nothing+like+this'),
  view('commit', ({ repository, head }) => `${repository}/commit/${head}`),
  view('commit whole', ({ repository, parent }) => `${repository}/commit/${parent}`),
  view('commit of which nothing counts', ({ repository, broken }) => `${repository}/commit/${broken}`),
  view('uploads', ({ repository, head }) => `${repository}/commit/${head}/uploads`),
  ...['good', 'of a second flag', 'unmatched', 'empty', 'broken'].map((name, index) =>
    view(`upload ${name}`, ({ repository, head, uploads }) => `${repository}/commit/${head}/uploads/${uploads[index]}`),
  ),
  below('file', '/blob/main/src/ridge.ts'),
  below('file with lines selected', '/blob/main/src/ridge.ts#L40-L52'),
  view('file of a commit', ({ repository, parent }) => `${repository}/commit/${parent}/blob/src/courses/straw.py`),
  view('file without source', () => '/gh/acme/eaves/blob/main/src/add.ts'),
  { ...below('file that is not in the report', '/blob/main/src/nowhere.ts'), tolerates: [REFUSED] },
  below('connect', '/new'),
  below('connect by a shell', '/new/other-ci'),
  below('connect GitLab', '/new/gitlab-ci'),
  below('tokens', '/config/tokens'),
  view('health', () => '/admin/health'),
  view('jobs', () => '/admin/jobs'),
  { ...below('palette', ''), act: (page) => opens(page, 'Control+k') },
  { ...below('keyboard help', ''), act: (page) => opens(page, '?') },
  below('not here yet', '/pulls'),
  { ...view('nothing here', () => '/gh/acme/unknown'), tolerates: [REFUSED] },
  { ...below('nothing here for who is signed out', ''), as: () => null, tolerates: [REFUSED] },
];

function view(name: string, path: View['path']): View {
  return { name, path, as: () => ADMIN, tolerates: [] };
}

function below(name: string, rest: string): View {
  return view(name, ({ repository }) => repository + rest);
}

/** Presses a key and waits for the dialog that it opens. */
async function opens(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
}
