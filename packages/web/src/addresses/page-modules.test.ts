import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageModules } from './page-modules.ts';

const PAGES: readonly (readonly [address: string, modules: readonly string[]])[] = [
  ['', []],
  ['login', ['SignInPage']],
  ['setup', ['SetupPage']],
  ['gh', ['OwnersPage']],
  ['github/acme', ['RepositoriesPage']],
  ['gh/acme/web', ['OverviewPage']],
  ['gh/acme/web/tree/main/src', ['OverviewPage']],
  ['gh/acme/web/blob/main/src/a.ts', ['FilePage']],
  ['gh/acme/web/commits/main', ['CommitsPage']],
  ['gh/acme/web/commit/abc', ['CommitPage', 'CommitTree']],
  ['gh/acme/web/commit/abc/tree/src', ['CommitPage', 'CommitTree']],
  ['gh/acme/web/commit/abc/uploads/1', ['CommitPage', 'CommitUploads']],
  ['gh/acme/web/commit/abc/blob/src/a.ts', ['FilePage']],
  ['gh/acme/web/new/github', ['ConnectPage']],
];

test.each(PAGES)('the address /%s is shown by %j', (address, names) => {
  const modules = pageModules(address === '' ? [] : address.split('/'));
  expect(modules.map((path) => /([^/]+)\.tsx$/.exec(path)?.[1])).toEqual(names);
  for (const path of modules) expect(existsSync(join(import.meta.dirname, '../..', path))).toBe(true);
});

test('addresses that no page is known for, hostile names among them, have none', () => {
  for (const address of ['nowhere', 'gh/a/b/pulls', 'gh/a/b/__proto__', 'gh/a/b/commit/abc/constructor', 'toString']) {
    expect(pageModules(address.split('/'))).toEqual([]);
  }
});
