import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { settled } from './support/checks.ts';
import { tabTo } from './support/focus.ts';
import { ADMIN, describePages } from './support/pages.ts';

/** The browser's own line about an answer that is no success. */
const REFUSED = /status of 4(?:01|22|29)/;

const account = (page: Page) => page.getByLabel('Account', { exact: true });
const password = (page: Page) => page.getByLabel('Password', { exact: true });

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await account(page).fill(name);
  await password(page).fill(secret);
  await password(page).press('Enter');
}

/** Name of what has the focus. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');

describePages('signing in', (pages) => {
  beforeAll(() => pages.upload({ repository: 'gh/acme/web' }));

  test('row 4: a wrong password is announced, the focus stays, and nothing says whether the account exists', async () => {
    const page = await pages.page({ path: '/login', tolerates: [REFUSED] });
    const said: (string | null)[] = [];
    for (const name of [ADMIN.name, 'nobody']) {
      await signIn(page, name, 'not the password');
      const alert = page.getByRole('alert').filter({ hasText: 'not right' });
      await alert.waitFor();
      said.push(await alert.textContent());
      expect(await focused(page)).toBe('password');
      await page.reload();
    }
    expect(said[0]).toBe(said[1]);
  });

  test('row 4: it leads back to where one wanted to be, but never to another host', async () => {
    const page = await pages.page({ path: '/login?to=%2Fgh%2Facme%2Fweb%3Fsearch%3Da' });
    await signIn(page, ADMIN.name, ADMIN.password);
    await page.waitForURL(`${pages.url}/gh/acme/web?search=a`);
    // What is still asked for when the session is gone is refused, and the page complains.
    await settled(page);
    await page.context().clearCookies();
    for (const to of ['//evil', 'https://evil.example/', '/\\evil', 'javascript:alert(1)']) {
      await page.goto(`${pages.url}/login?to=${encodeURIComponent(to)}`);
      await signIn(page, ADMIN.name, ADMIN.password);
      await page.waitForURL(`${pages.url}/gh/acme`);
      // Who is signed in is led on in the same way.
      await page.goto(`${pages.url}/login?to=${encodeURIComponent(to)}`);
      await page.waitForURL(`${pages.url}/gh/acme`);
      await settled(page);
      await page.context().clearCookies();
    }
  });

  test('too many failures lock the account at this address, and the page says how long', async () => {
    const { name } = await pages.account('lena');
    const page = await pages.page({ path: '/login', tolerates: [REFUSED] });
    const origin = { origin: pages.url };
    const tries = Array.from({ length: 10 }, () =>
      page.request.post(`${pages.url}/api/ui/session`, { headers: origin, data: { name, password: 'not it' } }),
    );
    await Promise.all(tries);
    await signIn(page, name, 'not the password');
    await page
      .getByRole('alert')
      .filter({ hasText: /Too many tries for this account from this address\. Try again in \d+ seconds?\./ })
      .waitFor();
  });

  test('/ leads strangers to the sign-in page, and people to their organisation: the chosen one, or the last visited', async () => {
    await pages.upload({ repository: 'gl/guild/thatch' });
    const stranger = await pages.page({ path: '/' });
    await stranger.waitForURL(`${pages.url}/login`);
    const page = await pages.page({ as: ADMIN, path: '/' });
    await page.waitForURL(`${pages.url}/gh/acme`);
    await page.goto(`${pages.url}/gl/guild`);
    await settled(page);
    await page.goto(`${pages.url}/`);
    await page.waitForURL(`${pages.url}/gl/guild`);
    await page.evaluate(() => {
      localStorage.setItem('thatch-preferences', JSON.stringify({ organisation: 'gh/acme' }));
    });
    await page.goto(`${pages.url}/`);
    await page.waitForURL(`${pages.url}/gh/acme`);
    // An organisation counts as visited when it was shown.
    await settled(page);
    await page.evaluate(() => {
      localStorage.setItem('thatch-preferences', JSON.stringify({ organisation: 'gh/gone' }));
    });
    await page.goto(`${pages.url}/`);
    await page.waitForURL(`${pages.url}/gh/acme`);
  });

  test('who can see no organisation is told what to do', async () => {
    const page = await pages.page({ as: await pages.account('otto'), path: '/' });
    await page.getByText('Your account can read no repository yet').waitFor();
  });

  test('signing out takes one press, and the address alone signs nobody out', async () => {
    const page = await pages.page({ path: '/login' });
    await signIn(page, ADMIN.name, ADMIN.password);
    await page.waitForURL(`${pages.url}/gh/acme`);
    await page.goto(`${pages.url}/logout`);
    await page.getByText(`You are signed in as ${ADMIN.name}.`).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.goto(`${pages.url}/`);
    await page.waitForURL(`${pages.url}/login`);
  });

  test('the menu of the account changes the password, and the focus returns to it', async () => {
    const bea = await pages.account('bea');
    const page = await pages.page({ path: '/login', tolerates: [REFUSED] });
    await signIn(page, bea.name, bea.password);
    await page.waitForURL(`${pages.url}/`);
    const menu = page.getByRole('button', { name: 'Account bea' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Change password' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change password' });
    await dialog.getByLabel('Present password').fill('not the password');
    await dialog.getByLabel('New password').fill('another password of bea');
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByText('This is not your present password.').waitFor();
    await dialog.getByLabel('Present password').fill(bea.password);
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByText('The password is changed.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => menu.evaluate((button) => document.activeElement === button)).toBe(true);
  });

  test('preferences hold at once and after a reload', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme', theme: 'light' });
    const read = () => page.evaluate(() => ({ ...document.documentElement.dataset }));
    const open = async () => {
      await page.getByRole('button', { name: `Account ${ADMIN.name}` }).click();
      await page.getByRole('menuitem', { name: 'Preferences' }).click();
      return page.getByRole('dialog', { name: 'Preferences' });
    };
    const dialog = await open();
    await dialog.getByLabel('Dark').check();
    await dialog.getByLabel('Comfortable').check();
    await dialog.getByLabel('Tint covered lines too').check();
    await dialog.getByLabel('Single-letter shortcuts').uncheck();
    await dialog.getByLabel('Open in editor').selectOption('VS Code');
    await dialog.getByLabel('Address').fill('vscode://file/home/ada/web/{path}:{line}');
    expect(await read()).toEqual({ theme: 'dark', density: 'comfortable', tint: 'all' });
    await dialog.getByLabel('Address').fill('javascript:alert(1)');
    await dialog.getByText('An address of an editor begins with').waitFor();
    await dialog.getByLabel('Address').fill('vscode://file/home/ada/web/{path}:{line}');
    await page.reload();
    expect(await read()).toEqual({ theme: 'dark', density: 'comfortable', tint: 'all' });
    const again = await open();
    expect(await again.getByLabel('Single-letter shortcuts').isChecked()).toBe(false);
    expect(await again.getByLabel('Address').inputValue()).toBe('vscode://file/home/ada/web/{path}:{line}');
  });

  test('row 24: from the sign-in page to an uncovered line by keyboard alone; the focus is always seen', async () => {
    const page = await pages.page({ path: '/login' });
    await account(page).waitFor();
    expect(await focused(page)).toBe('name');
    await page.keyboard.type(ADMIN.name);
    await tabTo(page, 'Password');
    await page.keyboard.type(ADMIN.password);
    await tabTo(page, 'Sign in');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${pages.url}/gh/acme`);
    await page.getByRole('link', { name: 'web', exact: true }).waitFor();
    await tabTo(page, 'web');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${pages.url}/gh/acme/web`);
    await page.getByRole('treegrid').waitFor();
    await tabTo(page, /^src/);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('row', { name: /add\.ts/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${pages.url}/gh/acme/web/blob/main/src/add.ts`);
    const code = page.getByRole('grid');
    await code.waitFor();
    await page.keyboard.press('n');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-activedescendant') != null);
    const line = page.locator(`#${await code.getAttribute('aria-activedescendant')}`);
    expect(await line.getAttribute('data-class')).toBe('m');
    expect(await line.evaluate(isSeen)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('No upload covers this line.').waitFor();
  });
});

/** Runs in the page: whether nothing stands over it. */
function isSeen(element: Element): boolean {
  const { left, top, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + 1, top + height / 2));
}
