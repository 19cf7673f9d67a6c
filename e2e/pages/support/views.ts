import type { Page } from 'playwright-core';
import { ADMIN, type Account, type Pages, type PagesOptions } from './pages.ts';
import { makeWorld, type World } from './world.ts';

/** A page in a state, as somebody sees it. */
export interface View {
  readonly name: string;
  /** `world` is there when the scene has one. */
  readonly path: (world: World) => string;
  readonly as: (world: World) => Account | null;
  /** Complaints that come with it, such as the browser's line about an answer of 404. */
  readonly tolerates: readonly RegExp[];
  /** What a person does there first, such as opening a dialog. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Views that one server shows. */
export interface Scene {
  readonly name: string;
  readonly options: PagesOptions;
  /** Fills the server; what it gives is what paths are made from. */
  readonly fill: (pages: Pages) => Promise<World | null>;
  readonly views: readonly View[];
}

/** The browser's line about an answer that refuses. */
const REFUSED = /status of 40[14]/;

/** Every page and state of this version that an address leads to, in the order of web-ui §1.2. */
const FILLED: readonly View[] = [
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
  { ...below('filter by flags', ''), act: (page) => filters(page, 'All flags') },
  { ...below('filter by uploads', '/blob/main/src/ridge.ts'), act: (page) => filters(page, /^Uploads/) },
  { ...below('palette', ''), act: (page) => opens(page, 'Control+k') },
  { ...below('keyboard help', ''), act: (page) => opens(page, '?') },
  { ...below('account menu', ''), act: (page) => chooses(page, null) },
  { ...below('password dialog', ''), act: (page) => chooses(page, 'Change password') },
  { ...below('preferences dialog', ''), act: (page) => chooses(page, 'Preferences') },
  below('not here yet', '/pulls'),
  { ...view('nothing here', () => '/gh/acme/unknown'), tolerates: [REFUSED] },
  { ...below('nothing here for who is signed out', ''), as: () => null, tolerates: [REFUSED] },
];

/** A server on its first day. */
const EMPTY: readonly View[] = [
  view('first run with an account', () => '/setup'),
  view('home before the first report', () => '/'),
  view('organisations before the first report', () => '/gh'),
  view('repositories before the first report', () => '/gh/acme'),
].map((shown) => ({ ...shown, tolerates: [REFUSED] }));

const UNTOUCHED: readonly View[] = [
  { ...view('first run', () => '/setup'), as: () => null },
  { ...view('sign-in before there is an account', () => '/login'), as: () => null },
];

/** Every page and state of this version. */
export const SCENES: readonly Scene[] = [
  { name: 'a server that is used', options: {}, fill: makeWorld, views: FILLED },
  { name: 'a server without a report', options: {}, fill: async () => null, views: EMPTY },
  { name: 'a server without an account', options: { hasAdmin: false }, fill: async () => null, views: UNTOUCHED },
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

/** Opens what chooses the uploads that count. */
async function filters(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('main').getByRole('button', { name }).click();
  await page.getByRole('dialog', { name: /^Find / }).waitFor();
}

/** Opens the menu of the account, and one of its dialogs. */
async function chooses(page: Page, item: string | null): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menu').waitFor();
  if (item === null) return;
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
}
